"""Forms of people, their roles, delegations and accounts."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from qms import clock
from qms.forms import DateField, FilterForm, PortalForm
from qms.forms_organisation import existing_units
from qms.models import Agency, OrgUnit, Person, Role
from qms.selectors.people import name_key


class PeopleFilterForm(FilterForm):
    """What the list of people is narrowed to."""

    q = forms.CharField(label=_("Name"))
    unit = forms.ModelChoiceField(OrgUnit.objects.none(), label=_("Unit"), empty_label=_("All units"))
    role = forms.ChoiceField(label=_("Role"), choices=[("", _("All roles")), *Role.choices])
    state = forms.ChoiceField(
        label=_("State"), choices=[("", _("Working here")), ("left", _("Left")), ("all", _("Everybody"))]
    )

    def __init__(self, *args: Any, agency: Agency, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = OrgUnit.objects.filter(agency=agency).order_by("order", "name")
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]


class PersonForm(PortalForm):
    """A person of the agency."""

    full_name = forms.CharField(
        label=_("Full name"), max_length=120, help_text=_("As it is printed on papers, with accents.")
    )
    position = forms.CharField(label=_("Position"), max_length=160, required=False)
    unit = forms.ModelChoiceField(
        OrgUnit.objects.none(), label=_("Unit"), required=False, empty_label=_("No unit")
    )
    email = forms.EmailField(
        label=_("Office e-mail"), required=False, help_text=_("Notifications go here; also signs in.")
    )
    valid_from = DateField(label=_("Works here from"))

    def __init__(self, *args: Any, agency: Agency, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = existing_units(agency)  # type: ignore[attr-defined]


class LeaveForm(PortalForm):
    """The end of a person's work."""

    last_day = DateField(label=_("Last day"))
    note = forms.CharField(label=_("Reason or document"), max_length=255, required=False)


class RoleForm(PortalForm):
    """A role from a day on."""

    role = forms.ChoiceField(label=_("Role"), choices=[("", "—"), *Role.choices])
    unit = forms.ModelChoiceField(
        OrgUnit.objects.none(),
        label=_("For the unit"),
        required=False,
        empty_label=_("The whole agency"),
        help_text=_("Unit heads always need a unit; other roles usually hold for the whole agency."),
    )
    valid_from = DateField(label=_("From"))
    valid_to = DateField(label=_("To"), required=False)
    document = forms.CharField(label=_("Decided by"), max_length=255, required=False)

    def __init__(self, *args: Any, agency: Agency, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = existing_units(agency)  # type: ignore[attr-defined]


class RoleEndForm(PortalForm):
    """The last day of a role."""

    last_day = DateField(label=_("Last day"))


class DelegationForm(PortalForm):
    """A role lent for a period; the choices are the giver's own roles."""

    held = forms.ChoiceField(label=_("Role"))
    person = forms.ModelChoiceField(Person.objects.none(), label=_("Delegated to"))
    valid_from = DateField(label=_("From"))
    valid_to = DateField(label=_("To"))
    reason = forms.CharField(
        label=_("Reason"), max_length=255, help_text=_("For example the leave or the journey.")
    )

    def __init__(self, *args: Any, giver: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = clock.today()
        rows = [row for row in giver.role_assignments.select_related("unit") if row.holds_on(today)]
        self.held_roles = {str(row.pk): row for row in rows if row.role != Role.SUPERIOR}
        self.fields["held"].choices = [  # type: ignore[attr-defined]
            (key, f"{row.get_role_display()} ({row.unit.label})" if row.unit else row.get_role_display())
            for key, row in self.held_roles.items()
        ]
        colleagues = Person.objects.filter(agency=giver.agency).exclude(pk=giver.pk)
        working = sorted((row for row in colleagues if row.works_on(today)), key=name_key)
        field = self.fields["person"]
        field.queryset = colleagues  # type: ignore[attr-defined]
        field.choices = [("", "—"), *((row.pk, _label(row)) for row in working)]  # type: ignore[attr-defined]


def _label(person: Person) -> str:
    return ", ".join(part for part in (person.full_name, person.position) if part)


class AccountForm(PortalForm):
    """The user name of a new account."""

    username = forms.CharField(
        label=_("User name"),
        max_length=60,
        help_text=_("Small letters without marks, digits, dots or hyphens."),
        widget=forms.TextInput(
            attrs={"autocapitalize": "none", "spellcheck": "false", "autocomplete": "off"}
        ),
    )


class PreferencesForm(PortalForm):
    """The language of one account."""

    language = forms.ChoiceField(
        label=_("Language"), choices=[("vi", "Tiếng Việt"), ("en", "English")], widget=forms.RadioSelect
    )
