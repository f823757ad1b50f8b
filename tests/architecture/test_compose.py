"""docker-compose.yml: valid, closed in itself, and in agreement with the settings the code declares."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from qms.settings import env

ROOT = Path(__file__).resolve().parent.parent.parent
PORTAL = ("migrate", "web", "worker", "beat")
# what one machine may set, but a container never needs
NOT_FOR_CONTAINERS = {"QMS_HTTPS", "QMS_LOG_JSON", "QMS_TRUST_ROOTS"}


@pytest.fixture(scope="module")
def compose():
    return YAML(typ="safe", pure=True).load(ROOT / "docker-compose.yml")


def setting(name):
    """The declared setting that an environment variable passes, NAME or NAME_FILE."""
    return name if name in env.DECLARED else name.removesuffix("_FILE")


def test_the_file_follows_the_compose_schema():
    checker = Path(sys.executable).with_name("check-jsonschema")
    checked = subprocess.run(
        [checker, "--builtin-schema", "vendor.compose-spec", ROOT / "docker-compose.yml"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout


@pytest.mark.parametrize("service", PORTAL)
def test_every_setting_that_is_passed_is_read_by_the_code(compose, service):
    passed = {setting(name) for name in compose["services"][service]["environment"]}
    assert passed - env.DECLARED.keys() == set()


@pytest.mark.parametrize("service", PORTAL)
def test_every_setting_that_production_requires_is_passed(compose, service):
    passed = {setting(name) for name in compose["services"][service]["environment"]}
    required = {name for name, known in env.DECLARED.items() if known.required_in_production}
    assert required - passed == set()


def test_every_setting_can_be_set_in_production(compose):
    passed = {setting(name) for name in compose["services"]["web"]["environment"]}
    assert env.DECLARED.keys() - passed == NOT_FOR_CONTAINERS


@pytest.mark.parametrize("service", PORTAL)
def test_secrets_come_from_files_that_are_mounted(compose, service):
    known = compose["services"][service]
    files = {name: value for name, value in known["environment"].items() if name.endswith("_FILE")}
    assert {Path(value).name for value in files.values()} <= set(known["secrets"])
    in_the_open = [
        name
        for name in known["environment"]
        if re.search("SECRET|PASSWORD|FIELD_KEYS|EMAIL_URL", name) and not name.endswith("_FILE")
    ]
    assert in_the_open == []


def test_every_name_that_is_referred_to_is_defined(compose):
    for name, service in compose["services"].items():
        assert set(service.get("secrets", [])) <= compose["secrets"].keys(), name
        assert set(service.get("networks", [])) <= compose["networks"].keys(), name
        assert set(service.get("depends_on", {})) <= compose["services"].keys(), name
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            assert source in compose["volumes"] or (ROOT / source).exists(), (name, source)


def test_all_services_of_the_portal_are_there_and_say_whether_they_are_well(compose):
    services = compose["services"]
    assert services.keys() == {"postgres", "redis", "migrate", "web", "worker", "beat", "proxy"}
    image_checks = "HEALTHCHECK" in (ROOT / "Dockerfile").read_text()
    for name, service in services.items():
        assert name == "migrate" or "healthcheck" in service or (image_checks and name == "web"), name


def test_only_the_proxy_is_reachable_from_outside(compose):
    assert [name for name, service in compose["services"].items() if "ports" in service] == ["proxy"]
    assert compose["networks"]["inside"]["internal"] is True
    assert compose["services"]["postgres"]["networks"] == ["inside"]
    assert compose["services"]["redis"]["networks"] == ["inside"]


def test_migrations_run_once_before_anything_that_needs_them(compose):
    for name in ("web", "worker", "beat"):
        waits = compose["services"][name]["depends_on"]
        assert waits["migrate"] == {"condition": "service_completed_successfully"}
    assert compose["services"]["migrate"]["restart"] == "no"


def test_the_example_of_the_env_file_names_what_the_compose_file_asks_for():
    asked = set(re.findall(r"\$\{(\w+)", (ROOT / "docker-compose.yml").read_text()))
    offered = set(re.findall(r"^(\w+)=", (ROOT / "deploy/env.example").read_text(), re.MULTILINE))
    must = set(re.findall(r"\$\{(\w+):\?", (ROOT / "docker-compose.yml").read_text()))
    assert must <= offered <= asked


def test_the_image_does_not_run_as_root():
    instructions = (ROOT / "Dockerfile").read_text().split("FROM")[-1]
    assert re.search(r"^USER [1-9]\d+$", instructions, re.MULTILINE)


def test_secrets_and_data_stay_out_of_the_image_and_the_repository():
    for file in (".dockerignore", ".gitignore"):
        lines = {line.strip("/") for line in (ROOT / file).read_text().split()}
        assert {"deploy/secrets", "var", ".env"} <= lines, file
