"""The shared core as a Django app, and the admin site that signs in like the portal does."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.db.backends.signals import connection_created
from django.utils.translation import gettext_lazy as _


class PortalAdminConfig(AdminConfig):
    """Django admin behind the portal's own sign-in."""

    default_site = "qms.admin_site.PortalAdminSite"

    def ready(self) -> None:
        """Register what the apps bring, then whatever they left out."""
        from django.contrib import admin

        super().ready()
        admin.site.register_rest()  # type: ignore[attr-defined]


class QmsConfig(AppConfig):
    """Agencies, people, calendar, standard, workflow, audit trail, jobs, notifications."""

    name = "qms"
    verbose_name = _("Quality management system")

    def ready(self) -> None:
        """Fill the registries with what the core itself offers."""
        from qms import account_events, audit, checks, db, registration  # noqa: F401

        connection_created.connect(db.add_collation, dispatch_uid="qms.collation")
        audit.register_verbs(registration.VERBS)
        registration.register()
        account_events.connect()
