"""The schemas of this service's messages, for `docs/`.

`python -m services.requests.schemas docs` writes them anew, and refuses to change what was published.
"""

import sys
from pathlib import Path

from services.requests import contract
from services.requests.inbound import INBOUND
from shared.messaging.documents import Messages
from shared.words import AGREEMENTS_TOPIC

ABOUT = (
    "Messages of the requests service, on the bus and by HTTP (`/v1/feed`, `/v1/inbox`). Each is a CloudEvent 1.0 in "
    "JSON, structured mode. They come at least once: tell them apart by `source` and `id`. The topic and the `type` "
    "say which schema `data` keeps to; so does the `dataschema` of what the service sends. `send` and `receive` are "
    "what the service does."
)

TOPICS = {
    contract.TOPIC: "What happened to requests, budgets, priorities and needs, as it is recorded. Key: the staff id of "
    "who asks; of what is about nobody, the stream's id.",
    "hr.staff.v1": "What HR says of employments: joining, moving, leaving. Key: the staff id. In any order.",
}

MESSAGES = Messages(
    service=contract.SERVICE,
    about=ABOUT,
    topic=contract.TOPIC,
    topics=TOPICS,
    public=contract.PUBLIC,
    inbound=INBOUND,
    followed=(AGREEMENTS_TOPIC,),
    always=("school_urn", "effective_on"),
    file="asyncapi-requests.yaml",
    of_ids="Ours: `requests/<position>`.",
    of_subject="Ours: the staff id; of what is about nobody, the stream's id.",
    of_schemas="Ours: `urn:cpd:requests:<Event>:v<version>`.",
)

if __name__ == "__main__":
    MESSAGES.write(Path(sys.argv[1]))
