"""The schemas of this service's messages, for `docs/`.

`python -m services.agreements.schemas docs` writes them anew, and refuses to change what was published.
"""

import sys
from pathlib import Path
from typing import get_args

from services.agreements import contract
from services.agreements.domain.repayment import MessageKind
from services.agreements.domain.repayment_facts import RepaymentSent
from services.agreements.inbound import INBOUND
from services.agreements.reactions import OUTCOMES
from shared.messaging.documents import Messages, requiring
from shared.messaging.published import Schema, schema_of
from shared.words import REQUESTS_TOPIC

PAYROLL_MESSAGE = "A message to payroll, complete in itself: it replaces every earlier one of its repayment."
DEDUCTED = "What payroll itself had reported as taken and not reversed when the message was made."

ABOUT = (
    "Messages of the agreements service, on the bus and by HTTP (`/v1/feed`, `/v1/inbox`). Each is a CloudEvent 1.0 in "
    "JSON, structured mode. They come at least once: tell them apart by `source` and `id`. The topic and the `type` "
    "say which schema `data` keeps to; so does the `dataschema` of what the service sends. `send` and `receive` are "
    "what the service does."
)

TOPICS = {
    contract.TOPIC: "What happened to agreements, resignations and repayments, as it is recorded. Key: the staff id.",
    contract.PAYROLL_TOPIC: "What payroll has to deduct or pay back. Key: the staff id; id: `<repayment>/<revision>`.",
    "hr.staff.v1": "What HR says of employments: joining, moving, leaving. Key: the staff id. In any order.",
    "payroll.deductions.v1": "What payroll did about a repayment. Key: the staff id. In any order.",
}


def _of_payroll(kind: str) -> Schema:
    without = frozenset(RepaymentSent.__struct_fields__) - frozenset(contract.PAYROLL_FIELDS)
    schema = schema_of(kind, RepaymentSent, without=without)
    schema["properties"]["deducted_pence"]["description"] = DEDUCTED
    return requiring(schema, contract.PAYROLL_FIELDS) | {"description": PAYROLL_MESSAGE}


def _with_its_outcomes(type_: str, schema: Schema) -> Schema:
    if type_ in OUTCOMES:
        schema["properties"]["outcome"] = {"enum": sorted(OUTCOMES[type_])}
    return schema


MESSAGES = Messages(
    service=contract.SERVICE,
    about=ABOUT,
    topic=contract.TOPIC,
    topics=TOPICS,
    public=contract.PUBLIC,
    withheld=contract.WITHHELD,
    always=("staff_id", "school_urn", "effective_on"),
    other={
        contract.PAYROLL_TOPIC: {
            f"{kind}.v{RepaymentSent.VERSION}": _of_payroll(kind) for kind in get_args(MessageKind)
        }
    },
    inbound=INBOUND,
    followed=(REQUESTS_TOPIC,),
    inbound_schema=_with_its_outcomes,
    file="asyncapi.yaml",
    of_ids="Ours: `agreements/<position>`; to payroll `<repayment>/<revision>`.",
    of_schemas=f"Ours: `{contract.SCHEMAS}:<Event>:v<version>`; to payroll "
    f"`{contract.PAYROLL_SCHEMAS}:<Event>:v<version>`.",
)

if __name__ == "__main__":
    MESSAGES.write(Path(sys.argv[1]))
