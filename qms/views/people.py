"""Pages of people: the list, one person, roles and delegations."""

import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qms import access, clock
from qms.forms_people import (
    DelegationForm,
    LeaveForm,
    PeopleFilterForm,
    PersonForm,
    RoleEndForm,
    RoleForm,
)
from qms.models import Person, RoleAssignment, RoleDelegation
from qms.policies import signed_in
from qms.selectors import people as read
from qms.selectors.people import PeopleFilter
from qms.services import people
from qms.views.base import ActionView, ExportView, FormPage, ListPage, PageView


def _filter(request: HttpRequest) -> PeopleFilter:
    asked = request.GET
    unit = asked.get("unit", "")
    try:
        uuid.UUID(unit)
    except ValueError:
        unit = ""
    return PeopleFilter(
        q=asked.get("q", ""), unit=unit, role=asked.get("role", ""), state=asked.get("state", "")
    )


class PersonList(ListPage):
    """The people of the agency."""

    template_name = "people/list.html"
    policy = access.may_read

    def rows(self) -> "Sequence[Any]":
        return read.people_list(self.person, _filter(self.request))

    def page(self) -> dict[str, Any]:
        return {
            "form": PeopleFilterForm(self.request.GET, agency=self.agency),
            "may_change": access.can_administer(self.person, self.agency),
            "today": clock.today(),
        }


class PersonExport(ExportView):
    """The filtered list of people as a workbook."""

    policy = access.may_read
    filename = "nhan-su.xlsx"

    def header(self) -> list[str]:
        return [
            _("Full name"),
            _("Position"),
            _("Unit"),
            _("Office e-mail"),
            _("Roles"),
            _("Works here from"),
            _("Works here to"),
            _("User name"),
        ]

    def lines(self) -> Iterable[Sequence[Any]]:
        today = clock.today()
        shows_accounts = bool(access.can_administer(self.person, self.agency))
        for row in read.people_list(self.person, _filter(self.request)):
            yield [
                row.full_name,
                row.position,
                row.unit.name if row.unit else "",
                row.email,
                ", ".join(read.roles_on(row, today)),
                row.valid_from,
                row.valid_to,
                row.user.username if row.user and shows_accounts else "",
            ]


class PersonDetail(PageView):
    """One person: place in the agency, roles, delegations, account."""

    template_name = "people/person.html"
    policy = access.may_read

    def page(self) -> dict[str, Any]:
        rows = Person.objects.select_related("unit", "user", "agency")
        person = self.find(rows, pk=self.kwargs["pk"])
        return person_context(person, self.person)


def person_context(person: Person, viewer: Person) -> dict[str, Any]:
    """What the pages of a person show."""
    today = clock.today()
    roles = list(person.role_assignments.select_related("unit").order_by("-valid_from"))
    return {
        "subject": person,
        "today": today,
        "works": person.works_on(today),
        "roles": [row for row in roles if row.valid_to is None or row.valid_to >= today],
        "past_roles": [row for row in roles if row.valid_to is not None and row.valid_to < today],
        "delegations": read.delegations_of(person)[:20],
        "may_change": access.can_administer(viewer, person.agency),
        "may_delegate": viewer.pk == person.pk or access.can_administer(viewer, person.agency),
        "has_second_factor": _has_second_factor(person),
    }


def _has_second_factor(person: Person) -> bool:
    from allauth.mfa.models import Authenticator

    totp = Authenticator.Type.TOTP
    return (
        person.user_id is not None and Authenticator.objects.filter(user=person.user_id, type=totp).exists()
    )


class PersonFormPage(FormPage):
    """A form about one person, found by the address."""

    template_name = "people/form.html"
    policy = access.may_administer
    heading: Any = ""
    intro: Any = ""
    action: Any = ""

    @property
    def subject(self) -> Person:
        """The person in question."""
        subject: Person = self.find(Person.objects.select_related("unit", "agency"), pk=self.kwargs["pk"])
        return subject

    def page(self) -> dict[str, Any]:
        subject = self.subject if "pk" in self.kwargs else None
        return {"subject": subject, "heading": self.heading, "intro": self.intro, "action": self.action}

    def done(self, subject: Person, message: str) -> str:
        """Say it and go to the person."""
        messages.success(self.request, message)
        return subject.get_absolute_url()


class PersonCreate(PersonFormPage):
    """Add a person."""

    guarded = False
    form_class = PersonForm
    heading = gettext_lazy("Add a person")
    action = gettext_lazy("Add the person")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"agency": self.agency, "initial": {"valid_from": clock.today()}}

    def act(self, form: PersonForm) -> str:
        made = people.person_add(self.agency, acting=self.person, **form.cleaned_data)
        return self.done(made, _("The person is added. Give them roles and an account next."))


class PersonEdit(PersonFormPage):
    """Change a person."""

    form_class = PersonForm
    heading = gettext_lazy("Edit the person")
    action = gettext_lazy("Save the person")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"agency": self.agency}

    def get_initial(self) -> dict[str, Any]:
        return {name: getattr(self.subject, name) for name in people.CHANGEABLE}

    def act(self, form: PersonForm) -> str:
        changed = people.person_change(self.subject, acting=self.person, **form.cleaned_data)
        return self.done(changed, _("The person is saved."))


class PersonLeave(PersonFormPage):
    """End a person's work."""

    guarded = False
    form_class = LeaveForm
    heading = gettext_lazy("End the person's work here")
    intro = gettext_lazy(
        "Their roles and delegations end with the last day and their account can no longer sign in. "
        "What they did stays under their name."
    )
    action = gettext_lazy("End the work")

    def get_initial(self) -> dict[str, Any]:
        return {"last_day": clock.today()}

    def act(self, form: LeaveForm) -> str:
        left = people.person_leave(self.subject, acting=self.person, **form.cleaned_data)
        return self.done(left, _("The last day is saved."))


class PersonReturn(ActionView):
    """Take back the end of a person's work."""

    policy = access.may_administer

    def act(self) -> str:
        subject = self.find(Person, pk=self.kwargs["pk"])
        people.person_return(subject, acting=self.person)
        messages.success(self.request, _("The person works here again; give them their roles anew."))
        return str(subject.get_absolute_url())


class RoleAssign(PersonFormPage):
    """Give a person a role."""

    guarded = False
    form_class = RoleForm
    heading = gettext_lazy("Assign a role")
    action = gettext_lazy("Assign the role")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"agency": self.agency, "initial": {"valid_from": clock.today()}}

    def act(self, form: RoleForm) -> str:
        subject = self.subject
        people.role_assign(subject, acting=self.person, **form.cleaned_data)
        return self.done(subject, _("The role is assigned."))


class RoleEnd(FormPage):
    """End a role on a day."""

    guarded = False
    template_name = "people/form.html"
    policy = access.may_administer
    form_class = RoleEndForm

    @property
    def row(self) -> RoleAssignment:
        """The assignment in question."""
        rows = RoleAssignment.objects.select_related("person", "unit")
        row: RoleAssignment = self.find(rows, pk=self.kwargs["pk"])
        return row

    def get_initial(self) -> dict[str, Any]:
        return {"last_day": clock.today()}

    def page(self) -> dict[str, Any]:
        row = self.row
        intro = f"{row.get_role_display()}{f' · {row.unit}' if row.unit else ''}"
        return {
            "subject": row.person,
            "heading": _("End the role"),
            "intro": intro,
            "action": _("End the role"),
        }

    def act(self, form: RoleEndForm) -> str:
        row = people.role_end(self.row, acting=self.person, **form.cleaned_data)
        messages.success(self.request, _("The role ends on that day."))
        return row.person.get_absolute_url()


class DelegationGive(PersonFormPage):
    """Lend a role to a colleague; by its holder, or by an administrator."""

    guarded = False
    form_class = DelegationForm
    policy = signed_in
    heading = gettext_lazy("Delegate a role")
    intro = gettext_lazy(
        "In the period both of you hold the role. What your colleague does under it names you both in "
        "the audit trail."
    )
    action = gettext_lazy("Delegate the role")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"giver": self.subject}

    def get_initial(self) -> dict[str, Any]:
        return {"valid_from": clock.today()}

    def act(self, form: DelegationForm) -> str:
        taken = form.cleaned_data
        row = form.held_roles[taken["held"]]
        people.delegation_give(
            self.subject,
            taken["person"],
            acting=self.person,
            role=row.role,
            unit=row.unit,
            valid_from=taken["valid_from"],
            valid_to=taken["valid_to"],
            reason=taken["reason"],
        )
        return self.done(self.subject, _("The role is delegated."))


class DelegationRevoke(ActionView):
    """Take a delegation back."""

    policy = signed_in

    def act(self) -> str:
        rows = RoleDelegation.objects.select_related("giver", "agency")
        lent = people.delegation_revoke(self.find(rows, pk=self.kwargs["pk"]), acting=self.person)
        messages.success(self.request, _("The delegation is revoked."))
        return lent.giver.get_absolute_url() if lent.giver_id else reverse("person-list")
