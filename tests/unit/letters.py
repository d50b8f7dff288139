"""What is stated of what operators did and of the access log, by a service's own classes."""

from datetime import UTC, date, datetime
from uuid import UUID, uuid5

from shared.access_log.record import STREAM, AccessFacts
from shared.erasure.record import REASONS, ErasureFacts
from shared.eventstore.fact import Fact
from shared.eventstore.sealing import MARK
from shared.messaging.letters import LetterFacts
from shared.messaging.rewind import Rewound
from shared.subject_access.record import AccessAnswered

IDS = UUID("0c5b1f0e-7a0f-4d5b-9f38-0d1c1a2b3c4e")


def letter_facts(
    letters: LetterFacts,
    rewound: type[Rewound],
    answered: type[AccessAnswered],
    erasure: ErasureFacts,
    accesses: AccessFacts,
) -> list[Fact]:
    noon = datetime(2025, 6, 2, 12, tzinfo=UTC)
    where = {"partition": "hr.staff.v1/3", "offset": 17, "staff_id": "t1", "error_type": "StateForbids"}
    context = {"recorded_at": noon, "actor": "op1", "role": "operator", "correlation_id": "c1", "reason": "a reason"}
    letter, topic, person, keeping = (uuid5(IDS, name) for name in ("a letter", "a topic", "a person", "keeping"))
    position = {"partition": "hr.staff.v1/3", "offset": 17, "staff_id": "unknown"}
    told = {"staff_id": "t1", "items": 12, "document_sha256": "0" * 64}
    rules = ["employment", "funded_training"]
    destroyed = {"destroyed_at": noon, "early": False, "rules": rules, "due_on": date(2025, 6, 1), "staff_id": "t1"}
    destroyed |= {"because": f"{MARK}{REASONS}t1~c2VhbGVk"}
    worker = context | {"actor": "worker", "role": "calendar", "reason": ""}
    stretch = {"first": 1, "last": 17, "count": 12, "root": "0" * 64, "newest_at": noon}
    return [
        letters.retried(originator_id=letter, originator_version=1, succeeded=False, **where, **context),
        letters.dropped(originator_id=letter, originator_version=2, **where, **context),
        rewound(originator_id=topic, originator_version=1, **position, **context),
        answered(originator_id=person, originator_version=1, **told, **context),
        erasure.held(originator_id=keeping, originator_version=1, staff_id="t1", **context),
        erasure.lifted(originator_id=keeping, originator_version=2, staff_id="t1", **context),
        erasure.destroyed(originator_id=keeping, originator_version=3, **destroyed, **context | {"reason": ""}),
        accesses.sealed(originator_id=STREAM, originator_version=1, **stretch, **worker),
        accesses.forgotten(originator_id=STREAM, originator_version=2, last=17, before=noon, **worker),
    ]
