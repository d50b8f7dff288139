"""What a body may not be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.exceptions import BadRequest

from shared.web.problems import InvalidFields
from shared.web.request_json import DEEPEST, parse, refuse_unstorable


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b'{"a": 1,}',
        b'{"a": 1} {}',
        b"{'a': 1}",
        b'{"a": NaN}',
        b'{"a": Infinity}',
        b'{"a": -Infinity}',
        b'{"a": "\xff"}',
        b'\xef\xbb\xbf{"a": 1}',
        b'{"a": 1, "a": 2}',
        b'{"a": [{"b": 1, "b": 1}]}',
        b'{"a": 9223372036854775808}',
        b'{"a": -9223372036854775809}',
        b'{"a": 1e400}',
        b'{"a": ' + b"9" * 5000 + b"}",
        b"[" * 33 + b"]" * 33,
        b"[" * 500_000,
        b'{"a":' * 200_000,
    ],
)
def test_what_cannot_be_read_without_doubt_is_malformed(body: bytes) -> None:
    with pytest.raises(BadRequest):
        parse(body)


def test_as_deep_as_allowed_is_read() -> None:
    parse(b"[" * DEEPEST + b"]" * DEEPEST)


def test_brackets_in_a_text_are_not_depth() -> None:
    text = "[{" * 100 + '\\"' + "\\\\"
    assert parse(f'{{"a": "{text}"}}'.encode()) == {"a": "[{" * 100 + '"\\'}


def test_the_outermost_64_bit_numbers_are_read() -> None:
    assert parse(b"[9223372036854775807, -9223372036854775808]") == [2**63 - 1, -(2**63)]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b'{"a": "x\\u0000"}', "a"),
        (b'{"a": "\\ud800"}', "a"),
        (b'{"a": {"b": ["ok", "\\udfff"]}}', "a.b.1"),
        (b'{"a\\u0000": 1}', "a\\x00"),
        (b'{"a": {"\\ud800": 1}}', "a.\\ud800"),
    ],
)
def test_nul_and_lone_surrogates_are_refused_by_name(body: bytes, field: str) -> None:
    with pytest.raises(InvalidFields) as refused:
        refuse_unstorable(parse(body))
    assert list(refused.value.errors) == [field]


def test_a_whole_surrogate_pair_is_text() -> None:
    refuse_unstorable(parse(b'{"a": "\\ud83d\\ude00"}'))


@given(st.binary(max_size=200) | st.text(alphabet='[]{}",:\\u0d8eE+-.19 ntf', max_size=60).map(str.encode))
def test_whatever_comes_is_read_or_refused(body: bytes) -> None:
    try:
        refuse_unstorable(parse(body))
    except (BadRequest, InvalidFields):
        return
