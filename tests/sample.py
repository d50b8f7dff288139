"""The made-up trust told to the logs that a test or a benchmark has."""

from collections.abc import Sequence
from contextlib import ExitStack, closing
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from services.agreements import sample as agreements
from services.agreements.application import FACTS as AGREEMENTS
from services.requests import sample as requests
from services.requests.application import FACTS as REQUESTS
from services.reviews import sample as reviews
from shared.eventstore.gathering import Gathering
from shared.eventstore.ledger import Ledger
from shared.sample.filling import fill
from shared.sample.part import StoryClock
from shared.sample.plan import Scale, Trust

TINY = Scale(schools=2, staff=40, activities=100)
PARTS = (requests.part, agreements.part, reviews.part)


def a_trust(scale: Scale = TINY, *, ends_on: date, seed: int = 1) -> Trust:
    return Trust(scale=scale, seed=seed, ends_on=ends_on)


def tell(ledgers: Sequence[Ledger], trust: Trust) -> dict[str, int]:
    """Fill the logs of requests, agreements and reviews. Returns how many facts each has."""
    clock = StoryClock()
    with ExitStack() as opened:
        gathered = [opened.enter_context(closing(Gathering(ledger))) for ledger in ledgers]
        return fill([part(ledger, clock) for part, ledger in zip(PARTS, gathered, strict=True)], clock, trust)


def tell_reviews(ledger: Ledger, trust: Trust) -> int:
    """Fill the log of reviews alone: what the others tell is thrown away. Returns how many facts it has."""
    with TemporaryDirectory() as name, ExitStack() as opened:
        others: list[tuple[str, Any]] = [("requests", REQUESTS), ("agreements", AGREEMENTS)]
        scratch = [
            opened.enter_context(closing(Ledger(str(Path(name) / file), facts, ledger.sealer)))
            for file, facts in others
        ]
        return tell([*scratch, ledger], trust)["reviews"]
