"""Who may know whom: import contracts, and the same order for foreign keys."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps

ROOT = Path(__file__).resolve().parent.parent.parent
RANK = {
    "qms": 0,
    "documents": 1,
    "dossiers": 1,
    "library": 2,
    "training": 2,
    "feedback": 2,
    "objectives": 3,
    "risks": 4,
    "audits": 5,
}
OWN_MODELS = [model for model in apps.get_models() if model._meta.app_label in RANK]


def test_imports_keep_the_order_of_the_apps():
    lint = Path(sys.executable).with_name("lint-imports")
    checked = subprocess.run([lint], cwd=ROOT, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout


@pytest.mark.parametrize("model", OWN_MODELS, ids=lambda model: model._meta.label)
def test_foreign_keys_keep_the_order_of_the_apps(model):
    mine = model._meta.app_label
    for field in model._meta.get_fields():
        target = getattr(field, "related_model", None)
        if not field.concrete or target is None or target._meta.app_label not in RANK:
            continue
        theirs = target._meta.app_label
        assert theirs == mine or RANK[theirs] < RANK[mine], f"{model._meta.label}.{field.name}"


@pytest.mark.parametrize("model", OWN_MODELS, ids=lambda model: model._meta.label)
def test_models_keep_save_and_delete_as_they_are(model):
    """What a record does when it is saved stands in a service, where it is seen and logged."""
    own = [cls for cls in model.__mro__ if cls.__module__.split(".")[0] in RANK]
    overriding = [cls.__qualname__ for cls in own if "save" in vars(cls)]
    assert overriding == []


PURE = (
    "qms/worktime.py",
    "qms/text.py",
    "objectives/formulas.py",
    "objectives/periods.py",
    "objectives/timeframe.py",
)
DATABASE = re.compile(r"^\s*(?:from|import) (?:django\.db|[\w.]+\.models\b|qms\.clock)", re.MULTILINE)


@pytest.mark.parametrize("name", PURE)
def test_pure_modules_know_neither_database_nor_clock(name):
    assert DATABASE.findall((ROOT / name).read_text()) == []


def modules():
    for app in RANK:
        yield from (path for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts)


# one mechanism that is easier to follow in one piece; grows no further
LONGER = {"qms/jobs.py": 560}


def test_modules_stay_small():
    """Past some 400 lines a module becomes a package, one noun per file."""
    lengths = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in modules()}
    assert {name: lines for name, lines in lengths.items() if lines > LONGER.get(name, 450)} == {}


def test_every_module_says_what_it_is_for():
    silent = []
    for path in modules():
        text = path.read_text().strip()
        if text and not text.startswith(('"""', 'r"""', "#!")):
            silent.append(str(path.relative_to(ROOT)))
    assert silent == []
