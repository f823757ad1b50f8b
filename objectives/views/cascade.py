"""Units take over targets of the agency; what is carried by whom; who has read the objectives."""

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from django.contrib import messages
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from objectives import forms_cycle, policies, services, words
from objectives import policies_cycle as cycle
from objectives.selectors.cascade import Coverage
from objectives.selectors.telling import Told, told
from objectives.views.sets import SetMixin
from objectives.views.table_export import TableExport
from qms import agency_settings, clock
from qms.calendars import calendar_for
from qms.exceptions import Invalid
from qms.models import OrgUnit
from qms.policies import PagePolicy, Verdict, require
from qms.views import ActionView, FormPage, PageView


class CoveragePage(SetMixin, PageView):
    """Target × unit: carried, drafted, missing; the targets no unit carries on top."""

    template_name = "objectives/coverage.html"
    policy = policies.staff

    def page(self) -> dict[str, Any]:
        one = self.get_set()
        coverage = Coverage(one)
        return {
            "set": one,
            "coverage": coverage,
            "rows": [{"row": row, "goal": words.goal_of(row.target)} for row in coverage.rows],
            "units": [
                {
                    "unit": unit,
                    "set": coverage.sets.get(unit.pk),
                    "may_derive": unit.pk not in coverage.sets
                    and one.state in {"approved", "in_force"}
                    and bool(policies.may_draft(self.person, unit)),
                }
                for unit in coverage.units
            ],
        }


class CoverageExport(SetMixin, TableExport):
    """The coverage."""

    policy = policies.staff
    filename = "do-phu-muc-tieu.xlsx"

    def coverage(self) -> Coverage:
        """The coverage of the set of the address."""
        return Coverage(self.get_set())

    def title(self) -> str:
        return _("Coverage by units") + f": {self.get_set()}"

    def header(self) -> list[str]:
        return [_("Code"), _("Target"), _("Figure to reach"), *(u.label for u in self.coverage().units)]

    def lines(self) -> Iterable[Sequence[Any]]:
        said = {"carried": _("carried"), "drafted": _("in a draft"), "missing": _("not carried"), "": ""}
        for row in self.coverage().rows:
            cells = [said[cell.state] for _unit, cell in row.cells]
            yield row.target.code, row.target.text, words.goal_of(row.target), *cells


class UnitDerive(SetMixin, FormPage):
    """Draft the objectives of a unit from those of the agency."""

    guarded = False
    template_name = "objectives/form.html"
    form_class = forms_cycle.DeriveForm
    policy: ClassVar[PagePolicy] = policies.may_start

    def units(self) -> "QuerySet[OrgUnit]":
        """The units the person may draft for."""
        units = OrgUnit.objects.filter(agency=self.agency, valid_to=None)
        if not policies.may_draft(self.person):
            units = units.filter(pk__in=[unit for _role, unit in self.person.held_roles if unit])
        return units

    def get_form_kwargs(self) -> dict[str, Any]:
        targets = self.get_set().targets.select_related("objective").prefetch_related("reporting")
        return super().get_form_kwargs() | {"units": self.units(), "targets": list(targets)}

    def get_initial(self) -> dict[str, Any]:
        asked = self.request.GET.get("unit", "")
        unit = next((row for row in self.units() if str(row.pk) == asked), None) or self.units().first()
        if unit is None:
            return {}
        targets = self.get_set().targets.prefetch_related("reporting")
        return {"unit": unit.pk, "targets": [str(row.pk) for row in targets if services.concerns(row, unit)]}

    def page(self) -> dict[str, Any]:
        one = self.get_set()
        return {
            "heading": _("Derive the objectives of a unit"),
            "action": _("Start the draft of the unit"),
            "back": reverse("objectives:coverage", args=[one.pk]),
            "crumbs": [(one.title, one.get_absolute_url())],
        }

    def act(self, form: Any) -> str:
        made = services.unit_set_derive(
            self.get_set(), unit=form.cleaned_data["unit"], targets=form.chosen, acting=self.person
        )
        return made.get_absolute_url()


class TellPage(SetMixin, FormPage):
    """Make objectives known to all staff."""

    guarded = False
    template_name = "objectives/form.html"
    form_class = forms_cycle.TellForm
    policy: ClassVar[PagePolicy] = policies.staff

    def allowed(self) -> Verdict:
        return cycle.can_tell(self.person, self.get_set())

    def get_initial(self) -> dict[str, Any]:
        days = int(agency_settings.get(self.agency, "objectives.read_days"))
        return {"due": calendar_for(self.agency, clock.today()).add_working_days(clock.today(), days)}

    def page(self) -> dict[str, Any]:
        one = self.get_set()
        require(cycle.can_tell(self.person, one))
        return {
            "heading": _("Make the objectives known"),
            "action": _("Make the objectives known"),
            "back": one.get_absolute_url(),
            "crumbs": [(one.title, one.get_absolute_url())],
        }

    def act(self, form: Any) -> str:
        services.set_tell(self.get_set(), acting=self.person, **form.cleaned_data)
        return reverse("objectives:readers", args=[self.get_set().pk])


class Acknowledge(SetMixin, ActionView):
    """I have read these objectives."""

    policy: ClassVar[PagePolicy] = policies.staff

    def act(self) -> str:
        one = self.get_set()
        services.set_acknowledge(one, acting=self.person)
        messages.success(self.request, _("Noted that you have read the objectives."))
        return one.get_absolute_url()


class _ReadersMixin(SetMixin):
    def told(self) -> Told:
        """The acknowledgement of the set of the address."""
        found = told(self.get_set())
        if found is None:
            raise Invalid(_("These objectives have not been made known yet."))
        return found


class ReadersPage(_ReadersMixin, PageView):
    """Who has read the objectives and who has not."""

    template_name = "objectives/readers.html"
    policy = policies.staff

    def page(self) -> dict[str, Any]:
        return {"set": self.get_set(), "told": self.told()}


class ReadersExport(_ReadersMixin, TableExport):
    """The same as a file."""

    policy = policies.staff
    filename = "xac-nhan-muc-tieu.xlsx"

    def title(self) -> str:
        return _("Who has read the objectives") + f": {self.get_set()}"

    def header(self) -> list[str]:
        return [_("Full name"), _("Position"), _("Unit"), _("Read at")]

    def lines(self) -> Iterable[Sequence[Any]]:
        for person, at in self.told().people:
            yield person.full_name, person.position, str(person.unit or ""), at
