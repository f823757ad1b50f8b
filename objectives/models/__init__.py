"""Models of objectives, their tasks and their measurements (6.2, 9.1)."""

from objectives.models.entries import EntryEvidence, ManualEntry
from objectives.models.measures import Figure, Measurement
from objectives.models.plan_records import PlanEvidence, PlanImport, PlanNote, PlanParty
from objectives.models.plans import MaintenancePlan, PlanBasis, PlanFeed, PlanItem, PlanState
from objectives.models.reviews import ObjectiveReview, ReviewComment, ReviewLine
from objectives.models.sets import ObjectiveSet, QualityObjective, SetBasis, SetState, Target, TargetUnit
from objectives.models.table_rows import SetImport
from objectives.models.tasks import ImplementingTask, RoleGroup, TaskParty
from objectives.models.telling import SetAcknowledgement, SetCommunication

__all__ = [
    "EntryEvidence",
    "Figure",
    "ImplementingTask",
    "MaintenancePlan",
    "ManualEntry",
    "Measurement",
    "ObjectiveReview",
    "ObjectiveSet",
    "PlanBasis",
    "PlanEvidence",
    "PlanFeed",
    "PlanImport",
    "PlanItem",
    "PlanNote",
    "PlanParty",
    "PlanState",
    "QualityObjective",
    "ReviewComment",
    "ReviewLine",
    "RoleGroup",
    "SetAcknowledgement",
    "SetBasis",
    "SetCommunication",
    "SetImport",
    "SetState",
    "Target",
    "TargetUnit",
    "TaskParty",
]
