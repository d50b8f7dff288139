"""What every fact has can be read without the rest."""

import json
from pathlib import Path

import pytest

from services.agreements.application import FACTS as AGREEMENTS
from services.requests.application import FACTS as REQUESTS
from services.reviews.application import FACTS as REVIEWS
from shared.eventstore.fact import Fact
from tests.unit.samples import SAMPLES, mapper_of

FACTS = {"agreements": AGREEMENTS, "requests": REQUESTS, "reviews": REVIEWS}
STORED = sorted(path for service in FACTS for path in (SAMPLES / service).iterdir())


@pytest.mark.parametrize("path", STORED, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_of_every_stored_row_the_context_alone_is_as_with_the_rest(path: Path):
    mapper, stored = mapper_of(tuple(FACTS[path.parent.name])), json.loads(path.read_bytes())
    state = json.dumps(stored["state"]).encode()
    alone, whole = mapper.contexts[stored["topic"]](state), mapper.decode(stored["topic"], state)
    for name in ("TOPIC", *Fact.__struct_fields__):
        assert getattr(alone, name) == getattr(whole, name)
