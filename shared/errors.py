"""The families of refusal. A domain names its errors under these; the web maps a family to a status in one place."""


class Refusal(Exception):  # noqa: N818  the family's name is the word the domain uses
    """A command that was judged and refused. The text is for the person who reads it."""


class FieldRefused(Refusal):
    """A rule about a field, or between fields, is broken: `errors` maps field to messages. HTTP 422."""

    def __init__(self, /, **errors: str | list[str]) -> None:
        self.errors = {field: [text] if isinstance(text, str) else text for field, text in errors.items()}
        super().__init__("; ".join(f"{field}: {' '.join(texts)}" for field, texts in self.errors.items()))


class StateForbids(Refusal):
    """The state of things forbids it. HTTP 409."""


class NotThere(Refusal):
    """The resource does not exist, or not for this caller. HTTP 404."""


class Overruled(Refusal):
    """The caller's `If-Match` names another version than the log has. HTTP 412."""


class NotAllowed(Refusal):
    """The caller's role does not reach this far. HTTP 403."""
