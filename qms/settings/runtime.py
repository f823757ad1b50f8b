"""Where the running server of a data folder keeps what other commands on that folder need to know.

`script/server` writes it, the embedded settings read it. A file left behind by a killed server does
not count: the server holds a lock for as long as it lives.
"""

import fcntl
from pathlib import Path

LOCK = "server.lock"
RUNTIME = "runtime.env"


def is_served(data: Path) -> bool:
    """Whether a server runs on the data folder at this moment."""
    try:
        with (data / LOCK).open("rb") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return True
    except OSError:
        pass
    return False


def running(data: Path) -> dict[str, str]:
    """The settings of the server that runs on the data folder; empty when none does."""
    if not is_served(data):
        return {}
    try:
        lines = (data / RUNTIME).read_text(encoding="ascii").splitlines()
    except OSError:
        return {}
    return dict(line.split("=", 1) for line in lines if "=" in line)
