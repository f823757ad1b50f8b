"""What the core hangs into its own registries: verbs, settings, navigation, topics, portable records."""

from django.utils.translation import gettext_lazy as _

from qms import access, clock, duties, evidence, registry, seals, start
from qms.models import (
    Agency,
    AgencySetting,
    AuditEntry,
    AuditSeal,
    CalendarDay,
    ClauseApplicability,
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
    Role,
    RoleAssignment,
    RoleDelegation,
    SearchEntry,
    StoredFile,
)
from qms.policies import any_role, signed_in

VERBS = {
    "qms.agency.created": _("Agency created"),
    "qms.agency.changed": _("Agency changed"),
    "qms.setting.changed": _("Setting changed"),
    "qms.unit.created": _("Unit created"),
    "qms.unit.changed": _("Unit changed"),
    "qms.unit.merged": _("Units merged"),
    "qms.unit.split": _("Unit split"),
    "qms.unit.closed": _("Unit closed"),
    "qms.person.created": _("Person added"),
    "qms.standard.edition_imported": _("Edition of the standard taken over"),
    "qms.standard.edition_published": _("Edition of the standard published"),
    "qms.start.kept": _("Step of the agency's start kept as it is"),
    "qms.people.imported": _("People taken over from a workbook"),
    "qms.person.changed": _("Person changed"),
    "qms.role.assigned": _("Role assigned"),
    "qms.role.ended": _("Role ended"),
    "qms.delegation.given": _("Role delegated"),
    "qms.delegation.revoked": _("Delegation revoked"),
    "qms.calendar.changed": _("Calendar changed"),
    "qms.clause.applicability_changed": _("Applicability of a clause changed"),
    "qms.job.failed": _("Job failed"),
    "qms.job.retried": _("Job tried again"),
    "qms.job.cancelled": _("Job cancelled"),
    "qms.admin.added": _("Added in the administration"),
    "qms.admin.changed": _("Changed in the administration"),
    "qms.account.created": _("Account created"),
    "qms.account.changed": _("Account changed"),
    "qms.account.password_reset": _("One-time password given"),
    "qms.account.signed_in": _("Signed in"),
    "qms.account.sign_in_failed": _("Sign-in failed"),
    "qms.account.password_changed": _("Password changed"),
    "qms.account.second_factor_changed": _("Second factor changed"),
    "qms.export.downloaded": _("List exported"),
    "qms.agency.exported": _("Agency exported"),
    "qms.agency.imported": _("Agency imported"),
}


def _index_person(person: Person) -> None:
    from qms.services import people

    people.person_index(person)


def _index_unit(unit: OrgUnit) -> None:
    from qms.services import organisation

    organisation.unit_index(unit)


def _settle_units() -> None:
    from qms.services import organisation

    organisation.settle_all()


def _next_year() -> None:
    from qms.services import calendar

    calendar.national_days_load([clock.today().year + 1])


def register() -> None:
    """Fill the registries; called once from QmsConfig.ready."""
    registry.add_setting(
        registry.SettingKind(
            "access.second_factor_roles",
            list,
            [],
            _("Roles that must use a second factor"),
            _("People with one of these roles set up a one-time code before they can go on."),
            choices=tuple((str(role), label) for role, label in Role.choices),
            group="access",
        )
    )
    registry.add_setting(
        registry.SettingKind(
            "qms.evidence_months",
            int,
            12,
            _("Months until evidence is old"),
            _("A clause whose newest evidence is older than this many months is marked."),
        )
    )
    evidence.register()
    registry.nightly.add(_settle_units, _next_year, seals.seal_all)
    registry.add_search_kind("qms.person", _("Person"), "user", _index_person)
    registry.add_search_kind("qms.orgunit", _("Unit"), "building-2", _index_unit)
    registry.add_topic("jobs", _("Background jobs"), "digest")
    registry.navigation.add(
        registry.NavItem("work", _("My work"), "home", "house", signed_in, order=1),
        registry.NavItem("work", _("My reading and training"), "duties", "book-open", signed_in, order=8),
    )
    registry.work.add(duties.waiting_work)
    start.register()
    readers = any_role(
        Role.ADMIN, Role.SECRETARY, Role.LEADER, Role.COMMITTEE_HEAD, Role.COMMITTEE_MEMBER, Role.CLERK
    )
    registry.navigation.add(
        registry.NavItem("system", _("Clauses that apply"), "standard", "book-open", signed_in, order=70),
        registry.NavItem("system", _("Evidence by clause"), "evidence", "file-check", signed_in, order=72),
        registry.NavItem("admin", _("Units"), "unit-tree", "network", readers, order=72),
        registry.NavItem("admin", _("People"), "person-list", "users", readers, order=74),
        registry.NavItem("admin", _("Working days"), "calendar", "calendar-days", readers, order=76),
        registry.NavItem("admin", _("Agency start"), "start", "list-checks", start.may_start, order=70),
        registry.NavItem("admin", _("Settings"), "settings", "settings", access.may_see_settings, order=82),
    )
    registry.navigation.add(
        registry.NavItem(
            "admin", _("Jobs"), "job-list", "loader", any_role(Role.ADMIN, Role.SECRETARY), order=84
        ),
        registry.NavItem(
            "admin",
            _("Audit trail"),
            "audit-trail",
            "scroll-text",
            any_role(Role.ADMIN, Role.SECRETARY, Role.COMMITTEE_HEAD, Role.LEADER),
            order=86,
        ),
    )
    registry.not_portable[SearchEntry] = "derived; rebuilt after the import"
    add = registry.portable.add
    add(
        registry.Portable("qms.agency", Agency, lambda agency: Agency.objects.filter(pk=agency.pk)),
        registry.Portable("qms.setting", AgencySetting),
        registry.Portable("qms.calendar_day", CalendarDay),
        registry.Portable("qms.office_hours", OfficeHours),
        registry.Portable("qms.unit", OrgUnit),
        registry.Portable("qms.unit_version", OrgUnitVersion),
        registry.Portable("qms.unit_alias", OrgUnitAlias),
        registry.Portable("qms.unit_change", OrgUnitChange),
        registry.Portable("qms.person", Person),
        registry.Portable("qms.role_assignment", RoleAssignment),
        registry.Portable("qms.role_delegation", RoleDelegation),
        registry.Portable("qms.clause_applicability", ClauseApplicability),
        registry.Portable("qms.notification_preference", NotificationPreference),
        registry.Portable("qms.stored_file", StoredFile),
        registry.Portable("qms.notification", Notification),
        # What is still to be sent is sent from here, not once more from there.
        registry.Portable(
            "qms.mail", Mail, lambda agency: Mail.objects.filter(agency=agency, sent_at__isnull=False)
        ),
        registry.Portable("qms.job", Job),
        registry.Portable("qms.audit_entry", AuditEntry),
        registry.Portable("qms.audit_seal", AuditSeal),
    )
