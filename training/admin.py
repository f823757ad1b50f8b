"""Every model of the app in the admin; services change them, so here they are only looked at."""

from django.contrib import admin

from qms.admin_base import ReadOnlyAdmin
from training import models

for shown in (
    models.Requirement,
    models.RequirementScope,
    models.TrainingNeed,
    models.TrainingPlan,
    models.PlanItem,
    models.Course,
    models.Participation,
    models.PersonCompetence,
):
    admin.site.register(shown, ReadOnlyAdmin, list_filter=["agency"])
