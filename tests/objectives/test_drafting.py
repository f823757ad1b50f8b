"""Drafting a set: what can be said, in which order, and who may not."""

from decimal import Decimal

import pytest

from objectives import services
from objectives.models import ObjectiveSet, QualityObjective, RoleGroup, Target, TaskParty
from qms.exceptions import Invalid, Refused
from qms.models import AuditEntry
from tests.objectives import build

pytestmark = pytest.mark.usefixtures("english")


def test_a_draft_holds_objectives_targets_and_tasks_in_order(draft):
    assert [row.number for row in draft.objectives.all()] == ["1", "2"]
    assert [row.code for row in draft.targets.all()] == ["1", "2"]
    task = draft.tasks.first()
    assert [party.label for party in task.coordinators] == ["Phòng Một"]
    assert task.leads[0].group == RoleGroup.PROCEDURE_UNITS
    assert task.timeframe.is_continuous


def test_every_change_is_in_the_audit_trail(draft, people):
    target = draft.targets.first()
    services.target_update(
        target,
        code="1",
        units=[],
        text=target.text,
        figure="97.5",
        formula="RESOLVED",
        acting=people.secretary,
    )
    entry = AuditEntry.objects.get(verb="objectives.target.changed")
    assert entry.changes == {"figure": ["98.000", "97.5"]}
    assert entry.actor == people.secretary
    verbs = set(AuditEntry.objects.values_list("verb", flat=True))
    assert {
        "objectives.set.created",
        "objectives.objective.added",
        "objectives.target.added",
        "objectives.task.added",
    } <= verbs


def test_a_second_target_turns_2_into_2a_and_2b(draft, people):
    two = draft.objectives.get(number="2")
    services.target_add(two, text="Người tiếp nhận", figure=100, formula="MANUAL", acting=people.secretary)
    assert [row.code for row in two.targets.all()] == ["2a", "2b"]


def test_moving_an_objective_takes_the_numbers_of_the_place(draft, people):
    second = draft.objectives.get(number="2")
    services.part_move(second, up=True, acting=people.secretary)
    rows = [(row.number, row.text, row.targets.get().code) for row in draft.objectives.all()]
    assert rows == [
        ("1", "100% công chức được bồi dưỡng", "1"),
        ("2", "Hồ sơ đúng hạn từ 98% trở lên", "2"),
    ]
    services.part_move(QualityObjective.objects.get(number="1"), up=True, acting=people.secretary)
    assert [row.number for row in draft.objectives.all()] == ["1", "2"]


def test_a_part_can_be_taken_out_again(draft, people):
    services.part_remove(draft.objectives.get(number="2"), acting=people.secretary)
    assert Target.objects.filter(objective_set=draft).count() == 1
    assert TaskParty.objects.filter(objective_set=draft).count() == 2


def test_sub_tasks_may_go_without_a_lead(draft, people):
    parent = draft.tasks.first()
    child = services.task_add(
        parent.objective, text="Việc nhỏ", parent=parent, time_text="khi cần", acting=people.secretary
    )
    assert child.leads == []
    assert child.time_text == "khi cần"
    assert not child.timeframe.is_understood


@pytest.mark.parametrize(
    ("values", "where"),
    [
        ({"figure": 120}, "figure"),
        ({"figure": Decimal(-1)}, "figure"),
        ({"formula": "GUESS"}, "formula"),
        ({"text": "  "}, "text"),
        ({"code": "1"}, "code"),
    ],
)
def test_a_target_that_cannot_be_is_refused_with_its_place(draft, people, values, where):
    good = {"text": "Chỉ tiêu", "figure": 95, "formula": "RESOLVED"}
    with pytest.raises(Invalid) as refused:
        services.target_add(draft.objectives.get(number="2"), acting=people.secretary, **(good | values))
    assert refused.value.problems[0].where == where


def test_staff_do_not_draft_the_objectives_of_the_agency(agency, people):
    with pytest.raises(Refused, match="ISO secretary"):
        services.objective_set_create(agency=agency, year=2025, title="Thử", acting=people.staff)


def test_a_unit_head_drafts_for_the_own_unit_only(agency, people):
    made = services.objective_set_create(
        agency=agency, year=2025, title="Phòng Một", unit=people.units[0], acting=people.head
    )
    assert made.unit == people.units[0]
    with pytest.raises(Refused):
        services.objective_set_create(
            agency=agency, year=2025, title="Phòng Hai", unit=people.units[1], acting=people.head
        )


def test_only_a_draft_can_be_changed(draft, people):
    services.set_submit(draft, acting=people.secretary)
    with pytest.raises(Refused, match="Only a draft"):
        services.objective_add(draft, text="Thêm", acting=people.secretary)
    with pytest.raises(Refused, match="Only a draft"):
        services.part_remove(draft.objectives.first(), acting=people.secretary)


def test_a_draft_can_be_thrown_away_but_is_remembered(draft, people):
    services.objective_set_discard(draft, acting=people.secretary)
    assert not ObjectiveSet.objects.exists()
    assert AuditEntry.objects.filter(verb="objectives.set.discarded", subject_id=str(draft.pk)).exists()


def test_a_set_is_found_by_what_its_targets_say(draft, people):
    from qms import search

    assert [hit.title for hit in search.find(people.staff, "boi duong")] == [draft.title]


def test_other_agencies_see_nothing(draft, other_agency):
    stranger = build.people(other_agency).secretary
    assert not ObjectiveSet.objects.visible_to(stranger).exists()
    with pytest.raises(Refused, match="another agency"):
        services.objective_add(draft, text="Thêm", acting=stranger)
