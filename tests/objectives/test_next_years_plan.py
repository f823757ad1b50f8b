"""The plan of the next year: cloned in one act, and its paper issued as a signed file that keeps the form."""

import datetime as dt

import pytest

from documents.formcheck import check_paper
from documents.models import PaperState
from documents.selectors import final_file
from documents.services import paper_approve, paper_authorise, paper_issue, paper_submit
from documents.services.keys import trial_keys_ensure
from objectives.models import PlanState
from objectives.services import plans_life
from objectives.services.plans_clone import plan_changes, plan_clone
from qms import clock, files, jobs
from tests.documents.conftest import PASSWORD
from tests.objectives import plan_build

pytestmark = pytest.mark.django_db


def test_the_next_years_plan_is_cloned_in_one_act_and_its_paper_issued(agency, people):
    year = clock.today().year
    old = plan_build.into_force(plan_build.draft(agency, people, year), people)
    made = plan_clone(old, year=year + 1, acting=people.secretary)
    assert made.title == old.title.replace(str(year), str(year + 1))
    assert [row.text for row in made.items.order_by("created_at")] == [
        row.text for row in old.items.order_by("created_at")
    ]
    assert {row.state for row in made.items.all()} == {"planned"}
    changes = plan_changes(made)
    assert not (changes.new or changes.changed or changes.dropped)

    plans_life.plan_submit(made, acting=people.secretary)
    plans_life.plan_approve(made, acting=people.committee_head)
    paper = plans_life.plan_publish(made, signer=people.leader, acting=people.secretary)
    trial_keys_ensure(agency, [people.leader])
    paper = paper_submit(paper, acting=people.secretary)
    paper = paper_approve(paper, acting=people.committee_head)
    paper = paper_authorise(paper, password=PASSWORD, acting=people.leader)
    jobs.run_here(paper_issue(paper, issued_on=clock.today(), acting=people.clerk))

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
