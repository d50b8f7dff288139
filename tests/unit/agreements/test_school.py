"""A school's settings: the policy's unless the school says otherwise, and stated only when they change."""

from datetime import UTC, datetime
from uuid import UUID

from services.agreements.domain.school import School, SchoolNamed, SchoolSettings, SchoolSettingsChanged
from services.agreements.domain.terms import RepaymentTerms
from shared.eventstore.fact import Act


def school() -> School:
    found = School(UUID(int=1))
    found.act = Act(
        recorded_at=datetime(2025, 6, 2, tzinfo=UTC), actor="admin", role="trust_admin", correlation_id="c1"
    )
    return found


def test_a_school_is_unknown_until_someone_works_there_or_its_settings_are_put():
    assert not school().known
    named, put = school(), school()
    named.name_as_known("100001")
    put.change_settings("100001", SchoolSettings())
    assert [type(f) for s in (named, put) for f in s.collect_events()] == [SchoolNamed, SchoolSettingsChanged]
    assert named.known
    assert put.known


def test_a_school_is_named_once():
    found = school()
    found.name_as_known("100001")
    found.name_as_known("100001")
    assert len(found.collect_events()) == 1


def test_the_same_settings_again_change_nothing():
    found = school()
    found.change_settings("100001", SchoolSettings(notice_days=7))
    found.change_settings("100001", SchoolSettings(notice_days=7))
    assert len(found.collect_events()) == 1
    assert found.settings.notice_days == 7


def test_the_usual_settings_are_the_contracts():
    usual = SchoolSettings()
    assert (usual.agreement_threshold_pence, usual.auto_require, usual.notice_days) == (25000, False, 14)
    assert (usual.default_terms, usual.pay_calendar) == (RepaymentTerms(), [])
