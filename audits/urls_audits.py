"""Addresses of programmes, audits, checklists and findings."""

from django.urls import path, register_converter

from audits.views import audits, files, findings, grading, library, overview, programmes, sessions, team


class _Word:
    """A part of an address that is one of a few words."""

    regex = ""

    def to_python(self, value: str) -> str:
        """The word itself."""
        return value

    def to_url(self, value: str) -> str:
        """The word itself."""
        return value


for name, words in (
    ("meeting", "opening|closing"),
    ("audit_paper", "decision|plan|report"),
    ("audit_file", "zip|pdf"),
):
    register_converter(type(name, (_Word,), {"regex": words}), name)

urlpatterns = [
    path("", overview.Overview.as_view(), name="overview"),
    path("coverage/", overview.Coverage.as_view(), name="coverage"),
    path("coverage/export/", overview.CoverageExport.as_view(), name="coverage-export"),
    path("programmes/", programmes.ProgrammeList.as_view(), name="programme-list"),
    path("programmes/export/", programmes.ProgrammeListExport.as_view(), name="programme-list-export"),
    path("programmes/open/", programmes.ProgrammeOpen.as_view(), name="programme-open"),
    path("programmes/<uuid:pk>/", programmes.ProgrammeDetail.as_view(), name="programme-detail"),
    path("programmes/<uuid:pk>/edit/", programmes.ProgrammeEdit.as_view(), name="programme-edit"),
    path("programmes/<uuid:pk>/submit/", programmes.ProgrammeSubmit.as_view(), name="programme-submit"),
    path("programmes/<uuid:pk>/return/", programmes.ProgrammeReturn.as_view(), name="programme-return"),
    path("programmes/<uuid:pk>/approve/", programmes.ProgrammeApprove.as_view(), name="programme-approve"),
    path("programmes/<uuid:pk>/revise/", programmes.ProgrammeRevise.as_view(), name="programme-revise"),
    path("programmes/<uuid:pk>/export/", programmes.ProgrammeExport.as_view(), name="programme-export"),
    path("programmes/<uuid:pk>/propose/", programmes.ProposalTake.as_view(), name="programme-propose"),
    path("programmes/<uuid:pk>/paper/", programmes.ProgrammePaper.as_view(), name="programme-paper"),
    path("programmes/<uuid:pk>/entries/add/", programmes.EntryAdd.as_view(), name="programme-entry-add"),
    path("entries/<uuid:pk>/edit/", programmes.EntryEdit.as_view(), name="entry-edit"),
    path("entries/<uuid:pk>/remove/", programmes.EntryRemove.as_view(), name="entry-remove"),
    path("list/", audits.AuditList.as_view(), name="audit-list"),
    path("list/export/", audits.AuditExport.as_view(), name="audit-export"),
    path("list/new/", audits.AuditCreate.as_view(), name="audit-create"),
    path("list/<uuid:pk>/", audits.AuditDetail.as_view(), name="audit-detail"),
    path("list/<uuid:pk>/edit/", audits.AuditEdit.as_view(), name="audit-edit"),
    path("list/<uuid:pk>/notify/", audits.AuditNotify.as_view(), name="audit-notify"),
    path("list/<uuid:pk>/recall/", audits.AuditRecall.as_view(), name="audit-recall"),
    path("list/<uuid:pk>/start/", audits.AuditStart.as_view(), name="audit-start"),
    path("list/<uuid:pk>/finish/", audits.AuditFinish.as_view(), name="audit-finish"),
    path("list/<uuid:pk>/resume/", audits.AuditResume.as_view(), name="audit-resume"),
    path("list/<uuid:pk>/report/", audits.AuditReport.as_view(), name="audit-report"),
    path("list/<uuid:pk>/close/", audits.AuditClose.as_view(), name="audit-close"),
    path("list/<uuid:pk>/cancel/", audits.AuditCancel.as_view(), name="audit-cancel"),
    path("list/<uuid:pk>/file/<audit_file:audit_file>/", files.AuditFile.as_view(), name="audit-file"),
    path("files/<uuid:pk>/", files.AuditFileGet.as_view(), name="audit-file-get"),
    path("list/<uuid:pk>/papers/<audit_paper:audit_paper>/", audits.AuditPaper.as_view(), name="audit-paper"),
    path("list/<uuid:pk>/meetings/<meeting:meeting>/", audits.MeetingRecord.as_view(), name="meeting-record"),
    path("list/<uuid:pk>/findings/add/", findings.FindingAdd.as_view(), name="finding-add"),
    path("list/<uuid:pk>/members/add/", team.MemberAdd.as_view(), name="member-add"),
    path("members/<uuid:pk>/remove/", team.MemberRemove.as_view(), name="member-remove"),
    path("list/<uuid:pk>/appoint/", team.TeamAppoint.as_view(), name="team-appoint"),
    path("list/<uuid:pk>/release/", team.TeamRelease.as_view(), name="team-release"),
    path("list/<uuid:pk>/propose/", team.AuditorsPropose.as_view(), name="auditors-propose"),
    path("list/<uuid:pk>/sessions/add/", team.SessionAdd.as_view(), name="audit-session-add"),
    path("sessions/worker.js", files.ChecklistWorker.as_view(), name="session-worker"),
    path("sessions/<uuid:pk>/", sessions.SessionDetail.as_view(), name="session-detail"),
    path("sessions/<uuid:pk>/edit/", team.SessionEdit.as_view(), name="session-edit"),
    path("sessions/<uuid:pk>/remove/", team.SessionRemove.as_view(), name="session-remove"),
    path("sessions/<uuid:pk>/answer/", sessions.SessionAnswer.as_view(), name="session-answer"),
    path("sessions/<uuid:pk>/checklist/", sessions.ChecklistMake.as_view(), name="session-checklist"),
    path("sessions/<uuid:pk>/questions/add/", sessions.ItemAdd.as_view(), name="session-item-add"),
    path("items/<uuid:pk>/answer/", sessions.AnswerSend.as_view(), name="item-answer"),
    path("items/<uuid:pk>/evidence/", sessions.EvidenceSend.as_view(), name="item-evidence"),
    path("items/<uuid:pk>/finding/", sessions.FindingSend.as_view(), name="item-finding"),
    path("evidence/<uuid:pk>/", sessions.EvidenceFile.as_view(), name="answer-evidence"),
    path("findings/", findings.FindingList.as_view(), name="finding-list"),
    path("findings/export/", findings.FindingExport.as_view(), name="finding-export"),
    path("findings/grades/", grading.GradePage.as_view(), name="grades"),
    path("findings/grades/change/", grading.GradeChange.as_view(), name="grades-change"),
    path("findings/<uuid:pk>/", findings.FindingDetail.as_view(), name="finding-detail"),
    path(
        "findings/<uuid:pk>/acknowledge/", findings.FindingAcknowledge.as_view(), name="finding-acknowledge"
    ),
    path("findings/<uuid:pk>/dispute/", findings.FindingDispute.as_view(), name="finding-dispute"),
    path("findings/<uuid:pk>/decide/", findings.FindingDecide.as_view(), name="finding-decide"),
    path("findings/<uuid:pk>/take-back/", findings.FindingTakeBack.as_view(), name="finding-take-back"),
    path("auditors/", team.AuditorList.as_view(), name="auditor-list"),
    path("auditors/export/", team.AuditorExport.as_view(), name="auditor-export"),
    path("auditors/competence/", team.CompetenceAdd.as_view(), name="competence-add"),
    path("questions/", library.QuestionList.as_view(), name="question-list"),
    path("questions/export/", library.QuestionExport.as_view(), name="question-export"),
    path("questions/load/", library.LibraryLoad.as_view(), name="question-load"),
    path("questions/add/", library.QuestionAdd.as_view(), name="question-new"),
    path("questions/<uuid:pk>/edit/", library.QuestionEdit.as_view(), name="question-edit"),
    path("questions/<uuid:pk>/retire/", library.QuestionRetire.as_view(), name="question-retire"),
]
