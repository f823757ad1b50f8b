"""Competence: what tasks require, what people master, needs, plans, courses, and their effect (7.2)."""

from training.models.courses import Course, CourseFile, Participation, PersonCompetence
from training.models.plans import PlanItem, TrainingNeed, TrainingPlan
from training.models.requirements import Level, Requirement, RequirementScope, Topic

__all__ = [
    "Course",
    "CourseFile",
    "Level",
    "Participation",
    "PersonCompetence",
    "PlanItem",
    "Requirement",
    "RequirementScope",
    "Topic",
    "TrainingNeed",
    "TrainingPlan",
]
