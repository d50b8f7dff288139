"""What internal scrutiny finds: duties kept apart, overrides with their reasons, what was let go, who read what."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from services.agreements.domain.repayment_facts import RepaymentWaived
from services.agreements.imports.agreements import AgreementsImport
from shared.cli import command_line
from shared.eventstore.fact import Act
from shared.eventstore.ledger import Call
from shared.imports.kind import ACTOR, ROLE
from tests.integration.agreements import story
from tests.integration.agreements.world import ADMIN, EXECUTIVE, HEAD, HR, NOW, who
from tests.integration.erasure.conftest import Trust
from tests.integration.requests import story as asking
from tests.integration.reviews.test_line import PAST

WHY = {"reason": "Quokka said so"}


@pytest.fixture
def trust(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Trust]:
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("CPD_HOME", str(home))
    trust = Trust(home)
    yield trust
    trust.close()


def run(*words: str) -> Any:
    command: click.Group = command_line()
    return CliRunner().invoke(command, words)


def waived(trust: Trust, staff_id: str, pence: int) -> str:
    repayment = story.required(trust.agreements, staff_id)
    body = {"amount_pence": pence} | WHY
    trust.agreements.done(f"/v1/repayments/{repayment}/waiver", body, EXECUTIVE)
    return repayment


def test_duties_that_were_kept_apart_are_counted_and_nothing_is_wrong(trust: Trust) -> None:
    waived(trust, "t1", 100)
    trust.catch_up()
    found = run("audit", "segregation")
    assert found.exit_code == 0, found.output
    line = next(each for each in found.output.splitlines() if "required, then waived" in each)
    assert [part.strip() for part in line.strip("│").split("│")] == ["agreements", "required, then waived", "1", "0"]


def test_one_person_who_did_both_is_found_even_where_the_service_was_passed_by(trust: Trust) -> None:
    repayment = waived(trust, "t1", 100)
    act = Act(recorded_at=NOW, actor="head", role="headteacher", correlation_id="c", reason="by hand")
    forged = {"amount_pence": 100, "on": NOW.date()}
    commands = trust.agreements.runtime.commands

    def forge(member: Any, id_: str) -> Any:
        member.record_of_repayment(member.repayment(id_), RepaymentWaived, **forged)
        return member.repayment(id_)

    commands.on_repayment(Call(act=act), repayment, forge)
    trust.catch_up()
    found = run("audit", "segregation")
    assert found.exit_code == 1
    assert f"WRONG  required, then waived: 2025-06-02 RepaymentWaived repayment_id {repayment} by head" in found.output
    assert run("audit", "segregation", "--from", "2025-06-03").exit_code == 0


def test_who_waives_a_part_and_requires_the_rest_afterwards_is_no_exception(trust: Trust) -> None:
    both = who("headteacher", "trust_executive", staff_id="boss")
    repayment = story.owed(trust.agreements)
    trust.agreements.done(f"/v1/repayments/{repayment}/waiver", {"amount_pence": 100} | WHY, both)
    trust.clock.advance(minutes=1)
    trust.agreements.done(f"/v1/repayments/{repayment}/requirement", {"reason": "policy"}, both)
    trust.catch_up()
    found = run("audit", "segregation")
    assert (found.exit_code, "WRONG" in found.output) == (0, False), found.output


def test_what_is_allowed_is_shown_and_is_not_wrong(trust: Trust) -> None:
    requests = trust.worlds["requests"]
    asking.joins(requests)
    trust.catch_up()
    asking.approved(requests)
    trust.catch_up()
    found = run("audit", "segregation")
    assert found.exit_code == 0
    assert "shown  assessed, then approved" in found.output


def test_every_override_is_listed_with_its_reason(trust: Trust) -> None:
    waived(trust, "t1", 100)
    requests = trust.worlds["requests"]
    asking.joins(requests)
    trust.catch_up()
    id_ = asking.asked(requests)
    requests.done(f"/v1/requests/{id_}/assessment", asking.scores(0), HEAD)
    asking.allocated(requests)
    requests.done(f"/v1/requests/{id_}/approval", asking.APPROVAL | {"reason": "Numbat needs it"}, HEAD)
    trust.catch_up()
    trust.hold("set", "t1", reason="A claim")
    trust.hold("lift", "t1", reason="Settled")
    trust.agreements.done(
        f"/v1/repayments/{trust.agreements.read('/v1/repayments')['items'][0]['id']}/waiver",
        {"amount_pence": 179900} | WHY,
        EXECUTIVE,
    )
    assert trust.erase("t1", "--early", reason="She asked").exit_code == 0
    found = run("audit", "overrides").output
    for what, why in (
        ("waived", "[erased]"),
        ("approved below the threshold", "[erased]"),
        ("hold lifted", "[erased]"),
        ("erased early", "She asked"),
    ):
        assert any(what in line and why in line for line in found.splitlines()), found.splitlines()
    assert "Quokka" not in found
    assert found.splitlines()[-1] == "12 overrides", (
        "of which nine are of three services each: hold set, lifted, erased"
    )


def test_who_exempts_is_listed_and_what_came_too_late_to_be_asked_about_is_no_override(trust: Trust) -> None:
    story.joins(trust.agreements)
    trust.catch_up()
    act = Act(recorded_at=NOW, actor=ACTOR, role=ROLE, correlation_id="import-1")
    kind = AgreementsImport(trust.agreements.runtime.commands)
    assert kind.bring_in(kind.load(PAST | {"completed_on": "2025-01-31"}), act)
    trust.catch_up()
    assert "exempted from evaluation" not in run("audit", "overrides").output
    reviews = trust.worlds["reviews"]
    (evaluation,) = reviews.read("/v1/evaluations")["items"]
    assert [stage["status"] for stage in evaluation["stages"]] == ["exempt", "exempt", "upcoming"]
    reviews.done(f"/v1/evaluations/{evaluation['id']}/exemption", WHY, HEAD)
    trust.catch_up()
    assert run("audit", "overrides").output.count("exempted from evaluation") == 1


def test_what_was_let_go_is_added_up_and_large_sums_are_named(trust: Trust) -> None:
    executive = who("trust_executive")
    waived(trust, "t1", 100)
    story.joins(trust.agreements, "t2")
    costly = {"cost_lines": [{"category": "fee", "amount_pence": 2_400_000}]}
    story.completed(trust.agreements, "t2", **costly)
    repayment = story.resigned(trust.agreements, "t2")["repayments"][0]["id"]
    trust.agreements.done(f"/v1/repayments/{repayment}/requirement", {"reason": "policy"}, HEAD)
    trust.agreements.done(f"/v1/repayments/{repayment}/write-off", {"amount_pence": 500_001} | WHY, executive)
    trust.agreements.done(f"/v1/repayments/{repayment}/waiver", {"amount_pence": 500_000} | WHY, executive)
    trust.catch_up()
    found = run("audit", "let-go").output
    totals, _, large = found.partition("Above £5,000.00")
    assert "£5,000.01" in totals
    assert "£5,001.00" in totals
    assert "£5,000.01" in large
    assert "Quokka said so" in large
    assert "£5,000.00" not in large
    assert "£1.00" not in large


def test_a_period_that_ends_before_it_begins_is_refused(trust: Trust) -> None:
    for command in ("let-go", "overrides", "segregation", "access"):
        refused = run("audit", command, "--from", "2026-09-01", "--to", "2026-08-31")
        assert (refused.exit_code, "--to must be after --from" in refused.output) == (2, True), command


def test_who_read_and_took_away_what_is_told_for_one_person_or_by_one(trust: Trust, tmp_path: Path) -> None:
    story.joins(trust.agreements)
    trust.catch_up()
    trust.agreements.read("/v1/staff/t1/resignations", HR)
    assert run("subject-access", "--staff", "t1", "--out", str(tmp_path / "t1.json"), "--by", "dpo").exit_code == 0
    trust.hold("set", "t1")
    file = tmp_path / "staff.csv"
    file.write_text("staff_id,employment_id,school_urn,on,role_category\nt9,e9,136419,2020-09-01,teacher\n")
    brought = run("import", "staff", str(file), "--by", "clerk")
    assert brought.exit_code == 0, brought.output
    about = run("audit", "access", "--staff", "t1").output
    assert "GET /v1/staff/<identifier:staff_id>/resignations" in about
    assert "SubjectAccessAnswered" in about
    assert "LegalHoldSet" in about
    assert "import" not in about
    assert run("audit", "access", "--by", "clerk").output.count("import staff") == len(trust.worlds)
    assert "0 accesses" in run("audit", "access", "--to", "2020-01-01").output
    assert ADMIN.roles
