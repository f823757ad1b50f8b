"""Figures of units: entered with evidence, confirmed by another person, corrected but never edited."""

import pytest

from objectives import services
from objectives.models import ManualEntry
from qms import files
from qms.exceptions import IllegalTransition, Invalid, Refused
from qms.models import AuditEntry
from qms.registry import all_work
from tests import factories

pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture
def target(in_force):
    return in_force.targets.get(code="2")


def record(target, people, **values):
    good = {
        "unit": people.units[0],
        "period": "2025-Q1",
        "numerator": 19,
        "denominator": 20,
        "acting": people.staff,
    }
    return services.manual_entry_record(target, **(good | values))


def test_a_unit_enters_with_evidence_and_its_head_confirms(target, people):
    proof = files.store(target.agency, "danh-sach.pdf", b"%PDF-1.7", acting=people.staff)
    entry = record(target, people, evidence=[proof], note="Danh sách đính kèm")
    assert list(entry.evidence.all()) == [proof]
    entry = services.manual_entry_confirm(entry, acting=people.head)
    assert entry.state == ManualEntry.State.CONFIRMED
    trail = AuditEntry.objects.get(verb="objectives.entry.recorded")
    assert trail.changes["figure"] == [None, "19/20"]
    assert AuditEntry.objects.filter(verb="objectives.entry.confirmed").exists()


def test_nobody_confirms_their_own_figures(target, people):
    entry = record(target, people, acting=people.head)
    with pytest.raises(Refused, match="another person"):
        services.manual_entry_confirm(entry, acting=people.head)
    services.manual_entry_confirm(entry, acting=people.secretary)


def test_other_units_neither_enter_nor_confirm(target, people):
    with pytest.raises(Refused, match="may enter"):
        record(target, people, acting=people.other_head)
    entry = record(target, people)
    with pytest.raises(Refused, match="Only the head"):
        services.manual_entry_confirm(entry, acting=people.other_head)
    with pytest.raises(Refused):
        services.manual_entry_confirm(entry, acting=people.superior)


@pytest.mark.parametrize(
    ("values", "where"),
    [
        ({"numerator": 21}, "numerator"),
        ({"numerator": -1}, "numerator"),
        ({"period": "2025-03"}, "period"),
        ({"period": "2024-Q1"}, "period"),
        ({"period": "Q1"}, "period"),
    ],
)
def test_numbers_that_cannot_be_are_refused_with_their_field(target, people, values, where):
    with pytest.raises(Invalid) as refused:
        record(target, people, **values)
    assert where in [problem.where for problem in refused.value.problems]


def test_a_period_that_has_not_begun_cannot_be_reported(target, people, frozen):
    frozen(2025, 3, 20)
    with pytest.raises(Invalid, match="not begun"):
        record(target, people, period="2025-Q2")


def test_a_unit_that_does_not_report_the_target_is_refused(target, people, agency):
    stranger = factories.unit(agency, "Phòng Ba")
    with pytest.raises(Invalid, match="does not report"):
        record(target, people, unit=stranger, acting=people.secretary)


def test_dossier_targets_are_not_entered(in_force, people):
    with pytest.raises(Invalid, match="computed from dossiers"):
        record(in_force.targets.get(code="1"), people)


def test_one_entry_waits_at_a_time(target, people):
    record(target, people)
    with pytest.raises(Invalid, match="already wait"):
        record(target, people)


def test_a_returned_entry_says_why_and_can_be_entered_again(target, people):
    entry = record(target, people)
    with pytest.raises(Invalid):
        services.manual_entry_return(entry, reason="", acting=people.head)
    services.manual_entry_return(entry, reason="Thiếu danh sách", acting=people.head)
    again = record(target, people, numerator=18)
    assert services.manual_entry_confirm(again, acting=people.head).numerator == 18
    with pytest.raises(IllegalTransition):
        services.manual_entry_confirm(entry, acting=people.head)


def test_a_correction_takes_the_place_of_what_it_corrects_and_keeps_it(target, people):
    first = services.manual_entry_confirm(record(target, people), acting=people.head)
    with pytest.raises(Invalid, match="why"):
        record(target, people, numerator=20)
    second = record(target, people, numerator=20, note="Bổ sung một người")
    assert ManualEntry.objects.get(state="confirmed") == first
    services.manual_entry_confirm(second, acting=people.head)
    first.refresh_from_db()
    assert (first.state, first.numerator) == ("replaced", 19)
    assert ManualEntry.objects.get(state="confirmed").corrects == first


def test_figures_are_entered_only_while_the_set_is_in_force(draft, people):
    with pytest.raises(Refused, match="in force"):
        record(draft.targets.get(code="2"), people)


def test_what_is_missing_waits_for_the_unit_with_its_day(target, people, frozen):
    frozen(2025, 4, 3)
    waiting = [item for item in all_work(people.staff) if item.key.startswith("enter:")]
    assert len(waiting) == 1
    assert waiting[0].due.isoformat() == "2025-04-14"
    record(target, people)
    assert not [item for item in all_work(people.staff) if item.key.startswith("enter:")]
    assert [item for item in all_work(people.head) if item.key.startswith("entry:")]
    assert not [item for item in all_work(people.other_head) if item.key.startswith("entry:")]


def test_evidence_of_another_agency_is_refused(target, people, other_agency):
    proof = files.store(other_agency, "la.pdf", b"x")
    with pytest.raises(Refused, match="another agency"):
        record(target, people, evidence=[proof])
