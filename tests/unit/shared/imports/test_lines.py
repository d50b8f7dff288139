"""Reading files of rows: both forms, and everything that can be wrong with a line."""

from io import BytesIO
from pathlib import Path

import pytest

from shared.imports.lines import LONGEST_LINE_BYTES, Form, Row, form_of, read_rows
from shared.imports.problems import Problem, UnusableFileError, problems_of

COLUMNS = ("staff_id", "title", "on")
REQUIRED = ("staff_id",)


def rows(content: bytes, form: Form = "csv") -> list[Row]:
    return list(read_rows(BytesIO(content), form, COLUMNS, REQUIRED))


def only_problem(content: bytes, form: Form = "csv") -> Problem:
    bad = [row for row in rows(content, form) if row.refusal is not None]
    assert len(bad) == 1
    assert bad[0].refusal is not None
    (problem,) = problems_of(bad[0].line, bad[0].refusal)
    return problem


def refused_file(content: bytes, form: Form = "csv") -> tuple[Problem, ...]:
    with pytest.raises(UnusableFileError) as raised:
        rows(content, form)
    return raised.value.problems


@pytest.mark.parametrize(
    ("name", "content", "form"),
    [
        ("a.ndjson", b"", "ndjson"),
        ("a.JSONL", b"", "ndjson"),
        ("a.csv", b'{"a": 1}', "csv"),
        ("a.txt", b' \n{"a": 1}', "ndjson"),
        ("a.txt", b'\xef\xbb\xbf{"a": 1}', "ndjson"),
        ("a", b"staff_id,on", "csv"),
    ],
)
def test_the_form_follows_the_name_and_then_the_content(name: str, content: bytes, form: Form):
    file = BytesIO(content)
    assert form_of(Path(name), file) == form
    assert file.read() == content


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("ending", [b"\n", b"\r\n"])
def test_csv_rows_are_read_with_or_without_a_byte_order_mark_and_with_either_line_ending(mark: bytes, ending: bytes):
    content = mark + ending.join([b"staff_id,title", b'p1,"Fun, ""and"" caf\xc3\xa9"', b"", b" p2 , ", b""])
    assert rows(content) == [Row(2, {"staff_id": "p1", "title": 'Fun, "and" café'}), Row(4, {"staff_id": "p2"})]


def test_ndjson_rows_are_read_with_a_byte_order_mark_and_blank_lines():
    content = b'\xef\xbb\xbf{"staff_id": "p1"}\r\n\n{"staff_id": "p2", "n": 3}\n'
    assert rows(content, "ndjson") == [Row(1, {"staff_id": "p1"}), Row(3, {"staff_id": "p2", "n": 3})]


@pytest.mark.parametrize("form", ["csv", "ndjson"])
@pytest.mark.parametrize("content", [b"", b"\n \n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_refused(content: bytes, form: Form):
    assert refused_file(content, form) == (Problem(1, "file", "is empty"),)


def test_a_header_alone_has_no_rows():
    assert rows(b"staff_id\n") == []


def test_a_header_names_every_column_that_is_unknown_missing_or_there_twice():
    assert refused_file(b"title,salary,title,\n") == (
        Problem(1, "salary", "is not a column of this import"),
        Problem(1, "(no name)", "is not a column of this import"),
        Problem(1, "staff_id", "is a column that is needed"),
        Problem(1, "title", "is a column more than once"),
    )


def test_a_header_in_another_encoding_is_refused_in_print_that_is_safe():
    problems = refused_file("staff_id,on\n".encode("utf-16"))
    assert problems[-1] == Problem(1, "staff_id", "is a column that is needed")
    assert all(problem.field.isprintable() for problem in problems)


@pytest.mark.parametrize(
    ("line", "field", "rule"),
    [
        (b"p1", "row", "has 1 cells where the header has 2"),
        (b"p1,a,b", "row", "has 3 cells where the header has 2"),
        (b'p1,"open', "row", "is not CSV with each row on one line (unexpected end of data)"),
        (b"p1,\xff\xfe", "title", "must be one line of UTF-8 text without control characters"),
        (b"p1,a\x00b", "title", "must be one line of UTF-8 text without control characters"),
        (b"p1,a\x1bb", "title", "must be one line of UTF-8 text without control characters"),
        (
            b"p1," + b"x" * 200_000,
            "row",
            "is not CSV with each row on one line (field larger than field limit (131072))",
        ),
        (b"p1," + b"x" * LONGEST_LINE_BYTES, "row", "is longer than 1048576 bytes"),
    ],
)
def test_a_bad_csv_line_is_named_and_the_next_one_is_read(line: bytes, field: str, rule: str):
    content = b"staff_id,title\n" + line + b"\np2,b\n"
    assert only_problem(content) == Problem(2, field, rule)
    assert rows(content)[1] == Row(3, {"staff_id": "p2", "title": "b"})


@pytest.mark.parametrize(
    ("line", "field", "rule"),
    [
        (b"nonsense", "row", "the line is not JSON: Expecting value at character 0"),
        (b"[1]", "row", "is not a JSON object"),
        (b'{"staff_id": "p1", "staff_id": "p2"}', "row", "the line names a field twice"),
        (b'{"title": NaN}', "row", "the line is not JSON: NaN is no JSON number"),
        (b'{"title": ' + b"9" * 5000 + b"}", "row", "the line has a number outside 64 bits"),
        (b'{"title": ' + b"[" * 100_000 + b"}", "row", "the line is nested deeper than 32 levels"),
        (b'{"title": "\xff"}', "title", "must not contain NUL or a lone surrogate"),
        (b'{"title": "\\\xff"}', "row", "the line is not UTF-8"),
        (b'{"title": "\\ud800"}', "title", "must not contain NUL or a lone surrogate"),
        (b'{"self": "\\u0000"}', "self", "must not contain NUL or a lone surrogate"),
        (b'{"terms": {"base": "\\udfff"}}', "terms.base", "must not contain NUL or a lone surrogate"),
        (b'{"staff_id": "p1\\n"}', "staff_id", "must be one line of UTF-8 text without control characters"),
        (b'{"title": "' + b"x" * LONGEST_LINE_BYTES + b'"}', "row", "is longer than 1048576 bytes"),
    ],
)
def test_a_bad_ndjson_line_is_named_and_the_next_one_is_read(line: bytes, field: str, rule: str):
    content = b'{"staff_id": "p1"}\n' + line + b'\n{"staff_id": "p2"}\n'
    assert only_problem(content, "ndjson") == Problem(2, field, rule)
    assert rows(content, "ndjson")[2] == Row(3, {"staff_id": "p2"})


def test_a_file_can_be_read_again_from_its_start():
    file = BytesIO(b"staff_id\np1\n")
    first = list(read_rows(file, "csv", COLUMNS, REQUIRED))
    assert list(read_rows(file, "csv", COLUMNS, REQUIRED)) == first
