"""Starting a year from the one before: a preview of every row, then one act."""

from typing import Any, ClassVar

from django.contrib import messages
from django.utils.translation import gettext as _

from objectives import forms_cycle, policies, services, words
from objectives import policies_cycle as cycle
from objectives.models import ObjectiveSet
from objectives.selectors.entries import units_of
from objectives.selectors.year import YearBoard, set_of_year, unit_year
from objectives.services.continuing import YearStart
from objectives.views.sets import SetMixin
from qms import clock
from qms.context import chosen_year
from qms.exceptions import Invalid
from qms.models import OrgUnit
from qms.policies import PagePolicy
from qms.views import FormPage, PageView


class YearStartPage(SetMixin, FormPage):
    """What the new year takes over, with proposed figures and their reasons."""

    template_name = "objectives/year_start.html"
    form_class = forms_cycle.YearStartForm
    policy: ClassVar[PagePolicy] = cycle.can_start_year

    _preview: YearStart | None = None

    def preview(self) -> YearStart:
        """The preview, made once per request."""
        if self._preview is None:
            source = self.get_set()
            self.check(source)
            self._preview = services.year_preview(source)
        return self._preview

    def check(self, source: ObjectiveSet) -> None:
        """Only the agency's own published objectives lead into a new year."""
        if source.unit_id is not None or not source.is_published or source.agency_id != self.agency.pk:
            raise Invalid(_("A year starts from the agency's objectives that are or were in force."))

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"proposed": self.preview().proposed}

    def page(self) -> dict[str, Any]:
        preview = self.preview()
        form = self.get_form() if self.request.method != "POST" else None
        rows = (form or self.get_form()).rows()
        return {
            "preview": preview,
            "rows": [
                {
                    "row": row,
                    "keep": keep,
                    "figure": figure,
                    "goal": words.goal_of(row.target),
                    "result": words.rate_of(row.target, row.numerator, row.denominator),
                }
                for row, keep, figure in rows
            ],
            "tasks": preview.source.tasks.count(),
        }

    def act(self, form: Any) -> str:
        started = services.year_start(
            self.get_set(),
            figures=form.figures,
            dropped=form.dropped,
            with_plan=form.cleaned_data["with_plan"],
            acting=self.person,
        )
        messages.success(
            self.request, _("The drafts of %(year)s are there.") % {"year": started.objectives.year}
        )
        return started.objectives.get_absolute_url()


class YearPage(PageView):
    """The year of objectives: what was planned, what was done, what was late, what never happened."""

    template_name = "objectives/year.html"
    policy: ClassVar[PagePolicy] = policies.staff

    def page(self) -> dict[str, Any]:
        year = chosen_year(self.request)
        one = set_of_year(self.agency, year)
        if one is None:
            return {"year": year, "board": None}
        board = YearBoard(one)
        return {
            "year": year,
            "board": board,
            "set": one,
            "half": board.reviews.get("half"),
            "whole": board.reviews.get("year"),
            "open": list(services.left_open(one)),
            "may_start_year": cycle.can_start_year(self.person),
        }


class UnitPage(PageView):
    """The work of one's unit: figures, own objectives, tasks, items of the plan."""

    template_name = "objectives/unit.html"
    policy: ClassVar[PagePolicy] = policies.staff

    def page(self) -> dict[str, Any]:
        year = chosen_year(self.request)
        rows = OrgUnit.objects.filter(agency=self.agency, valid_to=None).order_by("order", "name")
        all_units = list(rows) if policies.may_draft(self.person) else units_of(self.person)
        asked = self.request.GET.get("unit", "")
        unit = next((row for row in all_units if str(row.pk) == asked), None)
        if unit is None:
            unit = next((row for row in all_units if row.pk == self.person.unit_id), None)
        unit = unit or (all_units[0] if all_units else None)
        if unit is None:
            return {"year": year, "found": None, "units": []}
        today = clock.today()
        found = unit_year(self.agency, unit, year, today)
        return {
            "year": year,
            "found": found,
            "units": all_units if len(all_units) > 1 else [],
            "items": [(item, item.standing(today)) for item in found.items],
            "waiting": [
                {
                    "entry": entry,
                    "period": words.period_name(entry.span),
                    "rate": words.rate_of(entry.target, entry.numerator, entry.denominator),
                }
                for entry in found.waiting
            ],
            "may_derive": found.own_set is None and bool(policies.may_draft(self.person, unit)),
            "source": next((slot.target.objective_set for slot in found.wanted), None)
            or next((task.objective_set for task in found.tasks), None),
        }
