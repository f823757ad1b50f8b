"""Base classes of the admin: what is changed there is in the audit trail, what is immutable stays so."""

from django import forms
from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from qms import audit


class AuditedAdmin(admin.ModelAdmin):
    """Editing in the admin writes who, when, before and after; nothing can be deleted."""

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """What is deleted is archived instead, through its own service."""
        return False

    def save_model(
        self, request: HttpRequest, obj: models.Model, form: forms.ModelForm, change: bool
    ) -> None:
        """Save with an entry in the audit trail."""
        before = type(obj)._default_manager.filter(pk=obj.pk).first() if change else None
        super().save_model(request, obj, form, change)
        changes = {
            name: (getattr(before, name, None), getattr(obj, name))
            for name in form.changed_data
            if hasattr(obj, name) and not name.startswith("password")
        }
        person = getattr(request, "person", None)
        audit.record(
            "qms.admin.changed" if change else "qms.admin.added",
            obj,
            changes,
            acting=person,
            note=f"admin: {request.user}",
        )


class ReadOnlyAdmin(admin.ModelAdmin):
    """For what is immutable: to be looked at, never edited."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Made by services only."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Never."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Never."""
        return False


def all_fields(model: type[models.Model]) -> list[str]:
    """Names of the concrete fields of a model, for lists in the admin."""
    return [field.name for field in model._meta.concrete_fields]
