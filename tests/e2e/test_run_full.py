"""`cpd run --full` as someone starts it: the same product on PostgreSQL and Kafka, found by its home and port base."""

from collections.abc import Iterator
from typing import Any

import pytest

from shared.full_stack import server_ports
from tests.e2e.product import Product
from tests.processes import is_alive
from tests.servers import is_free
from tests.servers.kafka import KafkaServer
from tests.servers.postgres import PostgresServer

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def product(
    tmp_path_factory: pytest.TempPathFactory, postgres_server: PostgresServer, kafka_server: KafkaServer
) -> Iterator[Product]:
    """Started where both servers can be had: the fixtures say so, or fail."""
    product = Product(tmp_path_factory.mktemp("full") / "home", full=True)
    product.wait_until_ready()
    yield product
    product.stop()


def test_everything_is_kept_on_the_servers(product: Product) -> None:
    assert not list(product.home.rglob("*.sqlite"))
    assert product.cpd("replay", "--check").returncode == 0
    verified = product.cpd("bus", "verify")
    assert (verified.returncode, verified.stdout.count("it agrees with the log")) == (0, 4)


def test_a_resignation_reaches_payroll_through_kafka(product: Product) -> None:
    told = product.cpd("demo")
    assert told.returncode == 0, told.stdout + told.stderr
    page = product.get("/v1/feed/cpd.repayments.v1?limit=200", "payroll")
    assert page["items"]
    assert len({item["cursor"] for item in page["items"]}) == len(page["items"])
    after = product.get(f"/v1/feed/cpd.repayments.v1?after={page['next']}", "payroll")
    assert after == {"items": [], "next": None}


def test_ctrl_c_stops_the_servers_too_and_a_second_start_keeps_everything(product: Product) -> None:
    before = product.get("/v1/trust/liability", "auditor")
    gone = product.press_ctrl_c()
    assert [pid for pid in gone if is_alive(pid)] == []
    for port in server_ports(product.settings).values():
        assert is_free(port)
    again = Product(product.home, full=True, base=product.settings.port_base)
    try:
        again.wait_until_ready()
        assert figures(again.get("/v1/trust/liability", "auditor")) == figures(before)
    finally:
        again.press_ctrl_c()


def figures(total: dict[str, Any]) -> dict[str, Any]:
    """Without the instant of asking."""
    schools = [figures(school) for school in total.get("schools", [])]
    return {name: value for name, value in total.items() if name != "known_at"} | {"schools": schools}
