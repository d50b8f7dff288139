"""What the requests service publishes keeps to its JSON Schema."""

from services.requests import contract
from services.requests.application import FACTS
from services.requests.schemas import MESSAGES
from tests.unit import promises
from tests.unit.requests.stories import every_fact


class TestEventSchemas(promises.EventSchemas):
    facts = FACTS
    contract = contract
    messages = MESSAGES
    every_fact = every_fact
