"""The plan of the next year through its pages: cloned in one act, its paper issued as a signed file."""

import datetime as dt

import pytest
from django.urls import reverse

from documents.formcheck import check_paper
from documents.models import PaperState
from documents.selectors import final_file
from documents.services.keys import trial_keys_ensure
from objectives.models import MaintenancePlan, PlanState
from objectives.services.plans_clone import plan_changes
from qms import clock, files, jobs
from qms.models import Job
from tests.documents.conftest import PASSWORD
from tests.objectives import plan_build

pytestmark = pytest.mark.django_db


def test_the_next_years_plan_is_cloned_in_one_act_and_its_paper_issued(agency, people, login):
    def post(person, name, pk, **data):
        answer = login(person).post(reverse(name, args=[pk]), data)
        assert answer.status_code == 302, (name, answer.status_code)
        return answer.url

    year = clock.today().year
    old = plan_build.into_force(plan_build.draft(agency, people, year), people)
    made_at = post(people.secretary, "objectives:plan-clone", old.pk, year=year + 1)
    made = MaintenancePlan.objects.get(agency=agency, year=year + 1)
    assert made_at == made.get_absolute_url()
    assert made.title == old.title.replace(str(year), str(year + 1))
    assert [row.text for row in made.items.order_by("created_at")] == [
        row.text for row in old.items.order_by("created_at")
    ]
    assert {row.state for row in made.items.all()} == {"planned"}
    changes = plan_changes(made)
    assert not (changes.new or changes.changed or changes.dropped)

    trial_keys_ensure(agency, [people.leader])
    post(people.secretary, "objectives:plan-submit", made.pk)
    post(people.committee_head, "objectives:plan-approve", made.pk)
    post(people.secretary, "objectives:plan-publish", made.pk, signer=people.leader.pk)
    made.refresh_from_db()
    paper = made.paper
    post(people.secretary, "documents:paper-submit", paper.pk)
    paper.refresh_from_db()
    seen = {"content_hash": paper.content_hash}
    post(people.committee_head, "documents:paper-approve", paper.pk, **seen)
    post(people.leader, "documents:paper-sign", paper.pk, password=PASSWORD, **seen)
    today = f"{clock.today():%d/%m/%Y}"
    post(people.clerk, "documents:paper-issue", paper.pk, issued_on=today, number=1, confirmed="1")
    jobs.run_here(Job.objects.get(kind="documents.issue"))

    paper.refresh_from_db()
    made.refresh_from_db()
    old.refresh_from_db()
    assert paper.state == PaperState.ISSUED
    assert (made.state, made.in_force_from) == (PlanState.IN_FORCE, clock.today())
    assert old.state == PlanState.IN_FORCE  # each year has its own
    report = check_paper(files.read(final_file(paper).file))
    assert report.ok, [f"{one.rule}: {one.found} ({one.expected})" for one in report.faults]
    first = made.items.get(number="1")
    assert (first.starts_on, first.due_on) == (dt.date(year + 1, 1, 1), dt.date(year + 1, 3, 31))
