"""Django admin of the shared core: everything is there to be looked at, little to be changed.

What has a service (units, roles, accounts, calendar, settings) is changed on the portal's own pages;
here it is read-only, so that no rule is bypassed. Reference data of the installation can be edited.
"""

from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.db import models
from django.http import HttpRequest

from qms.admin_base import AuditedAdmin, ReadOnlyAdmin
from qms.models import (
    Agency,
    AgencySetting,
    AuditEntry,
    AuditSeal,
    CalendarDay,
    Clause,
    ClauseApplicability,
    ClauseMapping,
    Job,
    Mail,
    Notification,
    NotificationPreference,
    OfficeHours,
    OrgUnit,
    OrgUnitAlias,
    OrgUnitChange,
    OrgUnitVersion,
    Person,
    RoleAssignment,
    RoleDelegation,
    SearchEntry,
    StandardEdition,
    StoredFile,
    User,
)


@admin.register(Agency)
class AgencyAdmin(AuditedAdmin):
    """Agencies are made by the first-run page; their names can be corrected."""

    list_display = ("code", "name", "parent_name", "place", "is_demo")
    search_fields = ("code", "name")
    readonly_fields = ("code", "created_at")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """An agency needs an administrator and office hours: its own page sets them up together."""
        return False


@admin.register(User)
class UserAdmin(AuditedAdmin):
    """Accounts: whether they may sign in and reach this admin; passwords are given on the portal."""

    list_display = ("username", "email", "is_active", "is_staff", "is_superuser", "last_login")
    list_filter = ("is_active", "is_staff", "is_superuser")
    search_fields = ("username", "email")
    fields = (
        "username",
        "email",
        "language",
        "is_active",
        "is_staff",
        "is_superuser",
        "must_change_password",
        "last_login",
        "date_joined",
    )
    readonly_fields = ("username", "last_login", "date_joined")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Accounts are made for people, with a one-time password."""
        return False


@admin.register(CalendarDay)
class CalendarDayAdmin(AuditedAdmin):
    """Days of the whole country; an agency's own days are set on its calendar page."""

    list_display = ("day", "title", "kind", "agency", "is_projected", "document")
    list_filter = ("kind", "is_projected", "agency")
    search_fields = ("title", "document")
    date_hierarchy = "day"


class ReferenceAdmin(AuditedAdmin):
    """Reference data shared by all agencies of the installation."""

    readonly_fields: ClassVar[Any] = ("created_at",)


@admin.register(StandardEdition)
class StandardEditionAdmin(ReferenceAdmin):
    """Editions of the standard."""

    list_display = ("code", "title_vi", "published_on", "withdrawn_on", "is_draft")


@admin.register(Clause)
class ClauseAdmin(ReferenceAdmin):
    """Clauses of the editions."""

    list_display = ("code", "title_vi", "title_en", "edition")
    list_filter = ("edition",)
    search_fields = ("code", "title_vi", "title_en")
    autocomplete_fields = ("parent",)


@admin.register(ClauseMapping)
class ClauseMappingAdmin(ReferenceAdmin):
    """What a clause became in another edition."""

    list_display = ("source", "target", "kind", "note_vi")
    list_filter = ("kind",)
    list_select_related = ("source", "target")
    autocomplete_fields = ("source", "target")


def _read_only(model: type[models.Model], *columns: str, search: tuple[str, ...] = ()) -> None:
    """Register a model whose rows are changed by services only."""
    shown = {
        "list_display": columns,
        "search_fields": search,
        "list_select_related": True,
        "show_full_result_count": False,
    }
    admin.site.register(model, type(f"{model.__name__}Admin", (ReadOnlyAdmin,), shown))


_read_only(AgencySetting, "agency", "key", "value", "valid_from", "document", search=("key",))
_read_only(OrgUnit, "code", "name", "agency", "kind", "valid_from", "valid_to", search=("code", "name"))
_read_only(OrgUnitVersion, "unit", "name", "parent", "valid_from", "valid_to", search=("name",))
_read_only(OrgUnitAlias, "name", "unit", "system", "agency", search=("name",))
_read_only(OrgUnitChange, "on", "kind", "document", "agency", search=("document",))
_read_only(Person, "full_name", "position", "unit", "agency", "valid_from", "valid_to", search=("full_name",))
_read_only(RoleAssignment, "person", "role", "unit", "valid_from", "valid_to", search=("person__full_name",))
_read_only(
    RoleDelegation, "role", "giver", "person", "valid_from", "valid_to", "revoked_at", search=("reason",)
)
_read_only(OfficeHours, "agency", "weekday", "morning_start", "afternoon_end", "valid_from")
_read_only(ClauseApplicability, "clause", "agency", "applicable", "valid_from", "valid_to")
_read_only(
    AuditEntry,
    "at",
    "actor_label",
    "verb",
    "subject_label",
    "agency",
    search=("actor_label", "subject_label"),
)
_read_only(AuditSeal, "__str__", "agency")
_read_only(Job, "label", "kind", "state", "agency", "created_at", "finished_at", search=("label", "kind"))
_read_only(StoredFile, "name", "content_type", "size", "agency", "created_at", search=("name", "sha256"))
_read_only(Notification, "title", "person", "topic", "created_at", "read_at", search=("title",))
_read_only(NotificationPreference, "person", "topic", "mode")
_read_only(Mail, "subject", "to", "send_after", "sent_at", "attempts", search=("subject", "to"))
_read_only(SearchEntry, "title", "kind", "agency", "changed_at", search=("title",))
_read_only(LogEntry, "action_time", "user", "content_type", "object_repr", "action_flag")
