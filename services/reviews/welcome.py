"""What is shown of this service once everything runs: commands to try."""

from shared.settings import Settings


def welcome(settings: Settings) -> list[str]:
    """A command to begin with; the tokens of all roles are shown with the agreements service."""
    url = f"http://127.0.0.1:{settings.port_base + 3}"
    return [
        "",
        "Try:",
        '  curl -H "Authorization: Bearer $(.venv/bin/cpd token --role headteacher | tail -1)" \\',
        f"    '{url}/v1/evaluations?status=overdue'",
        "",
    ]
