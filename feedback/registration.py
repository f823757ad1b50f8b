"""What the app hangs into the shell: verbs, navigation, work, search, settings, export, evidence."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from feedback import demo, evidence, models, papers, personal, policies, services
from feedback.work import waiting_work
from qms import crypto, registry

VERBS: dict[str, Any] = {
    "feedback.case.recorded": _("Complaint or suggestion recorded"),
    "feedback.case.edited": _("Complaint or suggestion corrected"),
    "feedback.case.assigned": _("Handler named"),
    "feedback.case.extended": _("Deadline to answer extended"),
    "feedback.case.forwarded": _("Passed on to another agency"),
    "feedback.answer.submitted": _("Answer submitted"),
    "feedback.answer.returned": _("Answer returned"),
    "feedback.answer.confirmed": _("Answer confirmed"),
    "feedback.satisfaction.recorded": _("Satisfaction with the answer recorded"),
    "feedback.file.added": _("File of a complaint or suggestion added"),
    "feedback.file.opened": _("File of a complaint or suggestion opened"),
    "feedback.citizen.seen": _("Data of the citizen looked at in full"),
    "feedback.report.drafted": _("Report on satisfaction drafted"),
    "feedback.report.edited": _("Report on satisfaction edited"),
    "feedback.report.refreshed": _("Figures of the report on satisfaction counted anew"),
    "feedback.report.submitted": _("Report on satisfaction submitted"),
    "feedback.report.returned": _("Report on satisfaction returned"),
    "feedback.report.approved": _("Report on satisfaction approved"),
    "feedback.report.paper_drafted": _("Paper of the report on satisfaction drafted"),
}

DAYS = (
    ("complaint", 20, _("Working days to answer a complaint")),
    ("report", 10, _("Working days to answer a reported problem")),
    ("suggestion", 15, _("Working days to answer a suggestion")),
)


def register() -> None:
    """Called once when the portal starts."""
    registry.navigation.add(
        registry.NavItem(
            "data",
            _("Complaints and suggestions"),
            "feedback:case-list",
            "inbox",
            policies.insider,
            order=80,
        )
    )
    registry.add_topic(services.TOPIC, _("Complaints and suggestions"), "at_once")
    registry.work.add(waiting_work)
    registry.add_search_kind(
        "feedback.feedback", _("Complaint or suggestion"), "inbox", services.feedback_index
    )
    registry.add_record_kind(models.Feedback, case_facts)
    registry.demo_steps.add(registry.DemoStep(62, _("Complaints and suggestions"), demo.load))
    registry.portable.add(
        registry.Portable("feedback.case", models.Feedback),
        registry.Portable("feedback.extension", models.FeedbackExtension),
        registry.Portable("feedback.file", models.FeedbackFile),
        registry.Portable("feedback.report", models.SatisfactionReport),
    )
    registry.not_portable[models.FeedbackPerson] = (
        "Data of citizens, encrypted with keys that never leave the installation."
    )
    crypto.holders["feedback.personal"] = personal.rotate
    papers.register()
    evidence.register()
    _settings()


def case_facts(case: models.Feedback) -> registry.RecordFacts:
    """What a complaint says to a nonconformity or a risk opened from it."""
    return registry.RecordFacts(
        kind=case.get_kind_display(),
        code=case.code,
        title=case.subject,
        url=case.get_absolute_url(),
        unit=case.unit,
        process=case.procedure.name[:255] if case.procedure else "",
        clause="8.2.1",
        evidence=case.content,
        origin="complaint",
    )


def _settings() -> None:
    for kind, days, label in DAYS:
        words = _("Counted from the day of the receipt on the working calendar of the agency.")
        registry.add_setting(
            registry.SettingKind(f"feedback.days_{kind}", int, days, label, words, group="feedback")
        )
    registry.add_setting(
        registry.SettingKind(
            personal.SETTING,
            list,
            [],
            _("Data of citizens kept with complaints"),
            _("None by default. What is switched on is kept encrypted and shown masked."),
            choices=tuple(personal.KINDS.items()),
            group="feedback",
        )
    )
    registry.add_setting(
        registry.SettingKind(
            "feedback.open_page",
            bool,
            False,
            _("Open page for citizens"),
            _("Anyone may hand in problems and suggestions without signing in; the page limits how often."),
            group="feedback",
        )
    )
