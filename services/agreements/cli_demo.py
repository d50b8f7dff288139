"""`cpd demo`: one agreement's life, played against the running services."""

import click
from rich.console import Console

from services.agreements.demo import SCHOOL_URN
from services.agreements.story.client import CallRefusedError, Client, ServiceAwayError
from services.agreements.story.life import Life
from services.agreements.story.telling import Teller
from shared.cli import settings_or_exit
from shared.clock import utc_now
from shared.dates import london_day
from shared.service import service_named


@click.command()
def demo() -> None:
    """Play one agreement's life against the running services, and tell it as it happens. Local mode only.

    A new member of staff signs an agreement, trains, resigns, repays, and is refunded after a correction. Everything is
    done by HTTP, as other systems would do it, and stays in the ledger.
    """
    settings = settings_or_exit()
    if not settings.local:
        raise click.ClickException("the demo issues its own tokens, which is for local mode only (CPD_MODE=local)")
    url = service_named("agreements").url(settings)
    client = Client(url, settings, utc_now, [SCHOOL_URN])
    try:
        client.require_running()
        Life(client, Teller(Console(highlight=False)), london_day(utc_now())).play()
    except ServiceAwayError as error:
        raise click.ClickException(f"nothing answers at {url}: start the services first, with make run") from error
    except CallRefusedError as error:
        raise click.ClickException(f"the service refused: {error}") from error
