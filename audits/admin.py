"""Every model of audits in the admin, to look at: what is audited is changed on its own pages."""

from django.contrib import admin

from audits import models
from qms.admin_base import ReadOnlyAdmin

for model in (
    models.AuditProgramme,
    models.ProgrammeEntry,
    models.AuditorCompetence,
    models.Audit,
    models.AuditMember,
    models.AuditSession,
    models.AuditMeeting,
    models.AuditQuestion,
    models.Checklist,
    models.ChecklistItem,
    models.AnswerRecord,
    models.AnswerEvidence,
    models.GradeScale,
    models.Finding,
    models.Nonconformity,
    models.CauseAnalysis,
    models.SimilarCase,
    models.Recurrence,
    models.CorrectiveAction,
    models.DeadlineExtension,
    models.EffectivenessCheck,
    models.CaseEvidence,
    models.CaseImport,
    models.ManagementReview,
    models.ReviewInput,
    models.ReviewAttendee,
    models.ReviewDecision,
    models.SelfDeclaration,
):
    admin.site.register(model, ReadOnlyAdmin, list_filter=["agency"])
