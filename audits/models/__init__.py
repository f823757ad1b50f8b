"""Models of internal audits: programme, team, audit, checklist, findings."""

from audits.models.audit import Audit, AuditMeeting, AuditMember, AuditSession
from audits.models.checklist import (
    Answer,
    AnswerEvidence,
    AnswerRecord,
    AuditQuestion,
    Checklist,
    ChecklistItem,
)
from audits.models.finding import Finding
from audits.models.programme import AuditorCompetence, AuditProgramme, ProgrammeEntry

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
    "Checklist",
    "ChecklistItem",
    "Finding",
    "ProgrammeEntry",
]
