"""`deploy/kafka/local`: those who start a Kafka at one moment fetch it once, and each is told when its own serves."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.integration.deploy.files import DEPLOY
from tests.servers import free_port

MAVEN = """#!/bin/sh
echo fetched >> "$FETCHED"
for word in "$@"; do case $word in -DoutputDirectory=*) folder=${word#-DoutputDirectory=} ;; esac; done
sleep 0.3
touch "$folder/kafka.jar"
"""
JAVA = """#!/bin/sh
case "$*" in *StorageTool*) exit ;; esac
sleep 0.3
for folder; do :; done
touch "$(dirname "$folder")/serves"
echo "Kafka Server started"
exec sleep 60
"""
SERVERS = 3


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """One in which Maven and Java do next to nothing."""
    programs = tmp_path / "bin"
    programs.mkdir()
    for name, text in (("mvn", MAVEN), ("java", JAVA)):
        (programs / name).write_text(text)
        (programs / name).chmod(0o755)
    places = {"FETCHED": str(tmp_path / "fetched"), "CPD_KAFKA_LIBS": str(tmp_path / "cache" / "libs")}
    return os.environ | places | {"PATH": f"{programs}:{os.environ['PATH']}"}


def test_started_at_the_same_moment_they_fetch_kafka_once_and_wait_for_it(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    folders = [tmp_path / f"server-{number}" for number in range(SERVERS)]
    for folder in folders:
        folder.mkdir()
        (folder / "kafka.log").write_text("Kafka Server started, as an earlier start said\n")
    starts = []
    for folder in folders:
        ports = environment | {"CPD_KAFKA_CONTROLLER_PORT": str(free_port())}
        starts.append(subprocess.Popen([DEPLOY / "kafka" / "local", "start", folder, str(free_port())], env=ports))
    try:
        assert [start.wait(60) for start in starts] == [0] * SERVERS
        assert [(folder / "serves").exists() for folder in folders] == [True] * SERVERS
    finally:
        for folder in folders:
            subprocess.run([DEPLOY / "kafka" / "local", "stop", folder], env=environment, check=True)
    assert (tmp_path / "fetched").read_text() == "fetched\n"
    assert [path.name for path in (tmp_path / "cache").iterdir() if path.is_dir()] == ["libs"]
