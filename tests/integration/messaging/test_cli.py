"""The command line, with the toy as the one installed service."""

import os
import signal
import socket
import subprocess
import sys
import types
import urllib.request
from pathlib import Path

import pytest
from click.testing import CliRunner

from shared import cli
from shared.messaging.bus import Record
from tests.integration.messaging.toy import TOPIC, Toy
from tests.processes import eventually, kill, stopped, until_gone
from tests.servers import free_base

CPD = (sys.executable, "-m", "shared")
ROOT = Path(__file__).parents[3]


@pytest.fixture
def env(tmp_path):
    """An environment in which a distribution of our name offers the toy instead of our services."""
    return offering(tmp_path, "toy = tests.integration.messaging.toy_service:SERVICE\n")


def offering(tmp_path, entry_points):
    info = tmp_path / "installed" / "cpd_ledger-0.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: cpd-ledger\nVersion: 0.0\n")
    (info / "entry_points.txt").write_text(f"[cpd.services]\n{entry_points}")
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CPD_")}
    return kept | {
        "PYTHONPATH": os.pathsep.join([str(info.parent), str(ROOT)]),
        "CPD_HOME": str(tmp_path / "home"),
        "CPD_PORT_BASE": str(free_base()),
        "HOME": str(tmp_path / "user"),
    }


def cpd(env, *arguments):
    return subprocess.run([*CPD, *arguments], env=env, capture_output=True, text=True, timeout=120, check=False)


class Running:
    """`cpd run`, seen from outside."""

    def __init__(self, env, folder):
        self.home = Path(env["CPD_HOME"])
        self.url = f"http://127.0.0.1:{int(env['CPD_PORT_BASE']) + 2}/"
        self.output = folder / "output"
        with self.output.open("wb") as output:
            self.process = subprocess.Popen([*CPD, "run"], env=env, stdout=output, stderr=subprocess.STDOUT)

    def is_ready(self):
        assert self.process.poll() is None, self.output.read_text()
        return b"Ctrl-C stops" in self.output.read_bytes()

    def web(self, path=""):
        """The process ids of gunicorn and of the worker that answered; at `loaded-by` of who loaded the code."""
        try:
            with urllib.request.urlopen(self.url + path, timeout=5) as answer:  # noqa: S310  our own address
                return [int(pid) for pid in answer.read().split()]
        except OSError:
            return None

    def workers(self):
        return [int(path.suffix[1:]) for path in (self.home / "toy").glob("worker.*") if path.suffix[1:].isdigit()]

    def everyone(self):
        """The processes of the web server and the worker, once both are at work."""
        return [*eventually(self.web), *eventually(self.workers)]


@pytest.fixture
def running(env, tmp_path):
    (tmp_path / "user").mkdir()
    running = Running(env, tmp_path)
    try:
        eventually(running.is_ready)
        yield running
    finally:
        stopped(running.process)


def test_run_starts_everything_and_says_what_to_try(running, tmp_path):
    output = running.output.read_text()
    assert "toy is ready at http://127.0.0.1:" in output
    assert "headteacher: " + "e" * 300 in output
    assert "curl [here]" in output
    assert (running.home / "toy" / "prepared").exists()
    assert sorted(path.name for path in (running.home / "logs").iterdir()) == ["toy-web.log", "toy-worker.log"]
    assert list((tmp_path / "user").iterdir()) == [], "gunicorn opened its control socket under HOME"


def test_ctrl_c_leaves_no_process(running):
    everyone = running.everyone()
    assert len(everyone) == 3
    running.process.send_signal(signal.SIGINT)
    assert running.process.wait(30) == 0
    until_gone(everyone)
    assert running.web() is None


def test_a_killed_web_server_answers_again(running):
    first, _ = running.web()
    kill(first)
    eventually(lambda: (running.web() or [first])[0] != first)


def test_a_web_server_loads_the_code_once_for_all_its_processes(running):
    gunicorn, _ = running.web()
    assert running.web("loaded-by") == [gunicorn]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process that its parent died")
def test_nothing_outlives_a_killed_run(running):
    everyone = running.everyone()
    running.process.kill()
    running.process.wait()
    until_gone(everyone)


def test_a_port_that_is_taken_is_told(env):
    with socket.socket() as other:
        other.bind(("127.0.0.1", int(env["CPD_PORT_BASE"]) + 2))
        other.listen()
        answer = cpd(env, "run")
    assert answer.returncode == 1
    assert "CPD_PORT_BASE" in answer.stderr


def loaded_by(statement):
    """The modules that a process has after a statement."""
    code = f"{statement}; import sys; print(*sys.modules)"
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()


def test_a_process_of_one_service_loads_no_other():
    loaded = loaded_by("from shared.service import service_named; service_named('requests')")
    assert "services.requests.service" in loaded
    assert not [name for name in loaded if name.startswith(("services.agreements", "services.reviews"))]
    assert "psycopg" not in loaded, "its files need no driver of a server"


def test_the_command_itself_loads_no_app_and_no_driver():
    loaded = loaded_by("import shared.cli")
    assert "shared.supervisor" in loaded
    assert not {"shared.web.app", "psycopg"} & set(loaded)


def test_a_services_own_commands_are_merged_in(env):
    assert cpd(env, "greet").stdout == "hello from toy\n"


def test_dead_letters_of_every_installed_service_are_one_command(tmp_path):
    module = "tests.integration.messaging.toy_service"
    env = offering(tmp_path, f"toy = {module}:SERVICE\njars = {module}:OTHER\n")
    for service in ("toy", "jars"):
        toy = Toy(Path(env["CPD_HOME"]) / service)
        toy.bus.publish([Record(TOPIC, "", b"junk")])
        toy.consumer.step()
    rows = [line for line in cpd(env, "dead-letters", "list").stdout.splitlines() if TOPIC in line]
    assert [row.strip("│").split("│")[0].strip() for row in rows] == ["toy", "jars"]
    drop = cpd(env, "dead-letters", "drop", TOPIC, "1", "--reason", "it is junk", "--service", "jars")
    assert drop.stdout == f"jars {TOPIC} 1: dropped\n"


def test_an_unknown_service_is_named(env):
    answer = cpd(env, "worker", "payroll")
    assert answer.returncode == 2
    assert "there is no service payroll; there is toy" in answer.stderr


@pytest.mark.parametrize("broken", [{"CPD_MODE": "production"}, {"CPD_MODE": "pretend"}, {"CPD_PORT_BASE": "x"}])
def test_a_wrong_setting_is_told_and_ends_with_2(env, broken):
    answer = cpd(env | broken, "worker", "toy")
    assert answer.returncode == 2
    assert answer.stderr.startswith("Error: ")
    assert "Traceback" not in answer.stderr


@pytest.fixture
def asked(monkeypatch, tmp_path):
    """What the token command asked of the token module."""
    asked = []
    tokens = types.ModuleType("shared.tokens")
    tokens.ensure_local_key = lambda _: asked.append("key")
    tokens.issue_token = lambda _, **claims: asked.append(claims) or "the.token"
    monkeypatch.setitem(sys.modules, "shared.tokens", tokens)
    monkeypatch.setenv("CPD_HOME", str(tmp_path))
    return asked


def test_the_last_line_of_token_is_the_token(asked):
    arguments = ["token", "--role", "staff", "--role", "headteacher", "--school", "100001", "--staff", "P1"]
    answer = CliRunner().invoke(cli.cpd, arguments)
    assert answer.output.splitlines()[-1] == "the.token"
    key, claims = asked
    assert key == "key"
    assert list(claims["roles"]) == ["staff", "headteacher"]
    assert (list(claims["schools"]), claims["staff_id"], claims["hours"]) == (["100001"], "P1", 12)


def test_tokens_are_refused_outside_local_mode(asked, monkeypatch):
    for name in ("CPD_JWT_ISSUER", "CPD_JWT_AUDIENCE", "CPD_JWKS"):
        monkeypatch.setenv(name, "x")
    monkeypatch.setenv("CPD_MODE", "production")
    answer = CliRunner().invoke(cli.cpd, ["token", "--role", "auditor"])
    assert answer.exit_code == 1
    assert asked == []
