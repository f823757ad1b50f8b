"""Every model of the app in the admin; what is frozen or append-only can only be looked at."""

from django.contrib import admin

from qms.admin_base import AuditedAdmin, ReadOnlyAdmin
from risks import models

EDITABLE = (
    models.ContextCategory,
    models.ContextIssue,
    models.InterestedParty,
    models.PartyNeed,
    models.LibraryRisk,
)
FROZEN = (
    models.RiskScale,
    models.ContextReview,
    models.Risk,
    models.RiskSource,
    models.RiskScore,
    models.RiskAcceptance,
    models.RiskAction,
    models.ActionEvidence,
    models.ActionJudgement,
    models.Register,
    models.RegisterRow,
    models.RegisterImport,
    models.Suggestion,
    models.PlannedChange,
    models.ChangeOpinion,
    models.ChangeTouch,
    models.ChangeStep,
)

for editable in EDITABLE:
    admin.site.register(editable, AuditedAdmin, list_filter=["agency"])
for frozen in FROZEN:
    admin.site.register(frozen, ReadOnlyAdmin, list_filter=["agency"])
