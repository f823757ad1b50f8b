"""Keeps a handful of processes running: starts them, restarts one that dies, stops all of them.

Knows nothing of Django; `qms.server` says which processes make up the portal on one machine.
Invariant: no process started here outlives the supervisor, even when that is killed.
"""

import contextlib
import ctypes
import os
import shutil
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

RESTARTS = 5
WITHIN_SECONDS = 300.0
LOG_BYTES = 20 * 1024 * 1024
_PR_SET_PDEATHSIG = 1


class CannotRun(Exception):
    """The server cannot start or go on; the message is one line for the person at the terminal."""


def say(line: str) -> None:
    """One line for the person at the terminal."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def end_with_parent() -> Callable[[], None] | None:
    """What a child runs before its program: Linux is to end it when the supervisor dies."""
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None)

    def ask() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, int(signal.SIGTERM))

    return ask


@dataclass
class Part:
    """One process of the portal.

    `grace` is how many seconds it may take to stop by itself; `then` is sent before it is killed.
    """

    name: str
    command: Sequence[str]
    log: Path
    env: Mapping[str, str]
    folder: Path
    grace: float = 10.0
    then: signal.Signals | None = None
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)
    restarts: deque[float] = field(default_factory=deque, init=False)

    def start(self) -> None:
        """Start the process in a group of its own; raises CannotRun when the program is not there."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        try:
            with self.log.open("ab") as log:
                self.process = subprocess.Popen(
                    list(self.command),
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    cwd=self.folder,
                    env=dict(self.env),
                    start_new_session=True,
                    preexec_fn=end_with_parent(),
                )
        except OSError as error:
            raise CannotRun(f"The {self.name} cannot be started: {error}") from None

    @property
    def runs(self) -> bool:
        """Whether the process is there."""
        return self.process is not None and self.process.poll() is None

    @property
    def end(self) -> str:
        """How it ended, in words."""
        code = self.process.returncode if self.process else None
        if code is None:
            return "it runs"
        return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"

    def tell(self, by: signal.Signals) -> None:
        """Send a signal to the process, not to its children: each program stops its own."""
        if self.process is not None and self.runs:
            with contextlib.suppress(ProcessLookupError):
                self.process.send_signal(by)

    def kill(self) -> None:
        """End the whole group at once."""
        if self.process is None:
            return
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def last_words(self, lines: int = 12) -> str:
        """Where its log is and how it ends."""
        with contextlib.suppress(OSError):
            end = self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:]
            return f"its log {self.log} ends:\n" + "\n".join(end)
        return f"it has no log {self.log}"

    def trim_log(self) -> None:
        """Keep the log within bounds: one older file beside it."""
        with contextlib.suppress(OSError):
            if self.log.stat().st_size > LOG_BYTES:
                shutil.copyfile(self.log, self.log.with_suffix(".log.1"))
                os.truncate(self.log, 0)


class Supervisor:
    """Runs the parts until it is asked to stop; the first part stops last."""

    def __init__(self) -> None:
        self.parts: list[Part] = []
        self.asked_to_stop = 0

    def listen(self) -> None:
        """Let Ctrl-C, SIGTERM and a closed terminal end the run; a second time ends it at once."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._asked)

    def _asked(self, number: int, frame: object) -> None:
        self.asked_to_stop += 1

    def add(self, part: Part) -> None:
        """Start one more part."""
        self.parts.append(part)
        part.start()

    def look(self) -> None:
        """Start again what died; raises CannotRun when a part keeps dying."""
        now = time.monotonic()
        for part in self.parts:
            if part.runs or self.asked_to_stop:
                continue
            while part.restarts and now - part.restarts[0] > WITHIN_SECONDS:
                part.restarts.popleft()
            if len(part.restarts) >= RESTARTS:
                raise CannotRun(f"The {part.name} keeps stopping ({part.end}); {part.last_words()}")
            part.restarts.append(now)
            part.kill()  # children of the dead process, if any are left
            say(f"{time.strftime('%H:%M:%S')} The {part.name} stopped ({part.end}); starting it again.")
            part.start()

    def wait(self) -> None:
        """Watch the parts until asked to stop."""
        rounds = 0
        while not self.asked_to_stop:
            self.look()
            rounds += 1
            if rounds % 120 == 0:
                for part in self.parts:
                    part.trim_log()
            time.sleep(0.5)

    def stop(self) -> None:
        """Stop everything: first those that take in work, last the first part, which they all need."""
        if not self.parts:
            return
        first, rest = self.parts[0], self.parts[1:]
        _end(rest, lambda: self.asked_to_stop > 1)
        _end([first], lambda: self.asked_to_stop > 1)
        self.parts.clear()


def _end(parts: Sequence[Part], at_once: Callable[[], bool]) -> None:
    """Ask, wait, ask harder, kill."""
    for part in parts:
        part.tell(signal.SIGTERM)
    began = time.monotonic()
    pressed: set[str] = set()
    while any(part.runs for part in parts):
        waited = time.monotonic() - began
        for part in parts:
            if not part.runs:
                continue
            if at_once() or waited > part.grace + (5 if part.then else 0):
                part.kill()
            elif waited > part.grace and part.then and part.name not in pressed:
                pressed.add(part.name)
                part.tell(part.then)
        time.sleep(0.05)
    for part in parts:
        part.kill()
