"""Every kind of paper written from records keeps Annex I of Decree 30/2020 and both PDF standards."""

import datetime as dt

import page as validator
import pytest
from django.db import transaction

from audits import declarations, papers_review
from audits import papers as audit_papers
from audits.models import Audit, AuditProgramme, ManagementReview, SelfDeclaration
from documents import registry, wording
from documents.formcheck import check_paper
from documents.models import Paper
from documents.rendering.render import paper_render
from documents.rendering.sheet import IssueFacts
from documents.services import paper_amend
from feedback import papers as feedback_papers
from feedback.models import SatisfactionReport
from library import papers as library_papers
from library.models import DocumentVersion
from objectives import papers as objective_papers
from objectives import plan_papers, review_papers
from objectives.models import MaintenancePlan, ObjectiveReview, ObjectiveSet
from risks import papers as risk_papers
from risks.models import Register
from training import papers as training_papers
from training import report_papers
from training.models import TrainingPlan

FACTS = IssueFacts(7, dt.date(2026, 2, 9))
AUDITS = Audit.objects.filter(sessions__isnull=False, members__isnull=False)
REVIEWS = ManagementReview.objects.exclude(held_on=None)
ISSUED = Paper.objects.filter(state="issued", kind="decision").exclude(signer=None)
REGISTERS = Register.objects.filter(unit=None)


def named_committee(agency, signer):
    """The decision that names the committee as it begins, before its members are written in."""
    title = "Về việc kiện toàn Ban ISO"
    return wording.content_of(
        agency, "objectives.committee", signer=signer, fields={"title": title}, title=title
    )


CONTENTS = {
    "objectives.publish": (
        ObjectiveSet.objects.filter(unit=None),
        lambda row: objective_papers.content(row, None),
    ),
    "objectives.committee": (ISSUED, lambda row: named_committee(row.agency, row.signer)),
    "objectives of a unit": (ObjectiveSet.objects.exclude(unit=None), objective_papers.unit_content),
    "objectives.review": (ObjectiveReview.objects.all(), lambda row: review_papers.content(row, None)),
    "objectives.plan": (MaintenancePlan.objects.all(), lambda row: plan_papers.content(row, None)),
    "risks.register": (REGISTERS, lambda row: risk_papers.content(row, risk_papers.TABLE, None)),
    "risks.plan": (REGISTERS, lambda row: risk_papers.content(row, risk_papers.PLAN, None)),
    "audits.programme": (
        AuditProgramme.objects.all(),
        lambda row: audit_papers.content(row, audit_papers.PROGRAMME, None),
    ),
    "audits.team": (AUDITS, lambda row: audit_papers.content(row, audit_papers.DECISION, None)),
    "audits.plan": (AUDITS, lambda row: audit_papers.content(row, audit_papers.PLAN, None)),
    "audits.report": (AUDITS, lambda row: audit_papers.content(row, audit_papers.REPORT, None)),
    "audits.review_minutes": (REVIEWS, lambda row: papers_review.content(row, papers_review.MINUTES, None)),
    "audits.review_notice": (REVIEWS, lambda row: papers_review.content(row, papers_review.NOTICE, None)),
    "audits.declaration": (SelfDeclaration.objects.all(), lambda row: declarations.content(row, None)),
    "training.plan": (TrainingPlan.objects.all(), lambda row: training_papers.content(row, None)),
    "training.report": (
        TrainingPlan.objects.all(),
        lambda row: report_papers.content(row.agency, row.year, None),
    ),
    "feedback.report": (SatisfactionReport.objects.all(), lambda row: feedback_papers.content(row, None)),
    "library.issue": (
        DocumentVersion.objects.filter(document__kind="manual"),
        lambda row: library_papers.content(row, None),
    ),
}


def amending(effect):
    """The paper that corrects, supersedes or revokes one of the demonstration's issued papers."""

    def content(earlier):
        drafter = earlier.drafter or earlier.signer
        with transaction.atomic():
            made = paper_amend(earlier, effect=effect, signer=earlier.signer, acting=drafter).typed
            transaction.set_rollback(True)
        return made

    return ISSUED, content


CONTENTS |= {key: amending(effect) for effect, key in registry.AMENDING.items()}


def test_no_kind_of_paper_is_left_out():
    assert {one.key for one in registry.all_purposes()} <= set(CONTENTS)


@pytest.mark.parametrize("kind", CONTENTS)
def test_a_paper_from_records_keeps_the_form(demonstration, db, kind):
    rows, content = CONTENTS[kind]
    row = rows.order_by("pk").first()
    assert row is not None, "the demonstration has no such record"
    pdf = paper_render(content(row), FACTS).pdf
    report = check_paper(pdf)
    assert report.ok, [f"{one.rule}, {one.page}: {one.found} ({one.expected})" for one in report.faults]
    for profile in ("3a", "ua1"):
        assert validator.validate_pdf_bytes(pdf, profile=profile).is_compliant
