"""What audits hang into the shell: verbs, navigation, work, search, export."""

from django.utils.translation import gettext_lazy as _

from audits import demo, evidence, fulfilling, models, papers, policies
from audits.services.audits import audit_index
from audits.services.findings import finding_index
from audits.services.programmes import programme_index
from audits.work import waiting_work
from qms import registry

VERBS = {
    "audits.programme.opened": _("Audit programme opened"),
    "audits.programme.changed": _("Audit programme changed"),
    "audits.programme.submitted": _("Audit programme submitted"),
    "audits.programme.returned": _("Audit programme returned"),
    "audits.programme.approved": _("Audit programme approved"),
    "audits.programme.revised": _("Audit programme taken up for revision"),
    "audits.competence.recorded": _("Competence of an auditor recorded"),
    "audits.audit.created": _("Audit planned"),
    "audits.audit.changed": _("Plan of an audit changed"),
    "audits.audit.member_added": _("Member of an audit team added"),
    "audits.audit.member_removed": _("Member of an audit team removed"),
    "audits.audit.appointed": _("Audit team appointed"),
    "audits.audit.appointment_ended": _("Appointment of an audit team ended"),
    "audits.audit.notified": _("Audit plan sent"),
    "audits.audit.recalled": _("Audit plan taken back"),
    "audits.audit.started": _("Audit started"),
    "audits.audit.finished": _("Work on site ended"),
    "audits.audit.resumed": _("Work on site taken up again"),
    "audits.audit.reported": _("Audit report handed in"),
    "audits.audit.closed": _("Audit closed"),
    "audits.audit.cancelled": _("Audit cancelled"),
    "audits.audit.meeting": _("Meeting of an audit recorded"),
    "audits.audit.paper_drafted": _("Paper of an audit drafted"),
    "audits.audit.file_taken": _("Whole file of an audit taken out"),
    "audits.library.loaded": _("Starting library of audit questions loaded"),
    "audits.library.changed": _("Audit question changed"),
    "audits.checklist.made": _("Checklist made"),
    "audits.checklist.answered": _("Question of a checklist answered"),
    "audits.checklist.evidence": _("Evidence of an answer added"),
    "audits.grades.changed": _("Grades of findings changed"),
    "audits.finding.raised": _("Finding raised"),
    "audits.finding.acknowledged": _("Finding acknowledged"),
    "audits.finding.disputed": _("Finding disputed"),
    "audits.finding.upheld": _("Finding upheld"),
    "audits.finding.withdrawn": _("Finding withdrawn"),
}

PORTABLE = (
    ("audits.programme", models.AuditProgramme),
    ("audits.programme_entry", models.ProgrammeEntry),
    ("audits.competence", models.AuditorCompetence),
    ("audits.audit", models.Audit),
    ("audits.member", models.AuditMember),
    ("audits.session", models.AuditSession),
    ("audits.meeting", models.AuditMeeting),
    ("audits.question", models.AuditQuestion),
    ("audits.checklist", models.Checklist),
    ("audits.checklist_item", models.ChecklistItem),
    ("audits.answer", models.AnswerRecord),
    ("audits.answer_evidence", models.AnswerEvidence),
    ("audits.grade_scale", models.GradeScale),
    ("audits.finding", models.Finding),
)


def register() -> None:
    """Fill the registries; called once from AuditsConfig.ready."""
    registry.navigation.add(
        registry.NavItem(
            "check", _("Internal audits"), "audits:overview", "list-checks", policies.insider, order=10
        )
    )
    registry.add_topic("audits", _("Internal audits"), "at_once")
    registry.portable.add(*(registry.Portable(name, model) for name, model in PORTABLE))
    registry.work.add(waiting_work)
    registry.demo_steps.add(registry.DemoStep(90, _("Internal audits"), demo.load))
    papers.register()
    fulfilling.register()
    evidence.register()
    _searchable()
    _settings()


def _searchable() -> None:
    kind = registry.add_search_kind
    kind("audits.auditprogramme", _("Audit programme"), "list-checks", programme_index)
    kind("audits.audit", _("Audit"), "list-checks", audit_index)
    kind("audits.finding", _("Finding"), "message-square", finding_index)


def _settings() -> None:
    for key, default, label, words in (
        (
            "audits.independence_months",
            12,
            _("Months that independence looks back"),
            _("Nobody audits a unit they belonged to or led in these months before the audit."),
        ),
        (
            "audits.sample_size",
            10,
            _("Dossiers in a sample"),
            _("So many dossiers of the audited unit are drawn at random for a checklist."),
        ),
        (
            "audits.notice_days",
            5,
            _("Working days of notice before an audit"),
            _("A plan sent later than this is marked as short notice."),
        ),
        (
            "audits.late_dossiers",
            3,
            _("Late dossiers that propose an audit"),
            _("A unit with so many dossiers resolved late in twelve months is proposed for the programme."),
        ),
        (
            "audits.complaints",
            2,
            _("Complaints that propose an audit"),
            _("A unit with so many complaints in twelve months is proposed for the programme."),
        ),
    ):
        registry.add_setting(registry.SettingKind(key, int, default, label, words, group="audits"))
