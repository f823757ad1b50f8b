"""The life of a set: who moves it, from which state, and what freezes."""

import datetime as dt

import pytest
from django.urls import reverse

from objectives import services
from objectives.models import ObjectiveSet, SetState
from qms.exceptions import IllegalTransition, Invalid, Refused
from qms.models import AuditEntry, Job, Notification
from qms.registry import all_work
from tests import factories
from tests.objectives import build

pytestmark = pytest.mark.usefixtures("english")


def test_from_draft_to_force(draft, people):
    services.set_submit(draft, acting=people.secretary)
    services.set_approve(draft, acting=people.leader)
    made = services.set_enter_into_force(draft, on=dt.date(2025, 4, 15), acting=people.clerk)
    assert made.state == SetState.IN_FORCE
    assert made.in_force_from == dt.date(2025, 4, 15)
    assert {target.formula_version for target in made.targets.all()} == {1}
    assert Job.objects.filter(kind="objectives.attainment", params__year=2025).count() == 1
    verbs = list(AuditEntry.objects.filter(subject_id=str(draft.pk)).values_list("verb", flat=True))
    for verb in ("submitted", "approved", "published"):
        assert f"objectives.set.{verb}" in verbs


def test_who_drafted_does_not_approve(agency, people):
    by_head = services.objective_set_create(
        agency=agency, year=2025, title="Bản của Trưởng ban", acting=people.committee_head
    )
    one = services.objective_add(by_head, text="98%", acting=people.committee_head)
    services.target_add(one, text="Đúng hạn", figure=98, formula="RESOLVED", acting=people.committee_head)
    services.set_submit(by_head, acting=people.committee_head)
    with pytest.raises(Refused, match="does not approve"):
        services.set_approve(by_head, acting=people.committee_head)
    services.set_approve(by_head, acting=people.leader)


@pytest.mark.parametrize("who", ["staff", "head", "secretary", "superior", "clerk"])
def test_only_leaders_approve(draft, people, who):
    services.set_submit(draft, acting=people.secretary)
    with pytest.raises(Refused):
        services.set_approve(draft, acting=getattr(people, who))


def test_a_draft_is_not_approved_before_it_is_submitted(draft, people):
    with pytest.raises(IllegalTransition):
        services.set_approve(draft, acting=people.leader)
    with pytest.raises(IllegalTransition):
        services.set_enter_into_force(draft, on=dt.date(2025, 1, 1), acting=None)


def test_a_set_is_submitted_once(draft, people):
    services.set_submit(draft, acting=people.secretary)
    with pytest.raises(IllegalTransition):
        services.set_submit(draft, acting=people.secretary)


def test_what_is_missing_is_listed_before_submission(agency, people):
    made = services.objective_set_create(agency=agency, year=2025, title="Trống", acting=people.secretary)
    with pytest.raises(Invalid, match="no objective"):
        services.set_submit(made, acting=people.secretary)
    one = services.objective_add(made, text="Mục tiêu", acting=people.secretary)
    with pytest.raises(Invalid, match="has no target"):
        services.set_submit(made, acting=people.secretary)
    services.target_add(one, text="Chỉ tiêu", figure=100, formula="MANUAL", acting=people.secretary)
    with pytest.raises(Invalid, match="which units report"):
        services.set_submit(made, acting=people.secretary)


def test_a_returned_draft_says_why_and_waits_for_its_drafter(draft, people):
    services.set_submit(draft, acting=people.secretary)
    with pytest.raises(Invalid):
        services.set_return(draft, reason="  ", acting=people.leader)
    services.set_return(draft, reason="Nêu rõ chỉ tiêu 2", acting=people.leader)
    assert Notification.objects.filter(person=people.secretary).exists()
    items = list(all_work(people.secretary))
    assert any("Nêu rõ chỉ tiêu 2" in str(item.detail) for item in items)


def test_approval_waits_on_the_home_page_of_those_who_may(draft, people):
    services.set_submit(draft, acting=people.secretary)

    def waits(person):
        return any(item.key == f"set-approve:{draft.pk}" for item in all_work(person))

    assert waits(people.leader)
    assert waits(people.committee_head)
    assert not waits(people.secretary)
    assert not waits(people.staff)


def test_a_newer_set_takes_the_place_of_the_one_in_force(agency, people, in_force):
    newer = build.into_force(build.draft(agency, people), people)
    in_force.refresh_from_db()
    assert in_force.state == SetState.SUPERSEDED
    assert newer.title in in_force.end_reason
    assert ObjectiveSet.objects.get(agency=agency, state=SetState.IN_FORCE) == newer


def test_a_year_is_closed_only_when_it_is_over(in_force, people, frozen):
    frozen(2025, 12, 30)
    with pytest.raises(Invalid, match="not over"):
        services.set_close(in_force, acting=people.leader)
    frozen(2026, 1, 15)
    with pytest.raises(Refused):
        services.set_close(in_force, acting=people.secretary)
    assert services.set_close(in_force, acting=people.leader).state == SetState.CLOSED


def test_accepted_objectives_of_a_unit_start_without_a_decision(agency, people):
    made = services.objective_set_create(
        agency=agency, year=2025, title="Phòng Một", unit=people.units[0], acting=people.head
    )
    one = services.objective_add(made, text="98%", acting=people.head)
    services.target_add(one, text="Đúng hạn", figure=98, formula="RESOLVED", acting=people.head)
    services.set_submit(made, acting=people.head)
    with pytest.raises(Refused):
        services.set_approve(made, acting=people.head)
    assert services.set_approve(made, acting=people.secretary).state == SetState.IN_FORCE
    assert made.paper is None


def test_a_superior_agency_sees_what_is_published_and_nothing_else(draft, people, agency, client):
    assert not ObjectiveSet.objects.visible_to(people.superior).exists()
    build.into_force(draft, people)
    assert ObjectiveSet.objects.visible_to(people.superior).get() == draft
    province = factories.agency(code="UBND")
    agency.parent = province
    agency.save()
    from qms.models import Role

    above = factories.person(province, Role.SUPERIOR)
    assert ObjectiveSet.objects.visible_to(above).get() == draft
    assert draft.targets.visible_to(above).count() == 2
    # What is taken along from above stands in the trail of the agency it is of, under its name.
    client.force_login(above.user)
    for name, key, kind in (("set-export", draft.pk, ""), ("set-export", draft.pk, "?as=docx")):
        answer = client.get(reverse(f"objectives:{name}", args=[key]) + kind)
        assert b"".join(answer.streaming_content).startswith(b"PK")
    answer = client.get(reverse("objectives:dashboard-export") + f"?year={draft.year}")
    assert b"".join(answer.streaming_content).startswith(b"PK")
    taken = AuditEntry.objects.filter(verb="qms.export.downloaded").order_by("at")
    assert {(one.agency, one.actor, one.subject_id) for one in taken} == {(agency, above, str(draft.pk))}
    assert [one.note.rpartition(".")[2] for one in taken] == ["xlsx", "docx", "xlsx"]
