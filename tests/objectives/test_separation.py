"""Every act of the yearly cycle by everybody: who may not is refused by the service itself, and told why."""

import importlib
import inspect
import pkgutil
import re

import pytest
from django.db import transaction

from objectives import services
from qms.exceptions import DomainError, Refused
from qms.models import AuditEntry
from tests.objectives import acts as table
from tests.objectives.acts import acts, everything, put

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
ELSEWHERE = "This belongs to another agency."


class _Back(Exception):
    """Ends a trial; everything it wrote is taken back."""


@pytest.fixture
def world(agency, people, frozen):
    frozen(table.YEAR, 7, 15)
    return everything(agency, people)


def attempt(world, act, person):
    """What became of an act: (done, ""), (refused, why) or (impossible, why). Nothing stays."""
    try:
        with transaction.atomic():
            put(world, act)
            before = AuditEntry.objects.count()
            try:
                with transaction.atomic():
                    act.call(person)
            except Refused as error:
                assert AuditEntry.objects.count() == before, f"{act.name}: a refusal left a trace"
                answer = "refused", str(error)
            except DomainError as error:
                answer = "impossible", str(error)
            else:
                answer = "done", ""
            raise _Back
    except _Back:
        return answer


def expected(act, part):
    """The verdict on a part, and words of the reason."""
    if part in act.who:
        return "done", ""
    if part.startswith("far"):
        return "refused", re.escape(ELSEWHERE)
    who, why = act.kept
    return "refused", re.escape(why) if part == who else act.why


NOT_YET = {
    "set: close the year": "the year is not over",
    "review: submit": "missed targets say cause and measure first",
}
"""Who may is told here that something else is missing; the right is what is looked at."""


def test_every_act_by_everybody(world):
    """Exactly the people named may, in their own agency and unit; the others read why not."""
    wrong = []
    for act in acts(world):
        assert act.who or act.kept[0], act.name
        for part, person in world.cast.items():
            verdict, why = expected(act, part)
            got, said = attempt(world, act, person)
            if verdict == "done" and act.name in NOT_YET and got == "impossible":
                continue
            if got != verdict or not re.search(why, said):
                wrong.append(f"{act.name} by {part}: {got} {said!r}, expected {verdict} {why!r}")
    assert wrong == [], "\n".join(wrong)


def test_names_of_acts_are_their_own(world):
    names = [act.name for act in acts(world)]
    assert len(names) == len(set(names))
    assert set(NOT_YET) <= set(names)


INTERNAL = {
    "attainment.attainment_request": "the page asks for the right (policies.can_compute); figures confirmed "
    "by anyone are counted anew",
    "life.set_enter_into_force": "in the transaction that issues the decision, or that accepts a unit's",
    "life.set_end": "in the transaction that ends the decision, or that brings the next set into force",
    "plans_life.plan_enter_into_force": "in the transaction that issues the paper",
    "plans_life.plan_end": "in the transaction that ends the paper, or that brings the next plan into force",
}
"""No act of a person: called by the portal, on behalf of who did something else."""


def test_no_act_is_left_out():
    """Every service a person can call stands in the table."""
    written, missing = inspect.getsource(table), set()
    for found in pkgutil.iter_modules(services.__path__):
        module = importlib.import_module(f"{services.__name__}.{found.name}")
        for name, function in inspect.getmembers(module, inspect.isfunction):
            own = function.__module__ == module.__name__ and not name.startswith("_")
            if not own or "acting" not in inspect.signature(function).parameters:
                continue
            key = f"{found.name}.{name}"
            if not re.search(rf"\b{re.escape(key)}\b", written) and key not in INTERNAL:
                missing.add(key)
    assert missing == set()
