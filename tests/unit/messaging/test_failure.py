"""What is told of an error holds no text about a person."""

import json

import msgspec
import pytest

from shared.errors import FieldRefused, StateForbids
from shared.messaging.failure import describe


def test_a_refusal_keeps_its_text_without_what_it_quotes():
    failure = describe(StateForbids("the agreement 'Jo Doe, MSc' was signed"))
    assert failure.type == "StateForbids"
    assert failure.text == "the agreement '…' was signed"


def test_a_field_refusal_names_its_fields():
    assert describe(FieldRefused(on="is required")).text == "fields: on: is required"


def test_a_schema_error_keeps_the_path_and_not_the_value():
    class Data(msgspec.Struct):
        day: int

    with pytest.raises(msgspec.ValidationError) as raised:
        msgspec.convert({"day": "Doe"}, Data)
    assert "$.day" in describe(raised.value).text


def test_of_any_other_error_only_the_place_is_told():
    with pytest.raises(ValueError, match="Expecting value") as raised:
        json.loads("Jo Doe")
    assert describe(raised.value).text.startswith("in json.decoder.raw_decode, line ")
