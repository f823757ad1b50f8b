"""Every list, board and export of audits asks the database as often for twenty rows as for two."""

import datetime as dt

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audits.models import (
    Audit,
    AuditorCompetence,
    AuditProgramme,
    AuditQuestion,
    CorrectiveAction,
    Finding,
    ManagementReview,
    Nonconformity,
    ProgrammeEntry,
    ReviewDecision,
    SimilarCase,
)
from qms.models import Role
from tests import factories
from tests.audits.acts import SOON, everything  # noqa: F401 - a fixture
from tests.audits.conftest import TODAY

LISTS = (
    *("overview", "coverage", "coverage-export", "programme-list", "audit-list", "audit-export"),
    *("finding-list", "finding-export", "auditor-list", "auditor-export", "question-list", "question-export"),
    *("nc-list", "nc-export", "nc-actions", "nc-actions-export", "nc-board", "nc-board-export"),
    *("improvement-list", "improvement-export"),
    *("review-list", "decision-export"),
)


def more(world, number, start):
    """So many more rows of everything that a list shows, over two units and two clauses."""
    agency, cast = world.agency, world.cast
    agency_unit = (world.unit, world.other)
    clauses = (world.clauses["7.5"], world.clauses["8.5"])
    words = {"objective": "x", "scope": "x", "criteria": "x"}
    for n in range(start, start + number):
        unit, clause = agency_unit[n % 2], clauses[n % 2]
        AuditProgramme.objects.create(agency=agency, year=2040 + n, drafted_by=cast["secretary"], **words)
        entry = ProgrammeEntry.objects.create(agency=agency, programme=world.programme, unit=unit, month=3)
        entry.clauses.set(clauses)
        audit = Audit.objects.create(
            agency=agency, code=f"ĐG-{n}", title="x", starts_on=TODAY, ends_on=TODAY, **words
        )
        audit.members.create(agency=agency, person=cast["lead"], post="lead")
        auditor = factories.person(agency, Role.AUDITOR, unit=unit)
        AuditorCompetence.objects.create(agency=agency, person=auditor, title="x", obtained_on=TODAY)
        AuditQuestion.objects.create(
            agency=agency, code=f"CH-{n}", clause_code="7.5", text="x", requirement="x", made_by=cast["lead"]
        )
        finding = Finding.objects.create(
            agency=agency, audit=world.audit, code=f"PH-{n}", key=f"khoa-n-{n}", grade="minor", unit=unit,
            clause=clause, description="x", requirement="x", evidence="x", raised_at=world.session.starts_at,
            raised_by=cast["lead"],
        )  # fmt: skip
        case = Nonconformity.objects.create(
            agency=agency, code=f"KPH-{n}", year=2026, title="x", origin="audit", grade="major", unit=unit,
            clause=clause, process="x", requirement="x", description="x", evidence="x", detected_on=TODAY,
            owner=cast["owner"], reported_by=cast["head"], due_on=SOON, state="in_progress", finding=finding,
            cause_category="method", root_cause="x",
        )  # fmt: skip
        CorrectiveAction.objects.create(
            agency=agency, nonconformity=case, kind="corrective", round=1, description="x",
            owner=cast["doer"], deadline=TODAY - dt.timedelta(n), first_deadline=TODAY,
        )  # fmt: skip
        SimilarCase.objects.create(
            agency=agency, nonconformity=world.case, unit=factories.unit(agency), asked_on=TODAY, due_on=SOON
        )
        CorrectiveAction.objects.create(
            agency=agency, nonconformity=world.case, kind="corrective", round=1, description="x",
            owner=auditor, deadline=SOON, first_deadline=SOON,
        )  # fmt: skip
        review = ManagementReview.objects.create(
            agency=agency, year=2026, code=f"XX-{n}", title="x", form="own", period_from=TODAY,
            period_to=SOON, planned_on=SOON, chair=cast["leader"], secretary=cast["secretary"],
        )  # fmt: skip
        for number_of, of in ((1, review), (50 + n, world.review)):
            ReviewDecision.objects.create(
                agency=agency, review=of, number=number_of, kind="improvement", text="x", owner=auditor,
                deadline=SOON,
            )  # fmt: skip


def test_lists_boards_and_exports_cost_the_same(world, login):
    client = login(world.cast["secretary"])
    pages = [reverse(f"audits:{name}") for name in LISTS]
    pages += [reverse("audits:programme-export", args=[world.programme.pk])]
    pages += [
        world.programme.get_absolute_url(),
        world.case.get_absolute_url(),
        world.review.get_absolute_url(),
    ]
    pages += [world.audit.get_absolute_url(), world.finding.get_absolute_url()]

    def counts():
        found = {}
        for page in pages:
            with CaptureQueriesContext(connection) as queries:
                reply = client.get(page)
                assert reply.status_code == 200, page
            for close in reply._resource_closers:
                close()
            found[page] = len(queries)
        return found

    more(world, 2, 0)
    counts()  # what is cached the first time
    few = counts()
    more(world, 18, 2)
    many = counts()
    assert {page: (few[page], many[page]) for page in pages if few[page] != many[page]} == {}
