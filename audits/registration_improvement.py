"""What nonconformities and management reviews hang into the shell."""

from django.utils.translation import gettext_lazy as _

from audits import models
from qms import registry

VERBS = {
    "audits.nonconformity.opened": _("Nonconformity opened"),
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
    "audits.action.planned": _("Corrective action planned"),
    "audits.action.changed": _("Corrective action changed"),
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
    _settings()


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
