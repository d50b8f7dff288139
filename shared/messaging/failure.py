"""What may be told of an error outside the process: its kind and place, and such text as names no person."""

import re
import traceback

import msgspec

from shared.errors import FieldRefused, Refusal

QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"|‘[^’]*’|“[^”]*”")


class Failure(msgspec.Struct, frozen=True):
    """An error's type, and a text that is safe to store and to log."""

    type: str
    text: str


def describe(error: BaseException) -> Failure:
    """Refusals and schema errors keep their text without what it quotes; of any other error only the place is told.

    An unforeseen error may carry anything in its text: a row, a statement with its parameters, a whole message.
    """
    if isinstance(error, FieldRefused):
        return Failure(type(error).__name__, "fields: " + "; ".join(f"{f}: {_unquoted(t)}" for f, t in _texts(error)))
    if isinstance(error, Refusal | msgspec.MsgspecError):
        return Failure(type(error).__name__, _unquoted(str(error)))
    return Failure(type(error).__name__, _place(error))


def _texts(error: FieldRefused) -> list[tuple[str, str]]:
    return [(field, " ".join(texts)) for field, texts in error.errors.items()]


def _unquoted(text: str) -> str:
    return QUOTED.sub("'…'", text)


def _place(error: BaseException) -> str:
    frames = list(traceback.walk_tb(error.__traceback__))
    if not frames:
        return "raised nowhere"
    frame, line = frames[-1]
    return f"in {frame.f_globals.get('__name__', '?')}.{frame.f_code.co_name}, line {line}"
