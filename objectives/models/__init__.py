"""Models of objectives, their tasks and their measurements (6.2, 9.1)."""

from objectives.models.entries import EntryEvidence, ManualEntry
from objectives.models.measures import Figure, Measurement
from objectives.models.plans import (
    MaintenancePlan,
    PlanBasis,
    PlanEvidence,
    PlanFeed,
    PlanItem,
    PlanNote,
    PlanParty,
    PlanState,
)
from objectives.models.sets import ObjectiveSet, QualityObjective, SetBasis, SetState, Target, TargetUnit
from objectives.models.tasks import ImplementingTask, RoleGroup, TaskParty

__all__ = [
    "EntryEvidence",
    "Figure",
    "ImplementingTask",
    "MaintenancePlan",
    "ManualEntry",
    "Measurement",
    "ObjectiveSet",
    "PlanBasis",
    "PlanEvidence",
    "PlanFeed",
    "PlanItem",
    "PlanNote",
    "PlanParty",
    "PlanState",
    "QualityObjective",
    "RoleGroup",
    "SetBasis",
    "SetState",
    "Target",
    "TargetUnit",
    "TaskParty",
]
