"""Every act in every state, and every act by everybody: what is not allowed changes nothing.

The tables of the workflows are walked over whole; then each service is called in each state of its record,
and by each person of an agency. One record of each kind is set from state to state; every call is taken back.
"""

import importlib
import inspect
import pkgutil
from types import SimpleNamespace

import pytest
from django.db import transaction

from audits import policies_improvement, services, workflow, workflow_improvement
from audits.models import (
    Audit,
    AuditProgramme,
    CorrectiveAction,
    DeadlineExtension,
    Finding,
    ManagementReview,
    Nonconformity,
    ReviewDecision,
)
from qms.exceptions import DomainError, IllegalTransition, Refused
from qms.models import AuditEntry
from qms.workflow import move
from tests.audits import acts as acts_module
from tests.audits.acts import ANY, FILL, acts, everything, put  # noqa: F401 - a fixture
from tests.audits.conftest import TODAY


class _Back(Exception):
    """Ends a trial; everything it wrote is taken back."""


def attempt(call):
    """What became of a call: done, refused by a policy, or impossible by state or content. Nothing stays."""
    try:
        with transaction.atomic():
            call()
            raise _Back
    except _Back:
        return "done"
    except Refused as error:
        assert len(str(error)) > 10, "refused without a reason"
        return "refused"
    except DomainError:
        return "impossible"


TABLES = [
    (AuditProgramme, workflow.PROGRAMME, "programme"),
    (Audit, workflow.AUDIT, "audit"),
    (Finding, workflow.FINDING, "finding"),
    (Nonconformity, workflow_improvement.CASE, "case"),
    (CorrectiveAction, workflow_improvement.ACTION, "action"),
    (DeadlineExtension, workflow_improvement.EXTENSION, "extension"),
    (ManagementReview, workflow_improvement.REVIEW, "review"),
    (ReviewDecision, workflow_improvement.DECISION, "decision"),
]


def test_every_step_of_every_table(world):
    """A step is possible from its sources and from nowhere else."""
    wrong = []
    for model, table, name in TABLES:
        for state in model.State.values:
            record = put(getattr(world, name), state)
            for step in table.steps:
                extra = FILL.get(model, {}).get(step.target, {})
                try:
                    with transaction.atomic():
                        move(record, step, **extra)
                        raise _Back
                except _Back:
                    moved = True
                except IllegalTransition:
                    moved = False
                record = model.objects.get(pk=record.pk)
                if moved != (state in step.sources) or record.state != state:
                    wrong.append(f"{name}: {step.name} in {state}")
            reached = {step.target for step in table.steps} | {model.State.values[0], "open", "asked"}
            assert state in reached, f"{name}: nothing leads to {state}"
    assert wrong == []


BESIDE = {
    "finding": [("audit", "under_way")],
    "case": [("action", "open"), ("extension", "refused")],
    "action": [("case", "analysis"), ("extension", "refused")],
    "extension": [("case", "in_progress"), ("action", "open")],
    "decision": [("review", "concluded")],
    "review": [("decision", "open")],
}
"""The states of the records around one that is walked over."""


def set_up(world, name, state):
    """A record in a state, those around it in the states that belong to it."""
    for other, beside in BESIDE.get(name, []):
        put(getattr(world, other), beside)
    return put(getattr(world, name), state)


@pytest.fixture
def judgeable(world):
    """The check is due, the plan names who made it: nothing but state and person stands in the way."""
    type(world.check).objects.all().update(due_on=TODAY)
    Nonconformity.objects.all().update(submitted_by=world.cast["owner"])


def stateless(act):
    """Whether an act is possible whatever stands beside it: it makes something new."""
    return act[2] is ANY


def test_every_act_in_every_state(world, judgeable):
    """What a state does not allow fails with a reason, changes nothing and leaves no trace."""
    wrong, done = [], set()
    for name, record, states, who, call in acts(world):
        if states is ANY:
            continue
        model = type(getattr(world, record))
        for state in model.State.values:
            before = set_up(world, record, state)
            entries = AuditEntry.objects.count()
            got = attempt(lambda call=call, who=who: call(world.cast[sorted(who)[0]]))
            after = model.objects.get(pk=before.pk)
            if got == "done" and state in states:
                done.add((name, record))
            elif got == "done":
                wrong.append(f"{name} goes in {state}")
            if after.state != state or AuditEntry.objects.count() != entries:
                wrong.append(f"{name} in {state} left a trace")
    assert wrong == []
    never = [act[0] for act in acts(world) if (act[0], act[1]) not in done and not stateless(act)]
    gated = {"send plan", "close", "approve", "submit", "add session", "release", "hand in report"}
    assert set(never) <= gated, (
        set(never) - gated
    )  # the others went at least once, so the walk proves something


def test_every_act_by_everybody(world, judgeable):
    """Exactly the people named may; everybody else is refused by the service itself. Where the later figures
    of a target decide, nobody judges by hand."""
    wrong = []
    for name, record, states, who, call in acts(world):
        for part, person in world.cast.items():
            set_up(world, record, next(iter(states)))
            got = attempt(lambda call=call, person=person: call(person))
            if (got == "refused") == (part in who):
                wrong.append(f"{name} by {part}: {got}")
    assert wrong == []
    by_figures = SimpleNamespace(
        agency_id=world.agency.pk, by_figures=True, verifier_id=world.cast["verifier"].pk,
        nonconformity=world.case,
    )  # fmt: skip
    assert not any(policies_improvement.can_verify(person, by_figures) for person in world.cast.values())


INTERNAL = {
    "corrective.plan_finish",  # called by who reports or cancels the last action, with the case locked
    "effect.effect_by_figures",  # the nightly job: the figures decide, no person
    "recurrence.recurrence_find",  # called by who opens, changes or analyses a case
    "telling.tell",
    "wholefile.audit_archive",  # the worker, for who asked for the file
    "declarations.declaration_enforce",  # in the transaction that issues its paper
    "declarations.declaration_end",
    "corrective.tell_owner",
    "case_past.past_take",  # by case_transfer.import_commit, for who may do that
    "case_past.recurrences_after",
    "case_actions.take_actions",  # by case_transfer.import_commit, each act through its own service
}


def test_no_service_is_left_out():
    """Every service a person can call stands in the table of acts."""
    table = inspect.getsource(acts_module)
    missing = set()
    for found in pkgutil.iter_modules(services.__path__):
        module = importlib.import_module(f"{services.__name__}.{found.name}")
        for name, function in inspect.getmembers(module, inspect.isfunction):
            takes = "acting" in inspect.signature(function).parameters
            if function.__module__ != module.__name__ or name.startswith("_") or not takes:
                continue
            if f"{found.name}.{name}" not in table and f"{found.name}.{name}" not in INTERNAL:
                missing.add(f"{found.name}.{name}")
    assert missing - {"nonconformities.nonconformity_open"} == set()  # by cases.open_case
