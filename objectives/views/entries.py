"""Figures of the units: what is to be entered, the form, and confirmation by another person."""

import io
from typing import Any, ClassVar

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from objectives import forms, forms_cycle, periods, policies, services, words
from objectives.models import ManualEntry, Target
from objectives.selectors.entries import entries_to_confirm, published_of_year, slots, units_of
from qms import files
from qms.context import chosen_year
from qms.models import OrgUnit
from qms.policies import PagePolicy, Verdict, require
from qms.views import ActionView, FormPage, PageView


class EntryList(PageView):
    """One unit's figures of a year: targets by periods, and what waits for this person to confirm."""

    template_name = "objectives/entry_list.html"
    policy: ClassVar[PagePolicy] = policies.staff

    def page(self) -> dict[str, Any]:
        year = chosen_year(self.request)
        every = slots(published_of_year(self.agency, year))
        units = sorted({slot.unit for slot in every}, key=lambda unit: (unit.order, unit.name))
        unit = self._unit(units)
        mine = [slot for slot in every if unit is not None and slot.unit.pk == unit.pk]
        spans = sorted({slot.period for slot in mine})
        by_target: dict[Any, dict[periods.Period, Any]] = {}
        for slot in mine:
            by_target.setdefault(slot.target, {})[slot.period] = slot
        return {
            "unit": unit,
            "units": [
                {
                    "unit": one,
                    "missing": sum(slot.is_wanted for slot in every if slot.unit.pk == one.pk),
                    "url": f"?year={year}&unit={one.pk}",
                }
                for one in units
            ],
            "spans": [words.period_tab(span) for span in spans],
            "rows": [
                {"target": target, "goal": words.goal_of(target), "cells": [found.get(s) for s in spans]}
                for target, found in by_target.items()
            ],
            "may_enter": bool(mine) and bool(policies.can_enter(self.person, mine[0].target, mine[0].unit)),
            "why_not": policies.can_enter(self.person, mine[0].target, mine[0].unit).reason if mine else "",
            "to_confirm": [
                {
                    "entry": entry,
                    "rate": words.rate_of(entry.target, entry.numerator, entry.denominator),
                    "period": words.period_name(entry.span),
                }
                for entry in entries_to_confirm(self.person)
                if policies.can_confirm(self.person, entry)
            ],
        }

    def _unit(self, units: list[OrgUnit]) -> OrgUnit | None:
        asked = self.request.GET.get("unit", "")
        own = {unit.pk for unit in units_of(self.person)}
        chosen = next((unit for unit in units if str(unit.pk) == asked), None)
        return chosen or next((unit for unit in units if unit.pk in own), units[0] if units else None)


class EntryRecord(FormPage):
    """Enter (or correct) the figures of one unit, target and period."""

    template_name = "objectives/entry_form.html"
    form_class = forms.EntryForm
    policy: ClassVar[PagePolicy] = policies.staff

    def cell(self) -> tuple[Target, OrgUnit, periods.Period]:
        """Target, unit and period of the address."""
        target = self.find(Target.objects.select_related("objective_set"), pk=self.kwargs["target"])
        unit = get_object_or_404(OrgUnit, agency=self.agency, pk=self.kwargs["unit"])
        try:
            return target, unit, periods.parse(self.kwargs["period"])
        except ValueError:
            raise Http404 from None

    def confirmed(self) -> ManualEntry | None:
        """The entry that this one would correct."""
        target, unit, period = self.cell()
        return ManualEntry.objects.filter(
            target=target, unit=unit, period=period.code, state=ManualEntry.State.CONFIRMED
        ).first()

    def allowed(self) -> Verdict:
        target, unit, _period = self.cell()
        return policies.can_enter(self.person, target, unit)

    def get_form_class(self) -> Any:
        target, _unit, _period = self.cell()
        return forms_cycle.ENTRY_FORMS.get(target.formula, self.form_class)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"correcting": self.confirmed() is not None}

    def page(self) -> dict[str, Any]:
        target, unit, period = self.cell()
        require(policies.can_enter(self.person, target, unit))
        window = periods.window(period, target.objective_set.window_rule)
        returned = (
            ManualEntry.objects.filter(
                target=target, unit=unit, period=period.code, state=ManualEntry.State.RETURNED
            )
            .order_by("-created_at")
            .first()
        )
        return {
            "target": target,
            "unit": unit,
            "goal": words.goal_of(target),
            "period_name": words.period_name(period),
            "span": words.span_of(window),
            "confirmed": self.confirmed(),
            "returned": returned,
            "back": f"{reverse('objectives:entry-list')}?year={period.year}&unit={unit.pk}",
        }

    def act(self, form: Any) -> str:
        target, unit, period = self.cell()
        require(policies.can_enter(self.person, target, unit))
        data = form.cleaned_data
        stored = [files.store(self.agency, file.name, file, acting=self.person) for file in data["evidence"]]
        services.manual_entry_record(
            target,
            unit=unit,
            period=period.code,
            numerator=data["numerator"],
            denominator=data["denominator"],
            note=data["note"],
            evidence=stored,
            acting=self.person,
        )
        messages.success(self.request, _("The figures are entered and wait for another person to confirm."))
        return f"{reverse('objectives:entry-list')}?year={period.year}&unit={unit.pk}"


class EntryMixin:
    """The entry a page is about."""

    def entry(self) -> ManualEntry:
        """The entry of the address, in the person's scope."""
        view: Any = self
        found: ManualEntry = view.find(
            ManualEntry.objects.select_related(
                "target__objective_set", "unit", "entered_by", "confirmed_by", "corrects"
            ),
            pk=view.kwargs["pk"],
        )
        return found


class EntryPage(EntryMixin, PageView):
    """One entry with its evidence; confirm or return it here."""

    template_name = "objectives/entry.html"
    policy: ClassVar[PagePolicy] = policies.staff

    def page(self) -> dict[str, Any]:
        entry = self.entry()
        verdict = policies.can_confirm(self.person, entry)
        waiting = entry.state == ManualEntry.State.WAITING
        return {
            "entry": entry,
            "target": entry.target,
            "goal": words.goal_of(entry.target),
            "period_name": words.period_name(entry.span),
            "rate": words.rate_of(entry.target, entry.numerator, entry.denominator),
            "before": words.rate_of(entry.target, entry.corrects.numerator, entry.corrects.denominator)
            if entry.corrects
            else "",
            "files": [
                {
                    "name": row.file.name,
                    "url": reverse("objectives:evidence", args=[entry.pk, row.file_id]),
                    "size": row.file.size,
                    "sha256": row.file.sha256,
                    "created_at": row.created_at,
                }
                for row in entry.evidence_rows.select_related("file")
            ],
            "may_confirm": waiting and verdict,
            "why_not": verdict.reason if waiting else "",
            "back": f"{reverse('objectives:entry-list')}?year={entry.span.year}&unit={entry.unit_id}",
        }


class EntryConfirm(EntryMixin, ActionView):
    """Confirm what another person entered."""

    policy: ClassVar[PagePolicy] = policies.staff

    def act(self) -> str:
        entry = services.manual_entry_confirm(self.entry(), acting=self.person)
        messages.success(self.request, _("The figures are confirmed; the attainment is being computed."))
        return f"{reverse('objectives:entry-list')}?year={entry.span.year}&unit={entry.unit_id}"


class EntryReturn(EntryMixin, FormPage):
    """Give figures back with the reason."""

    template_name = "objectives/form.html"
    form_class = forms.ReasonForm
    policy: ClassVar[PagePolicy] = policies.staff

    def allowed(self) -> Verdict:
        return policies.can_confirm(self.person, self.entry())

    def page(self) -> dict[str, Any]:
        entry = self.entry()
        require(policies.can_confirm(self.person, entry))
        return {
            "heading": gettext_lazy("Return the figures to the unit"),
            "action": gettext_lazy("Return the figures"),
            "back": entry.get_absolute_url(),
            "crumbs": [(str(entry), entry.get_absolute_url())],
        }

    def act(self, form: Any) -> str:
        entry = services.manual_entry_return(
            self.entry(), reason=form.cleaned_data["reason"], acting=self.person
        )
        return entry.get_absolute_url()


class EvidenceFile(EntryMixin, PageView):
    """One file of evidence, for those who may see the entry."""

    policy: ClassVar[PagePolicy] = policies.staff

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        row = get_object_or_404(self.entry().evidence_rows.select_related("file"), file=self.kwargs["file"])
        response: Any = FileResponse(
            io.BytesIO(files.read(row.file)),
            as_attachment=True,
            filename=row.file.name,
            content_type=row.file.content_type,
        )
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response
