"""Django admin: same sign-in (lock-out, second factor) as the portal."""

from typing import Any

from allauth.account.decorators import secure_admin_login
from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.core.exceptions import ImproperlyConfigured
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from qms.admin_base import AuditedAdmin, ReadOnlyAdmin


def rest_options(model: type[models.Model]) -> dict[str, Any]:
    """A plain list of a model: its name and its first short fields."""
    short = [
        field.name
        for field in model._meta.concrete_fields
        if not isinstance(field, (models.TextField, models.JSONField, models.BinaryField, models.UUIDField))
    ]
    return {
        "list_display": ("__str__", *short[:5]),
        "list_select_related": True,
        "show_full_result_count": False,
    }


class PortalAdminSite(admin.AdminSite):
    """The administration site."""

    site_header = _("QMS administration")
    site_title = _("QMS administration")
    index_title = _("Records")

    def password_change(  # type: ignore[override]
        self, request: HttpRequest, extra_context: Any = None
    ) -> HttpResponse:
        """One way to change a password: the portal's, which tells the audit trail."""
        return redirect("account_change_password")

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Take only admins that write the audit trail and delete nothing.

        Those that libraries bring along are left out; one of our own without a base raises
        ImproperlyConfigured.
        """
        if admin_class is not None and issubclass(admin_class, (AuditedAdmin, ReadOnlyAdmin)):
            super().register(model_or_iterable, admin_class, **options)
        elif admin_class is not None and admin_class.__module__.split(".")[0] in settings.OWN_APPS:
            raise ImproperlyConfigured(f"{admin_class.__name__} must extend AuditedAdmin or ReadOnlyAdmin")

    def register_rest(self) -> None:
        """Every model of ours that brought no admin of its own can be looked at."""
        for model in apps.get_models():
            if model._meta.app_label in settings.OWN_APPS and not self.is_registered(model):
                self.register(model, type(f"{model.__name__}Admin", (ReadOnlyAdmin,), rest_options(model)))

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Sign in through the portal."""
        return secure_admin_login(super().login)(request, extra_context)
