"""What every test may ask for, and a loud word about the tests that were not run."""

from typing import Any

from tests.servers import lines_not_run
from tests.servers.kafka import kafka_server
from tests.servers.postgres import postgres_server, postgres_url

__all__ = ["kafka_server", "postgres_server", "postgres_url", "pytest_terminal_summary"]


def pytest_terminal_summary(terminalreporter: Any) -> None:
    lines = sorted(lines_not_run(terminalreporter.stats.get("skipped", [])))
    if lines:
        terminalreporter.section(f"{len(lines)} TESTS WERE NOT RUN", sep="!", red=True, bold=True)
        for line in lines:
            terminalreporter.write_line(line)
