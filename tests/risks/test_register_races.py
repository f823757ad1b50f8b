"""Two people at one register: proven without the lock first, then with it (PostgreSQL only)."""

import threading

import pytest

from qms.models import AuditEntry
from risks.models import Register, Risk
from risks.services import registers
from risks.services import risks as entries
from risks.services.freezing import register_intact
from tests.races import PATIENCE, at_once, races, slowly, unlocked

pytestmark = races


@pytest.fixture
def part(scaled, unit, staff, make_risk):
    """A unit's register with one entry, ready to be submitted."""
    risk = make_risk()
    register = registers.register_open(scaled, acting=staff, year=2026, unit=unit)
    registers.rows_keep(register, acting=staff)
    return register, risk


def edit_against_submission(part, staff, monkeypatch, *, lock):
    """An entry is changed while its register is submitted: (what was submitted, what it says afterwards)."""
    register, risk = part
    begun, over = slowly(monkeypatch, entries, "row_touch", lock=lock)
    submitted = []

    def submit():
        begun.wait(timeout=PATIENCE)
        registers.register_submit(register, acting=staff)
        submitted.append(Risk.objects.get(pk=risk.pk).event)
        over.set()

    raised = at_once(lambda: entries.risk_change(risk, acting=staff, event="Hồ sơ thất lạc"), submit)
    assert not raised and Register.objects.get(pk=register.pk).state == "submitted"
    return submitted[0], Risk.objects.get(pk=risk.pk).event


def test_without_the_lock_an_entry_changes_under_who_confirms_it(part, staff, monkeypatch):
    monkeypatch.setattr(entries, "held", unlocked)
    assert edit_against_submission(part, staff, monkeypatch, lock=False) == (
        "Hồ sơ trễ hạn",
        "Hồ sơ thất lạc",
    )


def test_with_the_lock_what_was_submitted_stands_still(part, staff, monkeypatch):
    assert edit_against_submission(part, staff, monkeypatch, lock=True) == (
        "Hồ sơ thất lạc",
        "Hồ sơ thất lạc",
    )


def decision_against_submission(part, staff, monkeypatch, *, lock):
    """A row is dropped while its register is submitted: (what was submitted, what stands afterwards)."""
    register, _risk = part
    row = register.rows.get()
    begun, over = slowly(monkeypatch, registers.audit, "apply", lock=lock)
    submitted = []

    def submit():
        begun.wait(timeout=PATIENCE)
        registers.register_submit(register, acting=staff)
        submitted.append(register.rows.get().decision)
        over.set()

    at_once(lambda: registers.row_decide(row, acting=staff, decision="dropped", note="Đã bỏ"), submit)
    return submitted[0], register.rows.get().decision


def test_without_the_lock_a_row_is_dropped_after_the_submission(part, staff, monkeypatch):
    monkeypatch.setattr(registers, "locked", unlocked)
    assert decision_against_submission(part, staff, monkeypatch, lock=False) == ("new", "dropped")


def test_with_the_lock_the_submission_holds_the_dropped_row(part, staff, monkeypatch):
    assert decision_against_submission(part, staff, monkeypatch, lock=True) == ("dropped", "dropped")


def whole_submitted(part, scaled, staff, head, secretary):
    """The unit's register, and the agency's that holds it and waits for its approval."""
    register, _risk = part
    registers.register_submit(register, acting=staff)
    register = registers.register_confirm(register, acting=head)
    whole = registers.register_open(scaled, acting=secretary, year=2026)
    registers.register_consolidate(whole, register, acting=secretary)
    return register, registers.register_submit(whole, acting=secretary)


@pytest.mark.parametrize("guard", ["lock", "state alone"])
def test_of_two_approvals_exactly_one_succeeds(
    part, scaled, staff, head, secretary, leader, committee_head, monkeypatch, guard
):
    """The state table holds by itself too: its update asks for the state it comes from."""
    register, whole = whole_submitted(part, scaled, staff, head, secretary)
    if guard != "lock":
        monkeypatch.setattr(registers, "locked", unlocked)
    meet = threading.Barrier(2)

    def approve(person):
        meet.wait(timeout=PATIENCE)
        registers.register_approve(whole, acting=person)

    raised = at_once(lambda: approve(leader), lambda: approve(committee_head))
    assert len(raised) == 1
    whole.refresh_from_db()
    register.refresh_from_db()
    assert (whole.state, register.state) == ("approved", "approved")
    assert register_intact(whole) and register_intact(register)
    assert AuditEntry.objects.filter(verb="risks.register.approved").count() == 2


def test_of_approving_and_returning_at_once_one_succeeds(
    part, scaled, staff, head, secretary, leader, committee_head
):
    _register, whole = whole_submitted(part, scaled, staff, head, secretary)
    raised = at_once(
        lambda: registers.register_approve(whole, acting=leader),
        lambda: registers.register_return(whole, acting=committee_head, note="Xem lại"),
    )
    whole.refresh_from_db()
    assert len(raised) == 1
    assert (whole.state == "approved") == bool(whole.digest)
