"""The schemas of this service's messages, for `docs/`.

`python -m services.reviews.schemas docs` writes them anew, and refuses to change what was published.
"""

import sys
from pathlib import Path

from services.reviews import contract
from services.reviews.domain.annual_review import ANNUAL_REVIEW_FACTS
from services.reviews.inbound import INBOUND
from shared.messaging.documents import Messages
from shared.words import AGREEMENTS_TOPIC, REQUESTS_TOPIC

ABOUT = (
    "Messages of the reviews service, on the bus and by HTTP (`/v1/feed`, `/v1/inbox`). Each is a CloudEvent 1.0 in "
    "JSON, structured mode. They come at least once: tell them apart by `source` and `id`. The topic and the `type` "
    "say which schema `data` keeps to; so does the `dataschema` of what the service sends. `send` and `receive` are "
    "what the service does."
)

TOPICS = {
    contract.TOPIC: "What happened to activities, evaluations, portfolios, disseminations and annual reviews, as it is "
    "recorded; and `EvaluationDue` and `EvaluationOverdue`, once each, for who sends reminders. Key: the staff id; "
    "of a school's review, the stream's id.",
    "hr.staff.v1": "What HR says of employments: joining, moving, leaving. Key: the staff id. In any order.",
}

MESSAGES = Messages(
    service=contract.SERVICE,
    about=ABOUT,
    topic=contract.TOPIC,
    topics=TOPICS,
    public=contract.PUBLIC,
    inbound=INBOUND,
    followed=(REQUESTS_TOPIC, AGREEMENTS_TOPIC),
    withheld=contract.WITHHELD,
    always=("staff_id", "school_urn", "effective_on"),
    of_schools=ANNUAL_REVIEW_FACTS,
    file="asyncapi-reviews.yaml",
    of_ids="Ours: `reviews/<position>`.",
    of_schemas="Ours: `urn:cpd:reviews:<Event>:v<version>`.",
)

if __name__ == "__main__":
    MESSAGES.write(Path(sys.argv[1]))
