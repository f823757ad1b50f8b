"""Accounts, people, the roles they hold over time, and delegations (5.3)."""

import datetime as dt
from functools import cached_property
from typing import Any

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from qms import clock
from qms.models.base import AgencyRecord, uuid7
from qms.models.organisation import OrgUnit


class User(AbstractUser):
    """An account that signs in. What it may do comes from the person's roles, not from the account."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    email = models.EmailField(_("email address"), blank=True)
    language = models.CharField(
        _("language"), max_length=2, choices=[("vi", _("Vietnamese")), ("en", _("English"))], default="vi"
    )
    must_change_password = models.BooleanField(_("must change the password at next sign-in"), default=False)

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        constraints = [
            models.UniqueConstraint(fields=["email"], condition=~Q(email=""), name="user_email_unique"),
        ]


class Role(models.TextChoices):
    """Roles of domain A; one person may hold several, so conflicts are checked per record."""

    LEADER = "leader", _("Top management")
    COMMITTEE_HEAD = "committee_head", _("Head of the ISO committee")
    COMMITTEE_MEMBER = "committee_member", _("Member of the ISO committee")
    SECRETARY = "secretary", _("ISO secretary")
    UNIT_HEAD = "unit_head", _("Unit head")
    STAFF = "staff", _("Specialist")
    AUDITOR = "auditor", _("Internal auditor")
    CLERK = "clerk", _("Clerk")
    ONE_STOP = "one_stop", _("One-stop desk")
    SUPERIOR = "superior", _("Superior agency")
    ADMIN = "admin", _("Administrator")


class Person(AgencyRecord):
    """A civil servant of one agency. The name stands as it is printed; accounts may come and go."""

    user = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="persons",
        verbose_name=_("account"),
    )
    full_name = models.CharField(_("full name"), max_length=120)
    position = models.CharField(_("position"), max_length=160, blank=True)
    unit = models.ForeignKey(
        OrgUnit,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="people",
        verbose_name=_("unit"),
    )
    email = models.EmailField(_("email address"), blank=True)
    valid_from = models.DateField(_("works here from"))
    valid_to = models.DateField(_("works here to"), null=True, blank=True)

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["full_name"]
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "user"], condition=Q(user__isnull=False), name="person_account_unique"
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="person_dates_in_order"
            ),
        ]

    def __str__(self) -> str:
        return self.full_name

    def get_absolute_url(self) -> str:
        """The page of the person."""
        return reverse("person-detail", args=[self.pk])

    def works_on(self, day: dt.date) -> bool:
        """Whether the person belongs to the agency on a day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    @cached_property
    def own_roles(self) -> frozenset[tuple[str, Any]]:
        """Today's (role, unit id or None) pairs assigned to the person."""
        today = clock.today()
        return frozenset(
            (row.role, row.unit_id) for row in self.role_assignments.all() if row.holds_on(today)
        )

    @cached_property
    def lent_roles(self) -> "dict[tuple[str, Any], RoleDelegation]":
        """Today's pairs that others delegated to the person."""
        today = clock.today()
        return {
            (row.role, row.unit_id): row for row in self.delegations_received.all() if row.holds_on(today)
        }

    @cached_property
    def leaned_on(self) -> "list[RoleDelegation]":
        """Delegations without which a question put to `has_role` had been answered no.

        The audit trail names their givers: an act under a lent role names both people.
        """
        return []

    @property
    def held_roles(self) -> frozenset[tuple[str, Any]]:
        """Today's (role, unit id or None) pairs, those delegated to the person included."""
        return self.own_roles | frozenset(self.lent_roles)

    @cached_property
    def roles(self) -> frozenset[str]:
        """Today's role codes, whatever the unit."""
        return frozenset(role for role, _unit in self.held_roles)

    def has_role(self, *roles: str, unit: OrgUnit | None = None) -> bool:
        """Whether the person holds one of the roles today; with `unit`, for that unit or for all units."""

        def answers(pair: tuple[str, Any]) -> bool:
            return pair[0] in roles and (unit is None or pair[1] in {None, unit.pk})

        if any(answers(pair) for pair in self.own_roles):
            return True
        lent = next((row for pair, row in self.lent_roles.items() if answers(pair)), None)
        if lent is not None and lent not in self.leaned_on:
            self.leaned_on.append(lent)
        return lent is not None

    @property
    def initials(self) -> str:
        """Up to three initials for the avatar."""
        return "".join(part[0] for part in self.full_name.split()[-3:]).upper()


class _Dated(AgencyRecord):
    valid_from = models.DateField(_("from"))
    valid_to = models.DateField(_("to"), null=True, blank=True)

    class Meta:
        abstract = True

    def holds_on(self, day: dt.date) -> bool:
        """Whether the row is in force on a day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


class RoleAssignment(_Dated):
    """A role of a person, for one unit or for the whole agency, in a span of time."""

    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="role_assignments", verbose_name=_("person")
    )
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    unit = models.ForeignKey(
        OrgUnit,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="role_assignments",
        verbose_name=_("for the unit"),
        help_text=_("Empty: for the whole agency."),
    )
    document = models.CharField(_("decided by"), max_length=255, blank=True)

    class Meta:
        verbose_name = _("role assignment")
        verbose_name_plural = _("role assignments")
        ordering = ["person", "role", "valid_from"]

    def __str__(self) -> str:
        return f"{self.person}: {self.get_role_display()}"


class RoleDelegation(_Dated):
    """A role lent to another person for a period; what is done under it names both."""

    giver = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="delegations_given", verbose_name=_("delegated by")
    )
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="delegations_received", verbose_name=_("delegated to")
    )
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    unit = models.ForeignKey(
        OrgUnit,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("for the unit"),
    )
    reason = models.CharField(_("reason"), max_length=255)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)

    class Meta:
        verbose_name = _("delegation")
        verbose_name_plural = _("delegations")
        ordering = ["-valid_from"]

    def __str__(self) -> str:
        return f"{self.get_role_display()}: {self.giver} → {self.person}"

    def holds_on(self, day: dt.date) -> bool:
        """In force on a day and not revoked."""
        return self.revoked_at is None and super().holds_on(day)
