"""What is shown once everything runs: a token for each role, and commands to try."""

from services.agreements.demo import HEADTEACHER_ID, SCHOOL_URN, STAFF_ID
from shared.clock import utc_now
from shared.settings import Settings
from shared.tokens import issue_token
from shared.web.roles import Role

PEOPLE = {Role.STAFF: STAFF_ID, Role.HEADTEACHER: HEADTEACHER_ID}


def welcome(settings: Settings) -> list[str]:
    """A token for each role, good for twelve hours, and four commands."""
    lines = ["", "Tokens for twelve hours (export TOKEN=…):"]
    for role in Role:
        token = issue_token(
            settings, roles=[role], schools=["*"], staff_id=PEOPLE.get(role) if settings.demo else None, now=utc_now()
        )
        lines.append(f"  {role}: {token}")
    url = f"http://127.0.0.1:{settings.port_base + 2}"
    return [
        *lines,
        "",
        "Try:",
        "  .venv/bin/cpd demo",
        f"  .venv/bin/cpd liability --staff {STAFF_ID}",
        f"  .venv/bin/cpd history --staff {STAFF_ID}",
        '  curl -H "Authorization: Bearer $(.venv/bin/cpd token --role finance | tail -1)" \\',
        f"    {url}/v1/schools/{SCHOOL_URN}/liability",
        "",
    ]
