"""Models of the shared core."""

from qms.models.audit import AuditEntry, AuditSeal
from qms.models.base import AgencyQuerySet, AgencyRecord, Record
from qms.models.calendar import CalendarDay, OfficeHours
from qms.models.file import StoredFile, WorkbookPreview
from qms.models.job import Job
from qms.models.notification import Mail, Notification, NotificationPreference
from qms.models.organisation import (
    Agency,
    AgencySetting,
    OrgUnit,
    OrgUnitAlias,
    OrgUnitChange,
    OrgUnitVersion,
)
from qms.models.people import Person, Role, RoleAssignment, RoleDelegation, User
from qms.models.search import SearchEntry
from qms.models.standard import Clause, ClauseApplicability, ClauseMapping, StandardEdition

__all__ = [
    "Agency",
    "AgencyQuerySet",
    "AgencyRecord",
    "AgencySetting",
    "AuditEntry",
    "AuditSeal",
    "CalendarDay",
    "Clause",
    "ClauseApplicability",
    "ClauseMapping",
    "Job",
    "Mail",
    "Notification",
    "NotificationPreference",
    "OfficeHours",
    "OrgUnit",
    "OrgUnitAlias",
    "OrgUnitChange",
    "OrgUnitVersion",
    "Person",
    "Record",
    "Role",
    "RoleAssignment",
    "RoleDelegation",
    "SearchEntry",
    "StandardEdition",
    "StoredFile",
    "User",
    "WorkbookPreview",
]
