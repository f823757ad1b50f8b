"""`script/server` as a person uses it: starts, stops with everything, mends itself, names faults."""

import contextlib
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from django.utils.translation import override

from qms import demo, server
from qms.models import Role
from qms.settings.runtime import is_served, running
from tests.objectives.test_attainment import RATES, TRUTH
from tests.servers import free_port
from tests.services.sites import ROOT, wait_until

pytestmark = pytest.mark.services


class Portal:
    """One `script/server` (without its set-up) on a data folder."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.port = free_port()
        self.process: subprocess.Popen[str] | None = None
        self.output = data.parent / f"{data.name}.out"

    def start(self, *options: str, wait: bool = True) -> None:
        """Start it; `wait` until it says that it is ready."""
        self.process = launch(self.output, "--data", str(self.data), "--port", str(self.port), *options)
        if wait:
            wait_until(lambda: "The portal is ready" in self.said() or self.process.poll() is not None, 1200)
            assert "The portal is ready" in self.said(), self.said()

    def said(self) -> str:
        """What the person at the terminal sees."""
        return self.output.read_text()

    def get(self, path: str) -> tuple[int, str]:
        """Status and body of a page."""
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)) as line:
            line.request("GET", path)
            answer = line.getresponse()
            return answer.status, answer.read().decode()

    def manage(self, *words: str) -> str:
        """What `script/manage --data …` says on this folder; an AssertionError when it fails."""
        env = clean_environment() | {
            "QMS_DATA_DIR": str(self.data),
            "DJANGO_SETTINGS_MODULE": "qms.settings.embedded",
        }
        ran = subprocess.run(
            [sys.executable, "manage.py", *words], cwd=ROOT, env=env, capture_output=True, text=True
        )
        assert ran.returncode == 0, ran.stdout + ran.stderr
        return ran.stdout

    def children(self) -> dict[str, list[int]]:
        """The direct children of the supervisor by name."""
        found: dict[str, list[int]] = {}
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
                words = (entry / "cmdline").read_text().replace("\0", " ")
            except OSError:
                continue
            if parent == self.process.pid:
                name = next(
                    (n for n in ("gunicorn", " worker", " beat", "valkey", "redis") if n in words), "other"
                )
                found.setdefault(name.strip(), []).append(int(entry.name))
        return found

    def stop(self, by: signal.Signals = signal.SIGINT) -> int:
        """Stop it and give back its exit code."""
        self.process.send_signal(by)
        return self.process.wait(timeout=120)


def clean_environment() -> dict[str, str]:
    """The environment without anything that speaks to the portal."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("QMS_", "DJANGO_"))}


def launch(output: Path, *options: str) -> "subprocess.Popen[str]":
    env = clean_environment()
    with output.open("w") as out:
        return subprocess.Popen(
            [sys.executable, "-m", "qms.server", *options],
            cwd=ROOT,
            env=env,
            stdout=out,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )


def refused(tmp_path, *options):
    """Exit code and the one line of a start that cannot be."""
    process = launch(tmp_path / "refused.out", *options)
    code = process.wait(timeout=120)
    lines = [line for line in (tmp_path / "refused.out").read_text().splitlines() if line]
    return code, lines


@pytest.fixture(scope="module")
def portal(tmp_path_factory):
    """One portal for all tests, with the demonstration, as a newcomer starts it."""
    made = Portal(tmp_path_factory.mktemp("portal") / "data")
    made.start()
    yield made
    if made.process.poll() is None:
        made.process.send_signal(signal.SIGTERM)
        made.process.wait(timeout=120)


def test_it_is_ready_when_it_says_so(portal):
    status, body = portal.get("/readyz")
    assert status == 200
    assert all(part["ok"] for part in json.loads(body)["parts"].values())
    assert portal.get("/healthz") == (200, "ok\n")
    assert f"http://127.0.0.1:{portal.port}" in portal.said()
    assert portal.get("/")[0] in {200, 302}


def test_it_tells_how_far_it_is_and_prints_an_account_of_every_role(portal):
    said = portal.said()
    assert re.search(r"^\[1/\d+\]", said, re.MULTILINE)
    assert demo.PASSWORD in said
    with override("vi"):
        for role in Role:
            assert str(role.label) in said, role


def test_the_demonstration_has_the_true_attainment_and_a_decision_that_stands(portal, tmp_path):
    told = portal.manage("compute_attainment", "--year", "2025", "--agency", demo.CODE, "--json")
    found = {
        (row["target"], row["formula"], row["unit"], row["period"]): (row["numerator"], row["denominator"])
        for row in json.loads(told)
    }
    for (target, formula), rate in RATES.items():
        assert found[target, formula, None, "2025"] == rate(TRUTH["all"])
    portal.manage("export_papers", str(tmp_path), "--year", "2025")
    papers = json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))
    decision = next(one for one in papers if "Mục tiêu chất lượng" in one["title"])
    assert str(tmp_path) not in portal.manage("verify_pdf", str(tmp_path / decision["file"]))
    signed = subprocess.run(["pdfsig", tmp_path / decision["file"]], capture_output=True, text=True).stdout
    assert signed.count("Signature is Valid.") == 2


def test_secrets_are_readable_by_their_owner_only(portal):
    secrets = [path for path in (portal.data / "keys").iterdir() if path.is_file()]
    assert secrets
    for path in [*secrets, portal.data / "runtime.env", portal.data / "broker" / "broker.conf"]:
        assert path.stat().st_mode & 0o077 == 0, path


def test_commands_reach_the_broker_of_the_running_server(portal):
    assert is_served(portal.data)
    assert running(portal.data)["QMS_REDIS_URL"].startswith("redis://:")


def test_a_second_server_on_the_same_data_is_refused(portal, tmp_path):
    code, lines = refused(tmp_path, "--data", str(portal.data), "--port", "0")
    assert code == 1
    assert len(lines) == 1
    assert "already runs on the data folder" in lines[0]
    assert str(portal.port) in lines[0]


def test_a_port_in_use_is_one_clear_line(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        code, lines = refused(tmp_path, "--data", str(tmp_path / "data"), "--port", str(port))
    assert code == 1
    other = f"choose another: script/server --port {port + 1}"
    assert lines == [f"script/server: Port {port} is in use by another program; {other}"]


def test_a_folder_that_cannot_be_written_to_is_one_clear_line(tmp_path):
    (tmp_path / "file").write_text("")
    code, lines = refused(tmp_path, "--data", str(tmp_path / "file"), "--port", "0")
    assert code == 1
    assert len(lines) == 1
    assert "cannot be written to" in lines[0]
    assert "--data DIR" in lines[0]


@pytest.mark.parametrize(("empty", "loaded"), [(True, 0), (False, 1)])
def test_the_demonstration_is_loaded_once_or_not_at_all(monkeypatch, tmp_path, empty, loaded):
    ran = []
    monkeypatch.setattr(
        server, "manage", lambda _super, _env, _log, *words, **_how: ran.append(words[0]) or ""
    )
    (tmp_path / "logs").mkdir()
    for _start in (1, 2):
        assert server.prepare(None, tmp_path, {}, empty=empty) is not empty
    assert ran.count("load_demo") == loaded
    assert ran.count("migrate") == 2


def test_a_missing_library_names_its_package(monkeypatch):
    monkeypatch.setattr(server, "LIBRARIES", {"libnot-there.so.9": "libnot-there9"})
    with pytest.raises(server.CannotRun, match="sudo apt-get install -y libnot-there9"):
        server.check_libraries()


@pytest.mark.parametrize("part", ["worker", "beat", "gunicorn", "valkey"])
def test_a_part_that_dies_is_started_again(portal, part):
    before = portal.children()[part]
    os.kill(before[0], signal.SIGKILL)
    wait_until(lambda: portal.children().get(part, before) != before)
    wait_until(lambda: portal.get("/healthz")[0] == 200 if part != "gunicorn" else True)
    wait_until(lambda: re.search(r"stopped \(signal SIGKILL\); starting it again", portal.said()))
    wait_until(lambda: is_up(portal))


def is_up(portal):
    try:
        return portal.get("/readyz")[0] == 200
    except OSError:
        return False


def test_ctrl_c_stops_everything_and_the_second_start_is_quick(portal):
    processes = [pid for pids in portal.children().values() for pid in pids]
    assert portal.stop(signal.SIGINT) == 0
    assert "Stopped." in portal.said()
    assert [pid for pid in processes if Path(f"/proc/{pid}").exists()] == []
    assert not is_served(portal.data)
    assert not (portal.data / "runtime.env").exists()

    portal.start()
    assert "Making the database" not in portal.said() and "Loading the demo" not in portal.said()

    processes = [pid for pids in portal.children().values() for pid in pids]
    portal.process.kill()  # even so nothing may stay behind
    portal.process.wait()
    wait_until(lambda: not any(alive(pid) for pid in processes))


def alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
