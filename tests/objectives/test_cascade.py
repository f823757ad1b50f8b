"""Units take over targets of the agency; everybody reads the objectives."""

import datetime as dt

import pytest

from objectives import duties, services
from objectives.models import ObjectiveSet, SetAcknowledgement, SetState
from objectives.selectors.cascade import Coverage
from objectives.selectors.entries import slots
from objectives.selectors.figures import Figures
from objectives.selectors.telling import told
from qms import clock, jobs
from qms.exceptions import Invalid, Refused
from qms.models import Notification, Role
from tests import factories
from tests.objectives import build

pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture
def derived(in_force, people):
    targets = list(in_force.targets.all())
    return services.unit_set_derive(in_force, unit=people.units[0], targets=targets, acting=people.head)


def test_a_unit_derives_targets_and_its_part_of_the_tasks(derived, in_force, people):
    assert derived.derives_from == in_force
    assert [(row.code, row.parent.code) for row in derived.targets.select_related("parent")] == [
        ("1", "1"),
        ("2", "2"),
    ]
    manual = derived.targets.get(code="2")
    assert [row.unit for row in manual.reporting.all()] == [people.units[0]]
    assert [task.text for task in derived.tasks.all()] == ["Tiếp nhận và giải quyết hồ sơ", "Cử người đi học"]
    with pytest.raises(Invalid, match="already"):
        services.unit_set_derive(
            in_force, unit=people.units[0], targets=in_force.targets.all(), acting=people.head
        )


def test_a_unit_head_derives_for_the_own_unit_only(in_force, people):
    with pytest.raises(Refused):
        services.unit_set_derive(
            in_force, unit=people.units[1], targets=in_force.targets.all(), acting=people.head
        )
    with pytest.raises(Invalid):
        services.unit_set_derive(in_force, unit=people.units[0], targets=[], acting=people.head)


def test_the_head_commits_and_the_secretary_accepts(derived, people):
    with pytest.raises(Refused, match="commits"):
        services.set_submit(derived, acting=people.secretary)
    services.set_submit(derived, acting=people.head)
    assert Notification.objects.filter(person=people.secretary).exists()
    with pytest.raises(Refused):
        services.set_approve(derived, acting=people.head)
    assert services.set_approve(derived, acting=people.secretary).state == SetState.IN_FORCE


def test_who_committed_does_not_accept(agency, people, in_force):
    both = factories.person(agency, Role.UNIT_HEAD, unit=people.units[1])
    factories.RoleAssignment.objects.create(
        agency=agency, person=both, role=Role.SECRETARY, valid_from=factories.START
    )
    made = services.unit_set_derive(
        in_force, unit=people.units[1], targets=in_force.targets.all(), acting=people.secretary
    )
    services.set_submit(made, acting=both)
    with pytest.raises(Refused, match="committed"):
        services.set_approve(made, acting=both)
    with pytest.raises(Refused, match="drafted"):
        services.set_approve(made, acting=people.secretary)
    services.set_approve(made, acting=people.committee_head)


def test_a_derived_target_stays_bound_to_the_agency(derived, people):
    target = derived.targets.get(code="2")
    target = services.target_update(
        target,
        code="2",
        units=people.units[:1],
        text="Cả phòng đi học",
        figure=95,
        formula="RESOLVED",
        cadence="month",
        acting=people.head,
    )
    assert (target.formula, target.cadence, str(target.figure)) == ("MANUAL", "quarter", "95")
    from objectives.papers import set_warnings

    assert any("promises 95" in warning for warning in set_warnings(derived))


def test_what_a_unit_reports_to_the_agency_is_its_own_figure(derived, in_force, people, frozen):
    services.set_submit(derived, acting=people.head)
    services.set_approve(derived, acting=people.secretary)
    derived.refresh_from_db()
    own = derived.targets.select_related("objective_set").get(code="2")
    with pytest.raises(Invalid, match="count for this one"):
        services.manual_entry_record(
            own, unit=people.units[0], period="2025-Q1", numerator=1, denominator=1, acting=people.head
        )
    frozen(2026, 1, 5)
    for period in ("2025-Q1", "2025-Q2", "2025-Q3", "2025-Q4"):
        build.report(in_force.targets.get(code="2"), people.units[0], period, 3, 4, people)
    jobs.run_here(services.attainment_request(agency=in_force.agency, year=2025, acting=None))
    cell = Figures([own]).cell(own, "2025", people.units[0].pk)
    assert (cell.numerator, cell.denominator) == (12, 16)
    assert {slot.target.objective_set_id for slot in slots([in_force, derived])} == {in_force.pk}


def test_coverage_names_the_targets_no_unit_carries(in_force, derived, people):
    coverage = Coverage(in_force)
    assert coverage.orphans == []
    assert [row.expected for row in coverage.rows] == [2, 2]
    services.part_remove(derived.targets.get(code="2"), acting=people.head)
    coverage = Coverage(in_force)
    assert [row.target.code for row in coverage.orphans] == ["2"]
    assert coverage.without == [people.units[1]]


def test_coverage_costs_the_same_for_many_targets(
    agency, people, client, django_assert_max_num_queries, in_force
):
    url = f"/objectives/sets/{in_force.pk}/coverage/"
    client.force_login(people.secretary.user)
    client.get(url)
    with django_assert_max_num_queries(30) as first:
        client.get(url)
    ObjectiveSet.objects.filter(pk=in_force.pk).update(state=SetState.DRAFT)
    in_force.refresh_from_db()
    for number in range(20):
        services.target_add(
            in_force.objectives.get(number="2"),
            code=f"x{number}",
            text="Thêm",
            figure=90,
            formula="MANUAL",
            units=people.units,
            acting=people.secretary,
        )
    ObjectiveSet.objects.filter(pk=in_force.pk).update(state=SetState.IN_FORCE)
    with django_assert_max_num_queries(30) as second:
        client.get(url)
    assert len(first) == len(second)


def test_everyone_is_told_once_and_acknowledges_once(in_force, people):
    due = clock.today() + dt.timedelta(days=7)
    with pytest.raises(Refused):
        services.set_tell(in_force, due=due, acting=people.staff)
    services.set_tell(in_force, due=due, message="Mời đọc", acting=people.secretary)
    with pytest.raises(Invalid, match="already"):
        services.set_tell(in_force, due=due, acting=people.secretary)
    assert Notification.objects.filter(key=f"told:{in_force.pk}").count() == 7
    assert not Notification.objects.filter(person=people.superior).exists()
    services.set_acknowledge(in_force, acting=people.staff)
    services.set_acknowledge(in_force, acting=people.staff)
    assert SetAcknowledgement.objects.count() == 1
    found = told(in_force)
    assert (found.numerator, found.denominator) == (1, 7)
    assert people.staff not in found.open


def test_pages_of_cascade_and_reading(in_force, people, client):
    client.force_login(people.secretary.user)
    base = f"/objectives/sets/{in_force.pk}/"
    assert client.get(f"{base}readers/", headers={"referer": "/"}).status_code == 302
    assert client.get(f"{base}tell/").status_code == 200
    due = (clock.today() + dt.timedelta(days=7)).strftime("%d/%m/%Y")
    assert client.post(f"{base}tell/", {"due": due}).status_code == 302
    for page in ("readers/", "readers/export/", "coverage/", "coverage/export/", "derive/"):
        assert build.status_of(client, base + page) == 200, page
    client.force_login(people.staff.user)
    assert f"{base}acknowledge/" in client.get(base).content.decode()
    client.post(f"{base}acknowledge/")
    assert f"{base}acknowledge/" not in client.get(base).content.decode()
    client.force_login(people.head.user)
    answer = client.post(
        f"{base}derive/", {"unit": people.units[0].pk, "targets": [in_force.targets.first().pk]}
    )
    assert answer.status_code == 302
    client.force_login(factories.person(factories.agency(), "secretary").user)
    for page in ("readers/", "coverage/", "derive/", "tell/"):
        assert client.get(base + page).status_code == 404, page


def test_acknowledging_is_a_duty_of_everyone_until_it_is_done(in_force, people):
    services.set_tell(in_force, due=clock.today(), acting=people.secretary)
    (open_one,) = duties.find(people.staff)
    assert open_one.done_on is None
    services.set_acknowledge(in_force, acting=people.staff)
    (done,) = duties.find(people.staff)
    assert done.done_on == clock.today()
    counts = duties.tally([people.staff, people.secretary])
    assert (counts[people.staff.pk].asked, counts[people.staff.pk].done) == (1, 1)
    assert (counts[people.secretary.pk].asked, counts[people.secretary.pk].done) == (1, 0)
