"""`cpd run --full` as someone starts it: the same product on PostgreSQL and Kafka, found by its home and port base."""

from collections.abc import Iterator
from typing import Any

import pytest

from shared.full_stack import server_ports
from tests.e2e.product import Product, running
from tests.processes import eventually, until_gone
from tests.servers import is_free
from tests.servers.kafka import KafkaServer
from tests.servers.postgres import PostgresServer

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def product(
    tmp_path_factory: pytest.TempPathFactory, postgres_server: PostgresServer, kafka_server: KafkaServer
) -> Iterator[Product]:
    """Started where both servers can be had: the fixtures say so, or fail."""
    with running(tmp_path_factory.mktemp("full") / "home", full=True) as product:
        yield product


def test_everything_is_kept_on_the_servers(product: Product) -> None:
    assert not list(product.home.rglob("*.sqlite"))
    assert product.cpd("replay", "--check").returncode == 0
    verified = product.cpd("bus", "verify")
    assert (verified.returncode, verified.stdout.count("it agrees with the log")) == (0, 4)


def test_a_resignation_reaches_payroll_through_kafka(product: Product) -> None:
    before = len(fed(product))
    told = product.cpd("demo")
    assert told.returncode == 0, told.stdout + told.stderr
    items = eventually(lambda: len(found := fed(product)) > before and found)
    assert len({item["cursor"] for item in items}) == len(items)


def fed(product: Product) -> list[Any]:
    """What payroll is told, to the end of its feed."""
    items, path = [], "/v1/feed/cpd.repayments.v1?limit=200"
    page = product.get(path, "payroll")
    while page["items"]:
        items += page["items"]
        page = product.get(f"{path}&after={page['next']}", "payroll")
    assert page == {"items": [], "next": None}
    return items


def test_ctrl_c_stops_the_servers_too_and_a_second_start_keeps_everything(product: Product) -> None:
    before = product.get("/v1/trust/liability", "auditor")
    gone = product.press_ctrl_c()
    until_gone(gone)
    for port in server_ports(product.settings).values():
        assert is_free(port)
    with running(product.home, full=True, base=product.settings.port_base) as again:
        assert figures(again.get("/v1/trust/liability", "auditor")) == figures(before)


def figures(total: dict[str, Any]) -> dict[str, Any]:
    """Without the instant of asking."""
    schools = [figures(school) for school in total.get("schools", [])]
    return {name: value for name, value in total.items() if name != "known_at"} | {"schools": schools}
