"""Claims, read strictly."""

from typing import Any

import msgspec
import pytest

from shared.web.caller import caller_of
from shared.web.roles import Role

GOOD: dict[str, Any] = {"sub": "u1", "roles": ["headteacher"], "schools": ["136419"]}


def test_a_person_is_staff_whatever_else_they_are() -> None:
    caller = caller_of(GOOD | {"staff_id": "s1"})
    assert caller.roles == {Role.HEADTEACHER, Role.STAFF}
    assert caller_of(GOOD).roles == {Role.HEADTEACHER}


def test_a_star_is_every_school() -> None:
    assert caller_of(GOOD | {"schools": ["*"]}).schools is None
    assert caller_of(GOOD | {"schools": []}).schools == frozenset()


@pytest.mark.parametrize(
    "wrong",
    [
        {"roles": []},
        {"roles": "headteacher"},
        {"roles": ["king"]},
        {"roles": [1]},
        {"roles": None},
        {"schools": "*"},
        {"schools": ["*", "136419"]},
        {"schools": ["13641"]},
        {"schools": ["136419\n"]},
        {"schools": [136419]},
        {"schools": None},
        {"staff_id": ""},
        {"staff_id": "a b"},
        {"staff_id": "a\n"},
        {"staff_id": 7},
        {"sub": ""},
        {"sub": "a\x00"},
        {"sub": 7},
    ],
)
def test_claims_of_another_form_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(msgspec.ValidationError):
        caller_of(GOOD | wrong)


@pytest.mark.parametrize("missing", GOOD)
def test_a_missing_claim_is_refused(missing: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        caller_of({name: value for name, value in GOOD.items() if name != missing})
