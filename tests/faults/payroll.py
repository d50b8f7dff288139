"""The reference payroll consumer beside the service, as a process that may be killed."""

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from tests.faults.house import House
from tests.processes import eventually

PROGRAMS = Path(__file__).parents[2] / "examples" / "payroll"


class Payroll:
    """A payroll office: its ledger file, and what its consumer printed."""

    def __init__(self, house: House, folder: Path) -> None:
        self.house = house
        self.ledger, self.output = folder / "payroll.sqlite", folder / "printed.txt"
        self.kills = 0
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.output.open("a") as output:
            self._process = subprocess.Popen(self._command(), env=self._env(), stdout=output, stderr=output)

    def kill(self) -> None:
        """SIGKILL the consumer."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None
            self.kills += 1

    def come_to_rest(self) -> None:
        """Everything arrives, every report is answered; a person undoes the refunds that were overtaken."""
        ledger = self.house.runtime.stores.ledger
        reached, parked = -1, True
        while reached != ledger.position() or parked:
            eventually(self.house.is_drained)
            reached = ledger.position()
            ran = subprocess.run(
                [*self._command(), "--once"], env=self._env(), capture_output=True, text=True, timeout=600, check=False
            )
            assert ran.returncode == 0, ran.stderr
            with self.output.open("a") as output:
                output.write(ran.stdout)
            parked = self._undo_what_is_parked()

    def figures(self) -> dict[str, dict[str, Any]]:
        """Where each repayment stands in payroll's ledger."""
        ran = self._clerk("--json")
        repayments: dict[str, dict[str, Any]] = json.loads(ran.stdout)["repayments"]
        return repayments

    def applied(self) -> Counter[str]:
        """How often the consumer said of each message that it applied it."""
        lines = self.output.read_text().splitlines()
        return Counter(line.rpartition(" · ")[2] for line in lines if " · element " in line)

    def _undo_what_is_parked(self) -> bool:
        shown = self._clerk("--report").stdout.splitlines()
        parked = [line.removeprefix("parked: ").split(", ")[:2] for line in shown if line.startswith("parked: ")]
        for movement, what in parked:
            assert what.startswith("refund"), shown
            self._clerk("--undo", movement)
        return bool(parked)

    def _clerk(self, *given: str) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, str(PROGRAMS / "ledger.py"), "--ledger", str(self.ledger), *given]
        return subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)

    def _command(self) -> list[str]:
        given = ("--url", self.house.url, "--ledger", self.ledger, "--deduct", "all", "--poll-seconds", "0.1")
        return [sys.executable, str(PROGRAMS / "consumer.py"), *map(str, given)]

    def _env(self) -> dict[str, str]:
        return {**os.environ, "CPD_PAYROLL_TOKEN": self.house.tokens["payroll"]}
