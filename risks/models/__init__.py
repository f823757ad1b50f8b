"""Models of risks, opportunities, context and planned changes."""

from risks.models.action import ActionEvidence, ActionJudgement, RiskAction
from risks.models.change import ChangeOpinion, ChangeStep, ChangeTouch, PlannedChange
from risks.models.context import ContextCategory, ContextIssue, ContextReview, InterestedParty, PartyNeed
from risks.models.register import Register, RegisterRow
from risks.models.risk import LevelClass, Risk, RiskAcceptance, RiskScore, RiskSource
from risks.models.scale import RiskScale
from risks.models.suggestion import LibraryRisk, RegisterImport, Suggestion

__all__ = [
    "ActionEvidence",
    "ActionJudgement",
    "ChangeOpinion",
    "ChangeStep",
    "ChangeTouch",
    "ContextCategory",
    "ContextIssue",
    "ContextReview",
    "InterestedParty",
    "LevelClass",
    "LibraryRisk",
    "PartyNeed",
    "PlannedChange",
    "Register",
    "RegisterImport",
    "RegisterRow",
    "Risk",
    "RiskAcceptance",
    "RiskAction",
    "RiskScale",
    "RiskScore",
    "RiskSource",
    "Suggestion",
]
