"""A few callers that give many people's commands, some of them twice, each until it is answered."""

import queue
import random
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import NamedTuple

from tests.faults.client import Answer, Client, Command
from tests.faults.house import House
from tests.faults.lives import COMMANDS, life

CALLERS = 5
WAIT_SECONDS = 0.03
AGAIN, AT_ONCE = 0.3, 0.1
"""The share of commands that is sent again after the answer, and that is sent twice at the same moment."""


class Turn(NamedTuple):
    """One person's next command, and what follows it."""

    command: Command
    rest: Iterator[Command]


class Load:
    """All the commands of `people` lives. `answers` tells by its key what each was answered in the end."""

    def __init__(self, house: House, people: int, today: date, seed: int, most_seconds: float) -> None:
        self.answers: dict[str, tuple[Command, Answer]] = {}
        self.unlike: list[tuple[Command, Answer, Answer]] = []
        self.problems: list[str] = []
        self.sent_twice = 0
        self.limit = people * COMMANDS
        """No further command is given once so many were answered."""
        self._chance = random.Random(seed)  # noqa: S311  chance that a failure can be repeated with
        self._house = house
        self._turns: queue.Queue[Turn] = queue.Queue()
        self._left = people
        self._lock = threading.Lock()
        for number in range(people):
            self._continue(life(number, today))
        self.callers = [Client(house.port, house.tokens) for _ in range(CALLERS)]
        self._threads = [threading.Thread(target=self._call, args=(caller,)) for caller in self.callers]
        self._most_seconds = most_seconds
        self._until = time.monotonic() + most_seconds

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def join(self) -> None:
        """Wait until all callers have come to an end."""
        for thread in self._threads:
            thread.join()

    def give_up(self, why: str) -> None:
        """Let the callers come to an end."""
        self.problems.append(why)

    @property
    def running(self) -> bool:
        return any(thread.is_alive() for thread in self._threads)

    def _continue(self, rest: Iterator[Command]) -> None:
        command = next(rest, None)
        if command is not None:
            self._turns.put(Turn(command, rest))
        else:
            with self._lock:
                self._left -= 1

    def _call(self, caller: Client) -> None:
        while self._left and not self.problems:
            if time.monotonic() > self._until:
                self.give_up(f"not done after {self._most_seconds:.0f} seconds")
            if len(self.answers) >= self.limit:
                time.sleep(WAIT_SECONDS)
                continue
            try:
                turn = self._turns.get(timeout=WAIT_SECONDS)
                self._take(caller, turn)
            except queue.Empty:
                continue
            except Exception as error:  # noqa: BLE001  the test tells of it
                self.give_up(f"{type(error).__name__}: {error}")
        caller.close()

    def _take(self, caller: Client, turn: Turn) -> None:
        command = turn.command
        with self._lock:
            dice = self._chance.random()
        answer = self._at_once(caller, command) if dice < AT_ONCE else caller.send(command)
        if command.awaits and answer.status in (404, 422):
            time.sleep(WAIT_SECONDS)
            self._turns.put(turn)
            return
        if AT_ONCE <= dice < AT_ONCE + AGAIN and answer.accepted:
            self._compare(command, answer, caller.send(command))
        if not (answer.accepted or (command.may_be_late and answer.status == 409)):
            self.give_up(f"{command} was answered {answer}")
        self.answers[command.key] = command, answer
        self._continue(turn.rest)

    def _at_once(self, caller: Client, command: Command) -> Answer:
        """Send it twice at the same moment. Gives the answer that took effect, if one did."""
        other = Client(caller.port, caller.tokens)
        with ThreadPoolExecutor(1) as beside:
            second = beside.submit(other.send, command)
            first = caller.send(command)
            answers = (first, second.result())
        other.close()
        caller.failures += other.failures
        accepted = [answer for answer in answers if answer.accepted]
        if len(accepted) == 2:
            self._compare(command, *accepted)
        return accepted[0] if accepted else first

    def _compare(self, command: Command, answer: Answer, again: Answer) -> None:
        with self._lock:
            self.sent_twice += 1
        if answer != again:
            self.unlike.append((command, answer, again))
