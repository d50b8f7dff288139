"""How far roles reach."""

from collections.abc import Iterator

import pytest
from flask import Flask, g

from shared.errors import NotThere
from shared.web.caller import Caller
from shared.web.roles import Role
from shared.web.scope import Reach, Visible, acting_role, check_scope, in_scope, visible, visible_schools

HERE = "136419"


@pytest.fixture(autouse=True)
def request_context() -> Iterator[None]:
    with Flask(__name__).test_request_context():
        yield


def calling(*roles: Role, schools: frozenset[str] | None = frozenset({HERE}), staff_id: str | None = None) -> None:
    g.caller = Caller("u1", frozenset(roles), schools, staff_id)
    g.admitted = roles


def test_a_line_manager_reaches_own_reports() -> None:
    calling(Role.LINE_MANAGER, staff_id="m1")
    assert in_scope("s1", HERE, "m1")
    assert not in_scope("s1", HERE, "m2")
    assert not in_scope("s1", HERE)


def test_nobody_is_taken_for_the_owner_of_a_record_without_one() -> None:
    calling(Role.STAFF, Role.LINE_MANAGER, schools=None)
    assert not in_scope(None, HERE, None)


def test_a_record_of_the_trust_is_reached_from_every_school_only_if_it_says_so() -> None:
    calling(Role.HEADTEACHER)
    assert not in_scope(None, None)
    assert in_scope(None, None, any_school=True)
    calling(Role.TRUST_EXECUTIVE, schools=None)
    assert in_scope(None, None)


def test_what_is_out_of_reach_is_not_there() -> None:
    calling(Role.HEADTEACHER)
    check_scope("s1", HERE)
    with pytest.raises(NotThere):
        check_scope("s1", "100002")


def test_the_acting_role_is_the_first_that_reaches() -> None:
    calling(Role.STAFF, Role.LINE_MANAGER, Role.HEADTEACHER, staff_id="m1")
    assert acting_role(Reach("m1", HERE)) is Role.STAFF
    assert acting_role(Reach("s1", HERE, "m1")) is Role.LINE_MANAGER
    assert acting_role(Reach("s1", HERE)) is Role.HEADTEACHER


def test_a_list_shows_own_records_reports_and_schools() -> None:
    calling(Role.STAFF, Role.LINE_MANAGER, staff_id="m1")
    assert visible() == Visible(frozenset(), "m1", "m1")
    calling(Role.HEADTEACHER, staff_id="h1")
    assert visible() == Visible(frozenset({HERE}), None, None)
    calling(Role.FINANCE, schools=None)
    assert visible() == Visible(None, None, None)
    assert visible_schools() is None
