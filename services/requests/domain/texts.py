"""Several texts as one, so that they are sealed as one."""

import msgspec

from shared.eventstore.fact import ERASED
from shared.eventstore.sealing import MARK


def folded(texts: dict[str, str]) -> str:
    """The texts by name, as JSON; nothing for none."""
    return msgspec.json.encode(texts, order="sorted").decode() if texts else ""


def unfolded(text: str) -> dict[str, str]:
    """The texts by name; none where they are sealed or were erased."""
    if not text or text == ERASED or text.startswith(MARK):
        return {}
    return msgspec.json.decode(text, type=dict[str, str])
