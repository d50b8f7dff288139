"""The installed services, as an erasure asks of them."""

from collections.abc import Sequence

from shared.erasure.judging import Erasable
from shared.service import Service
from shared.settings import Settings


def erasable(settings: Settings, installed: Sequence[Service]) -> list[Erasable]:
    return [each for service in installed for each in service.erasable(settings)]
