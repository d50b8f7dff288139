"""What the reviews service publishes keeps to its JSON Schema."""

from services.reviews import contract
from services.reviews.application import FACTS
from services.reviews.schemas import MESSAGES
from tests.unit import promises
from tests.unit.reviews.stories import every_fact


class TestEventSchemas(promises.EventSchemas):
    facts = FACTS
    contract = contract
    messages = MESSAGES
    every_fact = every_fact
