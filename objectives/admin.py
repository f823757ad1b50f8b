"""The admin: drafts are edited on the portal's pages; here everything can be looked at, nothing changed."""

from django.contrib import admin

from objectives import models
from qms.admin_base import ReadOnlyAdmin, all_fields


class _Looking(ReadOnlyAdmin):
    """A list of all fields; what matters is changed through services only."""

    list_filter = ("agency",)
    list_per_page = 50


def _register(model: type, search: tuple[str, ...] = (), related: tuple[str, ...] = ()) -> None:
    names = {"list_display": all_fields(model)[:10], "search_fields": search, "list_select_related": related}
    admin.site.register(model, type(f"{model.__name__}Admin", (_Looking,), names))


_register(models.ObjectiveSet, ("title",), ("agency", "unit"))
_register(models.SetBasis, (), ("agency", "legal_basis"))
_register(models.QualityObjective, ("text",), ("agency", "objective_set"))
_register(models.Target, ("code", "text"), ("agency", "objective_set", "objective"))
_register(models.TargetUnit, (), ("agency", "target", "unit"))
_register(models.ImplementingTask, ("text",), ("agency", "objective_set", "objective"))
_register(models.TaskParty, (), ("agency", "task", "unit", "person"))
_register(models.ManualEntry, ("period",), ("agency", "target", "unit"))
_register(models.EntryEvidence, (), ("agency", "entry", "file"))
_register(models.MaintenancePlan, ("title",), ("agency", "drafter", "paper"))
_register(models.PlanBasis, (), ("agency", "legal_basis"))
_register(models.PlanImport, ("name",), ("agency", "plan", "made_by"))
_register(models.PlanItem, ("number", "text"), ("agency", "plan"))
_register(models.PlanParty, (), ("agency", "item", "unit", "person"))
_register(models.PlanNote, ("text",), ("agency", "item", "person"))
_register(models.PlanEvidence, ("title",), ("agency", "item", "file"))
_register(models.Measurement, ("period", "formula"), ("agency", "target", "unit"))
_register(models.Figure, ("period", "formula"), ("agency", "target", "unit", "measurement"))
_register(models.ObjectiveReview, (), ("agency", "objective_set__agency", "objective_set__unit"))
_register(models.ReviewLine, (), ("agency", "target"))
_register(models.ReviewComment, ("text",), ("agency", "author"))
_register(models.SetImport, ("name",), ("agency", "objective_set", "made_by"))
_register(models.SetCommunication, (), ("agency", "objective_set"))
_register(models.SetAcknowledgement, (), ("agency", "objective_set", "person"))
