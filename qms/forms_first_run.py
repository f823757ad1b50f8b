"""The form that sets up an empty installation."""

import re
from typing import Any

from django import forms
from django.contrib.auth import password_validation
from django.utils.translation import gettext_lazy as _

from qms.forms import PortalForm
from qms.models import Agency, OrgUnit, User
from qms.services.first_run import AdministratorData, AgencyData
from qms.services.organisation import UnitData


class FirstRunForm(PortalForm):
    """Agency, first unit, first administrator."""

    name = forms.CharField(
        label=_("Name of the agency"), max_length=255, help_text=_("As on papers: Sở Khoa học và Công nghệ.")
    )
    short_name = forms.CharField(
        label=_("Short name"), max_length=80, required=False, help_text=_("On narrow screens: Sở KH&CN.")
    )
    code = forms.SlugField(
        label=_("Code"),
        max_length=40,
        help_text=_("Letters without marks, digits and hyphens, such as SKHCN-DNAI; never changes."),
    )
    parent_name = forms.CharField(
        label=_("Superior agency on papers"),
        max_length=255,
        required=False,
        help_text=_("First line of the letterhead: UBND tỉnh Đồng Nai."),
    )
    place = forms.CharField(
        label=_("Place on papers"), max_length=80, help_text=_("Before the date of papers: Đồng Nai.")
    )
    address = forms.CharField(label=_("Address"), max_length=255, required=False)
    unit_name = forms.CharField(
        label=_("Name of the first unit"),
        max_length=255,
        help_text=_("The unit of the administrator, such as Văn phòng Sở. Others follow later."),
    )
    unit_code = forms.SlugField(label=_("Code of the unit"), max_length=40, initial="VP")
    unit_abbreviation = forms.CharField(
        label=_("Abbreviation"), max_length=20, required=False, help_text=_("Such as VP.")
    )
    full_name = forms.CharField(label=_("Full name"), max_length=120)
    position = forms.CharField(label=_("Position"), max_length=160, required=False)
    email = forms.EmailField(label=_("Office e-mail"), required=False)
    username = forms.CharField(
        label=_("User name"),
        max_length=60,
        help_text=_("Small letters without marks, digits, dots or hyphens."),
        widget=forms.TextInput(
            attrs={"autocapitalize": "none", "spellcheck": "false", "autocomplete": "username"}
        ),
    )
    password1 = forms.CharField(
        label=_("Password"),
        strip=False,
        help_text=_("At least 12 characters. A sentence of several words is good and easy to remember."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    password2 = forms.CharField(
        label=_("Password, once more"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    GROUPS = (
        (_("The agency"), ("name", "short_name", "code", "parent_name", "place", "address")),
        (_("The first unit"), ("unit_name", "unit_code", "unit_abbreviation")),
        (
            _("The first administrator"),
            ("full_name", "position", "email", "username", "password1", "password2"),
        ),
    )

    def groups(self) -> list[tuple[Any, list[Any]]]:
        """The fields under their headings."""
        return [(title, [self[name] for name in names]) for title, names in self.GROUPS]

    def clean_code(self) -> str:
        """Codes are written in capitals and are unique."""
        code = str(self.cleaned_data["code"]).upper()
        if Agency.objects.filter(code__iexact=code).exists():
            raise forms.ValidationError(_("This code is taken."))
        return code

    def clean_username(self) -> str:
        """A name that can be typed on any keyboard."""
        name = str(self.cleaned_data["username"]).strip().lower()
        if not re.fullmatch(r"[a-z0-9][a-z0-9._-]{2,59}", name):
            raise forms.ValidationError(_("3 to 60 small letters without marks, digits, dots or hyphens."))
        if User.objects.filter(username=name).exists():
            raise forms.ValidationError(_("This user name is taken."))
        return name

    def clean(self) -> dict[str, Any]:
        """The password twice, and a good one."""
        taken: dict[str, Any] = super().clean() or {}
        first, second = taken.get("password1"), taken.get("password2")
        if first and second and first != second:
            self.add_error("password2", _("The two passwords differ."))
        if first:
            user = User(username=taken.get("username", ""), email=taken.get("email") or "")
            try:
                password_validation.validate_password(first, user)
            except forms.ValidationError as error:
                self.add_error("password1", error)
        return taken

    def agency_data(self) -> AgencyData:
        """The agency."""
        return AgencyData(**{name: self.cleaned_data[name] for name in AgencyData.__dataclass_fields__})

    def unit_data(self) -> UnitData:
        """The first unit."""
        taken = self.cleaned_data
        return UnitData(
            code=taken["unit_code"].upper(),
            name=taken["unit_name"],
            abbreviation=taken["unit_abbreviation"],
            kind=OrgUnit.Kind.OFFICE,
            order=1,
        )

    def administrator_data(self) -> AdministratorData:
        """The first administrator."""
        taken = self.cleaned_data
        return AdministratorData(
            full_name=taken["full_name"],
            position=taken["position"],
            email=taken["email"],
            username=taken["username"],
            password=taken["password1"],
        )
