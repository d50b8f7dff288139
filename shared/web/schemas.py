"""Base schemas: of bodies, which refuse what they do not know, and of query strings, which do too."""

from marshmallow import RAISE, Schema

from shared.web.fields import Digits, Text

PAGE = 50
LARGEST_PAGE = 200


class Body(Schema):
    """A request's JSON object."""

    class Meta:
        unknown = RAISE


class Query(Schema):
    """A read's query string. Every read takes `min_position`."""

    class Meta:
        unknown = RAISE

    min_position = Digits(metadata={"description": "Answer once the view has reached this position of the log."})


class ListQuery(Query):
    """The query string of a list."""

    cursor = Text(2048, metadata={"description": "`next` of the page before."})
    limit = Digits(1, LARGEST_PAGE, load_default=PAGE)
