"""Liveness and readiness: what they say, when, and what they keep to themselves."""

import time

import pytest
from django.core.cache import cache

from qms import health, heartbeat

pytestmark = pytest.mark.django_db


@pytest.fixture
def all_well(monkeypatch):
    monkeypatch.setattr(health, "_files_worked_at", 0.0)
    heartbeat._last.clear()
    heartbeat.give("worker")
    heartbeat.give("beat")


def test_ready_when_every_part_works(client, all_well):
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json()["ready"] is True
    assert set(answer.json()["parts"]) == {"database", "broker", "worker", "beat", "files"}
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("part", ["worker", "beat"])
def test_a_part_without_a_sign_of_life_is_named(client, all_well, part):
    cache.delete(heartbeat.key(part))
    answer = client.get("/readyz")
    assert answer.status_code == 503
    wrong = {name: facts for name, facts in answer.json()["parts"].items() if not facts["ok"]}
    assert wrong.keys() == {part}
    assert "no sign of life" in wrong[part]["reason"]


def test_a_broker_that_is_away_is_named_without_its_address(client, all_well, settings):
    settings.CELERY_BROKER_URL = "redis://:secret-of-the-broker@127.0.0.1:1/0"
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["parts"]["broker"] == {
        "ok": False,
        "ms": answer.json()["parts"]["broker"]["ms"],
        "reason": "does not answer",
    }
    assert "secret" not in answer.content.decode()


def test_storage_that_refuses_is_named(client, all_well, monkeypatch):
    def refuse(*args, **kwargs):
        raise OSError(28, "No space left on device", "/srv/secret-path")

    monkeypatch.setattr(health.default_storage, "save", refuse)
    answer = client.get("/readyz")
    assert answer.json()["parts"]["files"]["reason"] == "does not answer"
    assert "secret-path" not in answer.content.decode()


def test_the_probe_of_the_storage_leaves_nothing_behind(client, all_well):
    client.get("/readyz")
    assert health.default_storage.listdir(".probe")[1] == []


def test_probes_need_no_known_host_and_no_https(client, settings):
    settings.SECURE_SSL_REDIRECT = True
    assert client.get("/healthz", headers={"host": "10.1.2.3:8000"}).status_code == 200
    assert client.get("/readyz", headers={"host": "10.1.2.3:8000"}).status_code in {200, 503}
    assert client.get("/", headers={"host": "10.1.2.3:8000"}).status_code == 400


def test_liveness_needs_no_other_part(client, monkeypatch):
    monkeypatch.setattr(health, "CHECKS", {"database": lambda: 1 / 0})
    assert client.get("/healthz").content == b"ok\n"


def test_signs_of_life_are_given_every_few_seconds_at_most(monkeypatch):
    heartbeat._last.clear()
    heartbeat.give("worker")
    cache.delete(heartbeat.key("worker"))
    heartbeat.give("worker")
    assert not heartbeat.lives("worker")
    monkeypatch.setitem(heartbeat._last, "worker", time.monotonic() - 6)
    heartbeat.give("worker")
    assert heartbeat.lives("worker")
