"""Two people at one case: nothing is lost. Proven without the lock first, then with it (PostgreSQL only)."""

import threading
from contextlib import suppress

from django.db import transaction

from audits.models import CorrectiveAction, Nonconformity
from audits.services import corrective, plan
from qms import audit
from qms.workflow import hold
from tests.audits.cases import TODAY, fresh, june, lead, make_plan, open_case, people  # noqa: F401
from tests.races import PATIENCE, SOON, at_once, races, unlocked

pytestmark = races


def two_last_actions(people, june, monkeypatch, *, lock):  # noqa: F811
    """Both last actions are reported at once: each looks for open ones before the other commits."""
    case = lead(open_case(people), people, "analysis", june)
    make_plan(case, people)
    corrective.action_plan(
        fresh(case), acting=people.head, description="Tập huấn", owner=people.staff, deadline=TODAY
    )
    plan.plan_submit(fresh(case), acting=people.head)
    plan.plan_approve(fresh(case), acting=people.committee_head)
    meet = threading.Barrier(2)
    finish = corrective.plan_finish

    def slow(*args, **kwargs):
        finish(*args, **kwargs)
        with suppress(threading.BrokenBarrierError):  # with the lock the second one still waits for the first
            meet.wait(timeout=SOON if lock else PATIENCE)

    monkeypatch.setattr(corrective, "plan_finish", slow)
    rows = list(case.actions.filter(kind="corrective").select_related("nonconformity"))

    def report(action):
        return lambda: corrective.action_report(action, acting=people.staff, note="Xong", reference="BB")

    at_once(*(report(action) for action in rows))
    done = CorrectiveAction.objects.filter(nonconformity=case, state="open").count() == 0
    return done, Nonconformity.objects.get(pk=case.pk).state


def test_without_the_lock_the_case_waits_for_ever(people, june, monkeypatch):  # noqa: F811
    monkeypatch.setattr(corrective, "locked", unlocked)
    assert two_last_actions(people, june, monkeypatch, lock=False) == (True, "in_progress")


def test_with_the_lock_exactly_one_hands_the_case_over(people, june, monkeypatch):  # noqa: F811
    assert two_last_actions(people, june, monkeypatch, lock=True) == (True, "checking")


def test_of_approving_and_returning_at_once_one_succeeds(people, june):  # noqa: F811
    case = lead(open_case(people), people, "submitted", june)
    raised = at_once(
        lambda: plan.plan_approve(fresh(case), acting=people.committee_head),
        lambda: plan.plan_approve(fresh(case), acting=people.leader),
    )
    assert len(raised) == 1 and fresh(case).state == "in_progress"


def test_taking_cases_over_keeps_nobody_waiting_who_only_writes_in_the_agency(people):  # noqa: F811
    holding, written, found = threading.Event(), threading.Event(), []

    def take_over():
        with transaction.atomic():
            hold(people.agency)
            holding.set()
            found.append(written.wait(timeout=PATIENCE))

    def write():
        assert holding.wait(timeout=PATIENCE)
        audit.record("audits.import.read", people.agency, {}, acting=people.secretary)
        written.set()

    at_once(take_over, write)
    assert found == [True]
