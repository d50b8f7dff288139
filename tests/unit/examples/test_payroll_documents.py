"""What the documents show is what the service sends and takes."""

import json
import re
from contextlib import closing
from pathlib import Path

import pytest
from ledger import open_ledger, positions, take_in
from messages import in_words, read_message

from services.agreements.contract import PAYROLL_FIELDS
from services.agreements.inbound import DEDUCTION_SCHEMAS
from shared.messaging.cloudevents import parse
from shared.messaging.schema import read

ROOT = Path(__file__).parents[3]
KAFKA = ROOT / "examples" / "payroll" / "kafka.md"
README = ROOT / "examples" / "payroll" / "README.md"
GUIDE = ROOT / "docs" / "guides" / "payroll.md"


def shown(document):
    return [json.loads(text) for text in re.findall(r"```json\n(.*?)\n```", document.read_text(), re.DOTALL)]


def test_the_message_shown_is_complete_and_can_be_applied():
    told, _ = shown(KAFKA)
    assert tuple(told["data"]) == PAYROLL_FIELDS
    message = read_message(told)
    assert in_words(message) in README.read_text()
    with closing(open_ledger(":memory:")) as ledger:
        take_in(ledger, message, "1")
        assert positions(ledger)[0].outstanding_pence == 240000


def test_the_answer_shown_is_one_that_the_service_takes():
    _, answer = shown(KAFKA)
    read(DEDUCTION_SCHEMAS[parse(answer).type], answer["data"])


def test_the_guides_figures_add_up():
    figures = [data for data in shown(GUIDE) if "outstanding_pence" in data]
    assert [(data["amount_pence"], data["outstanding_pence"]) for data in figures] == [
        (240000, 240000),
        (220000, 220000),
        (220000, 0),
    ]
    for data in figures:
        assert data["deducted_pence"] == data["taken_pence"]
        net = data["taken_pence"] - data["refunded_pence"]
        assert data["amount_pence"] + data["refund_due_pence"] == net + data["outstanding_pence"]


@pytest.mark.parametrize("field", PAYROLL_FIELDS)
def test_the_guide_explains_every_field(field):
    assert f"`{field}`" in GUIDE.read_text()
