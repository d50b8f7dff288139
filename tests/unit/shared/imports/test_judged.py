"""What the first pass remembers."""

import pytest

from shared.errors import FieldRefused
from shared.imports.judged import Judged


def test_a_key_that_comes_twice_names_the_line_that_had_it_first():
    with Judged() as judged:
        judged.note_key("R1", 2, "import_ref")
        judged.note_key("R2", 3, "import_ref")
        with pytest.raises(FieldRefused) as refused:
            judged.note_key("R1", 9, "import_ref")
    assert refused.value.errors == {"import_ref": ["stands in line 2 already"]}


def test_bad_lines_are_remembered():
    with Judged() as judged:
        judged.note_bad(7)
        judged.note_bad(7)
        assert judged.is_bad(7)
        assert not judged.is_bad(8)
