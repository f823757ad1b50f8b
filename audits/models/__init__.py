"""Models of internal audits, nonconformities and management review."""

from audits.models.action import CaseEvidence, CorrectiveAction, DeadlineExtension, EffectivenessCheck
from audits.models.audit import Audit, AuditMeeting, AuditMember, AuditSession
from audits.models.checklist import (
    Answer,
    AnswerEvidence,
    AnswerRecord,
    AuditQuestion,
    Checklist,
    ChecklistItem,
)
from audits.models.declarations import SelfDeclaration
from audits.models.finding import Finding
from audits.models.grading import GradeScale, OwnGrade
from audits.models.nonconformity import (
    CauseAnalysis,
    CauseCategory,
    Nonconformity,
    Recurrence,
    SimilarCase,
)
from audits.models.programme import AuditorCompetence, AuditProgramme, ProgrammeEntry
from audits.models.review import ManagementReview, ReviewAttendee, ReviewDecision, ReviewInput
from audits.models.transfer import CaseImport

__all__ = [
    "Answer",
    "AnswerEvidence",
    "AnswerRecord",
    "Audit",
    "AuditMeeting",
    "AuditMember",
    "AuditProgramme",
    "AuditQuestion",
    "AuditSession",
    "AuditorCompetence",
    "CaseEvidence",
    "CaseImport",
    "CauseAnalysis",
    "CauseCategory",
    "Checklist",
    "ChecklistItem",
    "CorrectiveAction",
    "DeadlineExtension",
    "EffectivenessCheck",
    "Finding",
    "GradeScale",
    "ManagementReview",
    "Nonconformity",
    "OwnGrade",
    "ProgrammeEntry",
    "Recurrence",
    "ReviewAttendee",
    "ReviewDecision",
    "ReviewInput",
    "SelfDeclaration",
    "SimilarCase",
]
