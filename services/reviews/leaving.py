"""Who leaves is asked for no more evaluations, also where the agreements service alone was told of it."""

from collections.abc import Mapping

from services.reviews.domain.desk import Desk
from services.reviews.domain.evaluating import resume
from services.reviews.heard import Handler
from shared.messaging.heard import Heard
from shared.messaging.leaving import LEAVING as TYPES
from shared.messaging.leaving import leaving_in


def _left(desk: Desk, message: Heard) -> None:
    said = leaving_in(message)
    member = desk.person(said.staff_id)
    member.note_leaving(said)
    resume(member)


LEAVING: Mapping[str, Handler] = dict.fromkeys(TYPES, _left)
