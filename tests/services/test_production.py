"""The production form without containers: the commands and settings of docker-compose.yml, run for real."""

import http.client
import json
import os
import signal
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from tests.servers import Redis, die_with_parent, free_port
from tests.services.sites import ROOT, wait_until
from tests.services.test_backup import new_database

pytestmark = pytest.mark.services


class Composition:
    """The services of the portal as processes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        compose = YAML(typ="safe", pure=True).load(ROOT / "docker-compose.yml")
        self.commands = {name: known.get("command") for name, known in compose["services"].items()}
        self.commands["static"] = ["python", "manage.py", "collectstatic", "--no-input", "--verbosity", "0"]
        self.commands["web"] = ["python", "-m", "gunicorn", "--config", "deploy/gunicorn.conf.py", "--bind"]
        self.commands["web"].append(f"127.0.0.1:{self.port}")
        self.redis = Redis(folder / "redis")
        self.redis.start()
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        # the secrets as script/secrets makes them
        subprocess.run(["cp", "-r", ROOT / "script", ROOT / "docker-compose.yml", folder], check=True)
        subprocess.run([folder / "script" / "secrets"], check=True, capture_output=True)
        (folder / "data").mkdir()
        (folder / "tmp").mkdir()
        passed = compose["services"]["web"]["environment"]
        self.env = {name: self.value(name, value) for name, value in passed.items()} | {
            "QMS_DATABASE_URL": new_database("migrated"),
            "QMS_REDIS_URL": self.redis.url,
            "QMS_REDIS_PASSWORD_FILE": "",
            "QMS_DATABASE_PASSWORD_FILE": "",
            "DJANGO_SETTINGS_MODULE": "tests.services.production_settings",
            "PYTHONPATH": str(ROOT),
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "TMPDIR": str(folder / "tmp"),
        }

    def value(self, name, value):
        """What compose would put in the place of ${…}, the secrets and the volume."""
        given = {"QMS_ALLOWED_HOSTS": "portal.example.vn", "QMS_PUBLIC_URL": "https://portal.example.vn"}
        if name in given:
            return given[name]
        if value.startswith("${"):
            return ""
        secrets = str(self.folder / "deploy" / "secrets")
        return value.replace("/run/secrets", secrets).replace("/data", str(self.folder / "data"))

    def start(self, name):
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                self.commands[name],
                cwd=ROOT,
                env=self.env,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=die_with_parent(signal.SIGTERM),
            )
        return self.processes[name]

    def log(self, name):
        return (self.folder / f"{name}.log").read_text()

    def get(self, path, **headers):
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)) as line:
            line.request("GET", path, headers=headers)
            answer = line.getresponse()
            return answer.status, answer.headers, answer.read().decode()

    def ready(self):
        try:
            return self.get("/readyz")[0] == 200
        except OSError:
            return False

    def well(self, part):
        probe = [sys.executable, ROOT / "deploy" / "probe.py", part]
        return subprocess.run(probe, env=self.env, check=False).returncode == 0

    def stop(self):
        for process in self.processes.values():
            process.terminate()
        for process in self.processes.values():
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        self.redis.stop()


@pytest.fixture(scope="module")
def composition(tmp_path_factory):
    made = Composition(tmp_path_factory.mktemp("compose"))
    try:
        for name in ("static", "migrate"):
            assert made.start(name).wait(timeout=300) == 0, made.log(name)
        for name in ("web", "worker", "beat"):
            made.start(name)
        wait_until(made.ready)
        yield made
    finally:
        made.stop()


def test_the_production_form_comes_up(composition):
    parts = json.loads(composition.get("/readyz")[2])["parts"]
    assert {name for name, part in parts.items() if part["ok"]} == {
        "database",
        "broker",
        "worker",
        "beat",
        "files",
    }


def test_the_health_checks_of_worker_and_beat_see_them(composition):
    assert composition.well("worker")
    assert composition.well("beat")
    beaten = composition.folder / "tmp" / "heartbeat-worker"
    old = time.time() - 120
    os.utime(beaten, (old, old))
    assert not composition.well("worker") or beaten.stat().st_mtime > old + 60


def test_pages_want_https_and_a_known_host(composition):
    status, headers, _body = composition.get("/", Host="portal.example.vn")
    assert (status, headers["Location"]) == (301, "https://portal.example.vn/")
    secure = {"Host": "portal.example.vn", "X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.7"}
    status, headers, _body = composition.get("/", **secure)
    assert status in {200, 302}
    assert "max-age=31536000" in headers["Strict-Transport-Security"]
    assert composition.get("/", Host="elsewhere.example", **{"X-Forwarded-Proto": "https"})[0] == 400


def test_logs_are_json_with_the_id_of_the_request(composition):
    wanted = "0123456789abcdef0123456789abcdef"
    secure = {"Host": "portal.example.vn", "X-Forwarded-Proto": "https", "X-Request-ID": wanted}
    assert composition.get("/no-such-page", **secure)[1]["X-Request-ID"] == wanted
    events = [json.loads(line) for line in composition.log("web").splitlines()]
    mine = [event for event in events if event.get("request_id") == wanted]
    assert mine, composition.log("web")[-3000:]
    assert {"event", "level", "timestamp"} <= mine[0].keys()


def test_no_secret_is_in_any_log(composition):
    secrets = [path.read_text() for path in (composition.folder / "deploy" / "secrets").iterdir()]
    for name in ("web", "worker", "beat", "migrate"):
        assert not any(secret and secret in composition.log(name) for secret in secrets)
