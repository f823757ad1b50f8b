"""A portal of real processes beside the test: worker and beat on the test's own database and broker.

The test's database must be committed to (`transactional_db`), because the processes open it themselves.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.db import connection

from tests.servers import Redis, Running, die_with_parent

ROOT = Path(__file__).resolve().parent.parent.parent


def wait_until(condition: Callable[[], object], patience: float = 180, every: float = 0.2) -> None:
    """Wait until the condition holds; an AssertionError says that it never did."""
    give_up = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < give_up, "it did not happen in time"
        time.sleep(every)


def database_url() -> str:
    """The address of the database this test uses."""
    known = connection.settings_dict
    return f"postgres://{known['USER']}@{known['HOST']}:{known['PORT']}/{known['NAME']}"


class Site:
    """Worker and beat as the embedded installation runs them."""

    def __init__(self, folder: Path, modules: tuple[str, ...] = ()) -> None:
        self.folder = folder
        self.modules = modules
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        folder.mkdir(parents=True, exist_ok=True)
        self.env = os.environ | {
            "DJANGO_SETTINGS_MODULE": "qms.settings.embedded",
            "PYTHONPATH": str(ROOT),
            "QMS_DATA_DIR": str(settings.DATA_DIR),
            "QMS_DATABASE_URL": database_url(),
            "QMS_REDIS_URL": settings.CELERY_BROKER_URL,
            "QMS_SECRET_KEY": settings.SECRET_KEY,
            "QMS_FIELD_KEYS": ",".join(settings.FIELD_KEYS),
            "QMS_WORKER_PROCESSES": "1",
            "QMS_JOB_PATIENCE": "4",
        }

    def start(self, *names: str) -> None:
        """Start `worker` and `beat`, or one of them."""
        for name in names or ("worker", "beat"):
            command = [sys.executable, "-m", "celery", "--app", "qms", name, "--loglevel", "INFO"]
            if name == "worker":
                command += ["--without-gossip", "--without-mingle"]
                command += ["--include", ",".join(self.modules)] if self.modules else []
            else:
                command += ["--pidfile", "", "--schedule", str(self.folder / "schedule")]
            with (self.folder / f"{name}.log").open("ab") as log:
                self.processes[name] = subprocess.Popen(
                    command,
                    cwd=ROOT,
                    env=self.env,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                    preexec_fn=die_with_parent(signal.SIGTERM),
                )

    def kill(self, name: str) -> None:
        """End a part and all its children as a power cut would."""
        process = self.processes.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def stop(self) -> None:
        """End everything."""
        for name in list(self.processes):
            self.kill(name)

    def log(self, name: str) -> str:
        """What a part said."""
        return (self.folder / f"{name}.log").read_text(errors="replace")


def own_redis() -> Redis | None:
    """The Redis server this test run started, None when the environment named a running one."""
    return next((server for server in Running.servers if isinstance(server, Redis)), None)
