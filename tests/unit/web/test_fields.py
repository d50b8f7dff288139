"""What each field takes and refuses, and that its JSON Schema says the same."""

import re
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import ValidationError, fields

from shared.eventstore.sealing import MARK
from shared.web.fields import Day, Digits, Flag, Identifier, Instant, Pence, Percent, StrictBoolean, Text, Urn


def accepts(field: fields.Field[Any], value: Any) -> bool:
    try:
        field.deserialize(value)
    except ValidationError:
        return False
    return True


@pytest.mark.parametrize("value", ["a", " a ", "£1,000 — naïve 😀", "two\nlines\tand a tab", "\u00a0a", "x" * 20])
def test_text_is_kept_as_it_was_given(value: str) -> None:
    assert Text(20).deserialize(value) == value


@pytest.mark.parametrize(
    "value",
    [
        "",
        " ",
        "\n\t ",
        "\u00a0",
        "\ufeff",
        "x" * 21,
        "a\x00",
        "a\r\n",
        "\x1b[31m",
        "a\x7f",
        "a\x85",
        "\ud800",
        1,
        None,
        ["a"],
        MARK,
    ],
)
def test_text_refuses_blanks_control_characters_seals_and_what_is_no_text(value: Any) -> None:
    assert not accepts(Text(20), value)


def test_a_long_text_of_the_wrong_kind_is_refused_without_delay() -> None:
    assert not accepts(Text(2_000_000), "a " * 500_000 + "\x00")


@pytest.mark.parametrize("value", ["a", "S-1", "9", "a.b_c:d@e-f", "x" * 64])
def test_identifiers(value: str) -> None:
    assert accepts(Identifier(), value)


@pytest.mark.parametrize("value", ["", "-a", "a b", "a\n", "a/b", "é", "x" * 65, "٣", 1])
def test_what_is_no_identifier(value: Any) -> None:
    assert not accepts(Identifier(), value)


@pytest.mark.parametrize("value", ["12345", "1234567", "12345a", "123456\n", "١٢٣٤٥٦", 123456])
def test_a_urn_is_six_digits_as_text(value: Any) -> None:
    assert accepts(Urn(), "136419")
    assert not accepts(Urn(), value)


@pytest.mark.parametrize("value", [True, False, 1.0, 1.5, "1", None, -1, 100_000_001, 2**70])
def test_pence_are_whole_and_at_most_a_million_pounds(value: Any) -> None:
    assert accepts(Pence(), 0)
    assert accepts(Pence(), 100_000_000)
    assert not accepts(Pence(), value)


def test_pence_may_have_to_be_something() -> None:
    assert not accepts(Pence(1), 0)


@pytest.mark.parametrize("value", [-1, 101, 50.0, "50", True])
def test_a_percentage_is_whole_and_from_0_to_100(value: Any) -> None:
    assert accepts(Percent(), 100)
    assert not accepts(Percent(), value)


@pytest.mark.parametrize("value", [1, 0, "true", "yes", None, []])
def test_a_boolean_is_true_or_false(value: Any) -> None:
    assert StrictBoolean().deserialize(False) is False
    assert not accepts(StrictBoolean(), value)


@pytest.mark.parametrize("value", ["1990-01-01", "2024-02-29", "2000-02-29", "2099-12-31", "2100-02-28", "2100-12-31"])
def test_days(value: str) -> None:
    assert Day().deserialize(value) == date.fromisoformat(value)


@pytest.mark.parametrize(
    "value",
    ["1989-12-31", "2101-01-01", "2023-02-29", "2100-02-29", "2026-04-31", "2026-13-01", "2026-00-10", "20260901",
     "2026-9-1", "2026-W36-2", "2026-09-01T00:00:00", "2026-09-01\n", "٢٠٢٦-09-01", 20260901, None],
)  # fmt: skip
def test_what_is_no_day(value: Any) -> None:
    assert not accepts(Day(), value)


@given(st.dates(date(1900, 1, 1), date(2200, 1, 1)))
def test_a_days_pattern_is_its_range_exactly(day: date) -> None:
    assert accepts(Day(), day.isoformat()) == (date(1990, 1, 1) <= day <= date(2100, 12, 31))


@pytest.mark.parametrize(
    "value",
    ["2026-09-01T12:00:00Z", "2026-09-01t12:00:00z", "2026-09-01T13:00:00+01:00", "2026-09-01T13:00:00 01:00",
     "2026-09-01T07:00:00-05:00", "2026-09-01T12:00:00.000000Z"],
)  # fmt: skip
def test_an_instant_is_utc_whatever_its_offset(value: str) -> None:
    assert Instant().deserialize(value) == datetime(2026, 9, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "value",
    ["2026-09-01T12:00:00", "2026-09-01", "2026-09-01T25:00:00Z", "2026-02-30T12:00:00Z", "0000-01-01T00:00:00Z",
     "0001-01-01T00:00:00+10:00", "9999-12-31T23:00:00-10:00", "2026-09-01T12:00:00+24:00", "1", 1, None],
)  # fmt: skip
def test_what_is_no_instant(value: Any) -> None:
    assert not accepts(Instant(), value)


@pytest.mark.parametrize("value", ["-1", "+1", "1.0", " 1", "1_0", "", "١", "9" * 19, "201"])
def test_a_number_in_a_query_is_plain_digits(value: str) -> None:
    assert Digits(1, 200).deserialize("200") == 200
    assert not accepts(Digits(1, 200), value)


@pytest.mark.parametrize("value", ["True", "1", "yes", ""])
def test_a_flag_in_a_query_is_true_or_false(value: str) -> None:
    assert Flag().deserialize("true") is True
    assert not accepts(Flag(), value)


@pytest.mark.parametrize("field", [Text(20), Identifier(), Urn(), Day()], ids=lambda field: type(field).__name__)
@given(data=st.data())
def test_what_fits_the_documented_pattern_is_taken(field: fields.Field[Any], data: st.DataObject) -> None:
    pattern = field.metadata["pattern"]
    value = data.draw(st.from_regex(re.compile(pattern), fullmatch=True).filter(lambda text: len(text) <= 20))
    assert accepts(field, value)
