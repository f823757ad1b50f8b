"""What nonconformities and management reviews hang into the shell."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from audits import agenda, demo_evidence, demo_improvement, leftovers, models, noticing, papers_review
from audits import policies_improvement as policies
from audits.reminders import reminders_nightly
from audits.services.nonconformities import nonconformity_index
from audits.services.reviews import review_index
from audits.work_improvement import waiting_work
from qms import registry
from qms.models import Person
from risks import providers

MOST_EVIDENCE = 12

VERBS = {
    "audits.nonconformity.opened": _("Nonconformity opened"),
    "audits.nonconformity.taken_over": _("Closed nonconformity taken over from a file"),
    "audits.nonconformity.changed": _("Nonconformity changed"),
    "audits.nonconformity.graded": _("Nonconformity graded anew"),
    "audits.nonconformity.recurred": _("Nonconformity came back"),
    "audits.nonconformity.nothing_to_correct": _("Said why nothing can be corrected"),
    "audits.nonconformity.analysis_begun": _("Cause analysis begun"),
    "audits.nonconformity.waived": _("Cause analysis waived"),
    "audits.nonconformity.cause_found": _("Cause of a nonconformity found"),
    "audits.nonconformity.others_asked": _("Other units asked about similar cases"),
    "audits.nonconformity.others_not_asked": _("Said why no other unit is asked"),
    "audits.nonconformity.other_answered": _("Answered about similar cases"),
    "audits.nonconformity.check_planned": _("Effectiveness check planned"),
    "audits.nonconformity.verifier_changed": _("Verifier changed"),
    "audits.nonconformity.submitted": _("Plan of a nonconformity submitted"),
    "audits.nonconformity.returned": _("Plan of a nonconformity returned"),
    "audits.nonconformity.approved": _("Plan of a nonconformity approved"),
    "audits.nonconformity.finished": _("Actions of a nonconformity done"),
    "audits.nonconformity.judged": _("Effectiveness judged"),
    "audits.nonconformity.decided": _("Change of risks and documents decided"),
    "audits.nonconformity.closed": _("Nonconformity closed"),
    "audits.nonconformity.reopened": _("Nonconformity reopened"),
    "audits.nonconformity.cancelled": _("Nonconformity cancelled"),
    "audits.nonconformity.evidence": _("Evidence of a nonconformity added"),
    "audits.import.read": _("Workbook with nonconformities read"),
    "audits.import.committed": _("Nonconformities taken over from a workbook"),
    "audits.import.discarded": _("Workbook with nonconformities discarded"),
    "audits.action.planned": _("Corrective action planned"),
    "audits.action.changed": _("Corrective action changed"),
    "audits.action.noted": _("Said how far a corrective action is"),
    "audits.action.reported": _("Corrective action reported done"),
    "audits.action.cancelled": _("Corrective action cancelled"),
    "audits.extension.asked": _("More time asked for"),
    "audits.extension.granted": _("More time granted"),
    "audits.extension.refused": _("More time refused"),
    "audits.review.opened": _("Management review prepared"),
    "audits.review.changed": _("Management review changed"),
    "audits.review.collected": _("Inputs of a review collected"),
    "audits.review.input_changed": _("Input of a review supplemented"),
    "audits.review.invited": _("Invited to a review"),
    "audits.review.uninvited": _("No longer invited to a review"),
    "audits.review.held": _("Meeting of a review recorded"),
    "audits.review.discussed": _("Opinions and conclusion of a topic recorded"),
    "audits.review.concluded": _("Management review concluded"),
    "audits.review.cancelled": _("Management review cancelled"),
    "audits.review.paper_drafted": _("Paper of a review drafted"),
    "audits.decision.made": _("Decision of a review made"),
    "audits.decision.changed": _("Decision of a review changed"),
    "audits.decision.removed": _("Decision of a review taken out"),
    "audits.decision.reported": _("Decision of a review carried out"),
    "audits.decision.cancelled": _("Decision of a review cancelled"),
}

PORTABLE = (
    ("audits.case_import", models.CaseImport),
    ("audits.nonconformity", models.Nonconformity),
    ("audits.cause_analysis", models.CauseAnalysis),
    ("audits.similar_case", models.SimilarCase),
    ("audits.recurrence", models.Recurrence),
    ("audits.corrective_action", models.CorrectiveAction),
    ("audits.extension", models.DeadlineExtension),
    ("audits.effectiveness_check", models.EffectivenessCheck),
    ("audits.case_evidence", models.CaseEvidence),
    ("audits.review", models.ManagementReview),
    ("audits.review_input", models.ReviewInput),
    ("audits.review_attendee", models.ReviewAttendee),
    ("audits.review_decision", models.ReviewDecision),
)


def register() -> None:
    """Fill the registries; called from AuditsConfig.ready after the audits' own."""
    registry.portable.add(*(registry.Portable(name, model) for name, model in PORTABLE))
    registry.add_topic("improvement", _("Nonconformities and management review"), "at_once")
    registry.navigation.add(
        registry.NavItem(
            "check", _("Nonconformities"), "audits:nc-list", "shield-alert", policies.insider, order=20
        ),
        registry.NavItem(
            "check", _("Management review"), "audits:review-list", "users", policies.insider, order=40
        ),
    )
    registry.work.add(waiting_work)
    registry.nightly.add(reminders_nightly)
    registry.left_open.add(leftovers.cases, leftovers.decisions)
    registry.demo_steps.add(
        registry.DemoStep(95, _("Nonconformities and management reviews"), demo_improvement.load)
    )
    registry.demo_steps.add(
        registry.DemoStep(97, _("Manual as a paper, declaration, audit pack"), demo_evidence.load)
    )
    providers.add(noticing.PROVIDER, noticing.repeated)
    registry.add_search_kind("audits.nonconformity", _("Nonconformity"), "shield-alert", nonconformity_index)
    registry.add_search_kind("audits.managementreview", _("Management review"), "users", review_index)
    papers_review.register()
    registry.add_record_kind(models.Finding, finding_facts)
    registry.add_record_kind(models.Nonconformity, case_facts)
    registry.add_record_kind(models.ReviewInput, input_facts)
    registry.add_record_kind(models.ReviewDecision, decision_facts)
    registry.record_actions.add(case_from_record)
    _settings()


def finding_facts(finding: models.Finding) -> registry.RecordFacts:
    """What a finding says to a nonconformity or a risk opened from it."""
    return registry.RecordFacts(
        kind=_("Finding"),
        code=finding.code,
        title=finding.description,
        url=finding.get_absolute_url(),
        unit=finding.unit,
        process=finding.process,
        clause=finding.clause.code if finding.clause else "",
        requirement=finding.requirement,
        evidence=finding.evidence,
        origin="finding",
    )


def case_facts(case: models.Nonconformity) -> registry.RecordFacts:
    """What a nonconformity says to a risk written down from it."""
    return registry.RecordFacts(
        kind=_("Nonconformity"),
        code=case.code,
        title=case.title,
        url=case.get_absolute_url(),
        unit=case.unit,
        process=case.process,
        clause=case.clause.code if case.clause else "",
        requirement=case.requirement,
        evidence=case.root_cause or case.description,
        origin="nonconformity",
    )


def input_facts(row: models.ReviewInput) -> registry.RecordFacts:
    """What a topic of a review says to work opened from it: what was concluded, the records behind it."""
    topic = agenda.BY_CODE.get(row.topic)
    label = str(topic.label) if topic else row.topic
    seen = [f"{line['text']} {line['figure']}".strip() for line in row.lines]
    return registry.RecordFacts(
        kind=_("Management review"),
        code=row.review.code,
        title=row.conclusion or label,
        url=f"{row.review.get_absolute_url()}#t-{row.topic}",
        evidence="\n".join([f"{row.review.code}, {label}", *seen[:MOST_EVIDENCE]]),
        origin="review",
    )


def decision_facts(decision: models.ReviewDecision) -> registry.RecordFacts:
    """What a decision of a review says to work opened from it."""
    return registry.RecordFacts(
        kind=_("Management review"),
        code=f"{decision.review.code}/{decision.number}",
        title=decision.text,
        url=decision.get_absolute_url(),
        unit=decision.owner.unit,
        requirement=decision.text,
        origin="review",
    )


def case_from_record(record: Any, person: Person) -> Iterator[registry.RecordAction]:
    """From any record but a nonconformity itself: open one that comes from it."""
    label = record._meta.label_lower
    if label not in registry.record_kinds or isinstance(record, models.Nonconformity):
        return
    if isinstance(record, models.Finding) and not record.is_nonconformity:
        return
    if policies.insider(person):
        address = f"{reverse('audits:nc-create')}?{urlencode({'source': registry.source_key(record)})}"
        yield registry.RecordAction(_("Open a nonconformity"), address, "shield-alert")


def _settings() -> None:
    for key, default, label, words in (
        (
            "audits.recurrence_months",
            24,
            _("Months in which a nonconformity counts as coming back"),
            _("Clause, unit, process and cause are compared with earlier cases of these months."),
        ),
        (
            "audits.nonconformity_days",
            60,
            _("Days to finish a nonconformity"),
            _("Proposed when one is opened or reopened; the deadline of each can be set."),
        ),
        (
            "audits.check_days",
            60,
            _("Days after the last action until the effect is checked"),
            _("Proposed when the check is planned: usually one to three months."),
        ),
        (
            "audits.remind_days",
            7,
            _("Days before a deadline on which the owner is reminded"),
            _("Actions, checks, answers and decisions of reviews."),
        ),
        (
            "audits.repeat_days",
            7,
            _("Days between reminders of what is late"),
            _("The same person is reminded again after so many days."),
        ),
        (
            "audits.escalate_days",
            14,
            _("Days late after which the unit head is told"),
            _("After twice as many days the head of the ISO committee is told."),
        ),
    ):
        registry.add_setting(registry.SettingKind(key, int, default, label, words, group="audits"))
