"""The command of a participant who rates the provider of what they completed."""

from services.requests.domain.desk import Desk
from services.requests.domain.rating import ProviderRated, Rating
from services.requests.domain.taking_part import takes_part
from shared.errors import NotThere, StateForbids


class NotCompleted(StateForbids):
    """What is rated is a training that its participant completed."""


class NoProvider(StateForbids):
    """The request names no provider."""


def rate(desk: Desk, request_id: str, *, rating: int, note: str = "") -> Rating:
    """A participant says how good the provider was. Raises NotThere, NotCompleted, NoProvider."""
    request, staff_id = desk.request(request_id), desk.act.staff_id
    if staff_id is None or not takes_part(request, staff_id):
        raise NotThere(f"there is no request {request_id} in which you take part")
    if staff_id not in request.completed:
        raise NotCompleted("the provider is rated by who completed the training")
    if request.provider is None:
        raise NoProvider("the request names no provider")
    stream = desk.rating(request_id, staff_id)
    said = {"provider": request.provider, "rating": rating, "note": note}
    known = stream.state
    if known is None or any(getattr(known, name) != value for name, value in said.items()):
        whose = {"request_id": request_id, "staff_id": staff_id, "school_urn": request.school_urn}
        stream.record(ProviderRated, rating_id=str(stream.id), reason="", **whose, **said)
    assert stream.state is not None  # noqa: S101  it was said by now
    return stream.state
