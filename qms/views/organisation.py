"""Pages of the agency and its units: the tree on any day, and what happens to units."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qms import access, clock
from qms.forms import DateField, FilterForm
from qms.forms_organisation import (
    AgencyForm,
    AliasForm,
    UnitCloseForm,
    UnitForm,
    UnitMergeForm,
    UnitPartFormSet,
    UnitRenameForm,
    UnitSplitForm,
    UnitTraits,
)
from qms.models import OrgUnit, OrgUnitAlias, RoleAssignment
from qms.selectors import organisation as read
from qms.services import organisation
from qms.services.organisation import UnitData
from qms.views.base import ActionView, FormPage, PageView


class DayForm(FilterForm):
    """The day of the tree."""

    on = DateField(label=gettext_lazy("On the day"))


class UnitTree(PageView):
    """The units of the agency on a day (`?on=dd/mm/yyyy`, today without it)."""

    template_name = "organisation/tree.html"
    policy = access.may_read

    def page(self) -> dict[str, Any]:
        form = DayForm(self.request.GET or None)
        asked = form.cleaned_data.get("on") if form.is_bound and form.is_valid() else None
        day: dt.date = asked or clock.today()
        return {
            "day": day,
            "is_today": day == clock.today(),
            "form": form if form.is_bound else DayForm(initial={"on": day}),
            "tree": read.tree_on(self.agency, day),
            "changes": read.changes_of(self.agency, limit=12),
            "may_change": access.can_administer(self.person, self.agency),
        }


class UnitDetail(PageView):
    """One unit: what it is, its people, its history."""

    template_name = "organisation/unit.html"
    policy = access.may_read

    def page(self) -> dict[str, Any]:
        unit = self.find(OrgUnit.objects.select_related("parent"), pk=self.kwargs["pk"])
        today = clock.today()
        roles = RoleAssignment.objects.filter(unit=unit).select_related("person")
        return {
            "unit": unit,
            "today": today,
            "exists": unit.exists_on(today),
            "versions": unit.versions.select_related("parent").order_by("-valid_from"),
            "changes": read.changes_of(self.agency, unit),
            "people": [row for row in unit.people.select_related("unit") if row.works_on(today)],
            "roles": [row for row in roles if row.holds_on(today)],
            "children": [row for row in unit.children.all() if row.exists_on(today)],
            "aliases": unit.aliases.all(),
            "alias_form": AliasForm(),
            "may_change": access.can_administer(self.person, self.agency),
        }


class UnitFormPage(FormPage):
    """A change of one unit; the page says which."""

    template_name = "organisation/form.html"
    policy = access.may_administer
    heading: "str | Promise" = ""
    intro: "str | Promise" = ""
    action: "str | Promise" = ""

    @property
    def unit(self) -> OrgUnit:
        """The unit in question."""
        unit: OrgUnit = self.find(OrgUnit, pk=self.kwargs["pk"])
        return unit

    def page(self) -> dict[str, Any]:
        unit = self.unit if "pk" in self.kwargs else None
        return {"unit": unit, "heading": self.heading, "intro": self.intro, "action": self.action}

    def done(self, unit: OrgUnit, message: str) -> str:
        """Say it and go to the unit."""
        messages.success(self.request, message)
        return unit.get_absolute_url()


class UnitCreate(UnitFormPage):
    """Found a unit."""

    guarded = False
    form_class = UnitForm
    heading = gettext_lazy("Found a unit")
    action = gettext_lazy("Found the unit")

    def get_form_kwargs(self) -> dict[str, Any]:
        initial = {"valid_from": clock.today(), "order": 10}
        return super().get_form_kwargs() | {"agency": self.agency, "initial": initial}

    def act(self, form: UnitForm) -> str:
        taken = form.cleaned_data
        unit = organisation.unit_create(
            self.agency,
            form.data_of_unit(),
            acting=self.person,
            valid_from=taken["valid_from"],
            document=taken["document"],
        )
        return self.done(unit, _("The unit is founded."))


class UnitEdit(UnitFormPage):
    """Change what has no history."""

    form_class = UnitTraits
    heading = gettext_lazy("Edit what the unit is for")
    action = gettext_lazy("Save the unit")

    def get_initial(self) -> dict[str, Any]:
        return {name: getattr(self.unit, name) for name in organisation.TRAITS}

    def act(self, form: UnitTraits) -> str:
        unit = organisation.unit_describe(self.unit, acting=self.person, **form.cleaned_data)
        return self.done(unit, _("The unit is saved."))


class UnitRename(UnitFormPage):
    """Rename or move a unit."""

    proposals = ("on",)
    form_class = UnitRenameForm
    heading = gettext_lazy("Rename or move the unit")
    intro = gettext_lazy("The former name and place stay in the history and on papers of their time.")
    action = gettext_lazy("Save the change")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"agency": self.agency}

    def get_initial(self) -> dict[str, Any]:
        return {name: getattr(self.unit, name) for name in organisation.NAMES} | {"on": clock.today()}

    def act(self, form: UnitRenameForm) -> str:
        unit = organisation.unit_rename(self.unit, acting=self.person, **form.cleaned_data)
        return self.done(unit, _("The change is saved."))


class UnitClose(UnitFormPage):
    """Close a unit."""

    form_class = UnitCloseForm
    heading = gettext_lazy("Close the unit")
    intro = gettext_lazy(
        "From that day on nothing new can be assigned to the unit; roles tied to it end the day before. "
        "Its history and everything it did stay."
    )
    action = gettext_lazy("Close the unit")

    def act(self, form: UnitCloseForm) -> str:
        unit = organisation.unit_close(self.unit, acting=self.person, **form.cleaned_data)
        return self.done(unit, _("The unit is closed."))


class UnitMerge(UnitFormPage):
    """Merge units into one."""

    guarded = False
    form_class = UnitMergeForm
    heading = gettext_lazy("Merge units")
    intro = gettext_lazy(
        "The merged units end the day before; their people and sub-units move over. Roles tied to them "
        "end and are assigned anew by decision."
    )
    action = gettext_lazy("Merge the units")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"agency": self.agency, "initial": {"on": clock.today()}}

    def act(self, form: UnitMergeForm) -> str:
        taken = form.cleaned_data
        unit = organisation.units_merge(
            list(taken["units"]),
            acting=self.person,
            on=taken["on"],
            into=form.target(),
            document=taken["document"],
        )
        return self.done(unit, _("The units are merged."))


class UnitSplit(UnitFormPage):
    """Split a unit into several."""

    guarded = False
    template_name = "organisation/split.html"
    form_class = UnitSplitForm
    heading = gettext_lazy("Split the unit")
    intro = gettext_lazy("People stay with the old unit until you move each to a new one.")
    action = gettext_lazy("Split the unit")

    def parts(self) -> Any:
        """The rows of new units."""
        if not hasattr(self, "_parts"):
            self._parts = UnitPartFormSet(
                self.request.POST if self.request.method == "POST" else None, prefix="parts"
            )
        return self._parts

    def page(self) -> dict[str, Any]:
        return super().page() | {"parts": self.parts()}

    def get_initial(self) -> dict[str, Any]:
        return {"on": clock.today()}

    def act(self, form: UnitSplitForm) -> Any:
        if not self.parts().is_valid():
            return self.form_invalid(form)
        old = self.unit
        made = [
            UnitData(
                kind=old.kind,
                parent=old.parent,
                order=old.order,
                handles_procedures=old.handles_procedures,
                **part.cleaned_data,
            )
            for part in self.parts()
            if part.has_changed()
        ]
        organisation.unit_split(old, made, acting=self.person, **form.cleaned_data)
        return self.done(old, _("The unit is split."))


class AliasAdd(FormPage):
    """Teach the portal a name another system uses."""

    template_name = "organisation/form.html"
    policy = access.may_administer
    form_class = AliasForm

    def page(self) -> dict[str, Any]:
        unit = self.find(OrgUnit, pk=self.kwargs["pk"])
        return {"unit": unit, "heading": _("Add a name of another system"), "action": _("Add the name")}

    def act(self, form: AliasForm) -> str:
        unit = self.find(OrgUnit, pk=self.kwargs["pk"])
        organisation.alias_add(unit, acting=self.person, **form.cleaned_data)
        return f"{unit.get_absolute_url()}#aliases"


class AliasRemove(ActionView):
    """Forget a name of another system."""

    policy = access.may_administer

    def act(self) -> str:
        alias = self.find(OrgUnitAlias.objects.select_related("unit"), pk=self.kwargs["pk"])
        organisation.alias_remove(alias, acting=self.person)
        return f"{alias.unit.get_absolute_url()}#aliases"


class AgencyPage(PageView):
    """The agency: letterhead, numbers, superior, children."""

    template_name = "organisation/agency.html"
    policy = access.may_read

    def page(self) -> dict[str, Any]:
        return {"may_change": access.can_administer(self.person, self.agency)}


class AgencyEdit(FormPage):
    """Change what papers say about the agency."""

    guarded = True
    template_name = "organisation/form.html"
    policy = access.may_administer
    form_class = AgencyForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"instance": type(self.agency).objects.get(pk=self.agency.pk)}

    def page(self) -> dict[str, Any]:
        return {"heading": _("Edit the agency"), "action": _("Save the agency"), "back": reverse("agency")}

    def act(self, form: AgencyForm) -> str:
        organisation.agency_change(self.agency, acting=self.person, **form.cleaned_data)
        messages.success(self.request, _("The agency is saved."))
        return reverse("agency")
