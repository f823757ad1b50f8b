"""Pages of the catalogue of procedures."""

import datetime as dt
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.timezone import get_default_timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dossiers import facts, policies, selectors
from dossiers.catalogue import Catalogue
from dossiers.facts import Window
from dossiers.filters import ProcedureFilter
from dossiers.forms import ProcedureForm
from dossiers.models import Procedure
from dossiers.procedures import procedure_change
from dossiers.supplements import SupplementRules
from dossiers.views.tabs import tabs
from qms import clock
from qms.context import chosen_year
from qms.views.base import ExportView, FormPage, PageView

COUNTED = ("received", "resolved", "late", "open_overdue")
ONLINE = {
    "eligible": gettext_lazy("Procedures that qualify for being offered online"),
    "offered": gettext_lazy("Procedures that qualify and are offered online"),
    "missing": gettext_lazy("Procedures that qualify and are not offered online yet"),
}


class _Catalogue:
    """The procedures a filter asks for, with the counts of the chosen year."""

    @cached_property
    def form(self) -> ProcedureFilter:
        """What is asked for in the address."""
        view: Any = self
        return ProcedureFilter(view.request.GET)

    @cached_property
    def window(self) -> Window:
        """The chosen year."""
        view: Any = self
        return year_window(chosen_year(view.request))

    @cached_property
    def tallies(self) -> selectors.Tallies:
        """The counts of the agency by procedure."""
        view: Any = self
        return selectors.counts(view.agency, windows=[self.window], by="procedure")

    def procedures(self) -> "QuerySet[Procedure]":
        """The procedures, those of one group of the online offer when one is asked for."""
        view: Any = self
        found = self.form.chosen(view.person)
        asked = view.request.GET.get("online", "")
        if asked not in ONLINE:
            return found
        offer = Catalogue(view.agency).online(clock.today())
        groups = (offer.offered if asked != "missing" else (), offer.missing if asked != "offered" else ())
        return found.filter(pk__in={one.pk for group in groups for one in group})


class ProcedureList(_Catalogue, PageView):
    """The catalogue of procedures with the counts of the chosen year, each leading to its dossiers."""

    template_name = "dossiers/procedure_list.html"
    policy = policies.may_read

    def page(self) -> dict[str, Any]:
        window, tallies = self.window, self.tallies
        lines = [(one, self._cells(one, window, tallies)) for one in self.procedures()]
        rules = SupplementRules(self.agency)
        return {
            "tabs": tabs("procedures"),
            "form": self.form,
            "is_filtered": any(self.request.GET.get(name) for name in ("q", "level")),
            "lines": lines,
            "restarting": {one.pk for one, _cells in lines if rules.restarts(one)},
            "online": ONLINE.get(self.request.GET.get("online", ""), ""),
            "total": self._cells(None, window, tallies),
            "as_of": tallies.as_of,
            "shown_year": chosen_year(self.request),
            "may_change": policies.may_import(self.person),
        }

    def _cells(self, one: Procedure | None, window: Window, tallies: Any) -> list[dict[str, Any]]:
        counts = tallies.of(window, one.pk if one else None)
        return [
            {
                "key": key,
                "label": facts.FACTS[key].label,
                "count": counts[key],
                "url": selectors.trace_url(key, window, procedure=one),
            }
            for key in COUNTED
        ]


class ProcedureExport(_Catalogue, ExportView):
    """The filtered catalogue as `.xlsx`."""

    policy = policies.may_read
    filename = "thu-tuc-hanh-chinh.xlsx"

    def header(self) -> list[str]:
        return [
            _("Procedure code"),
            _("Administrative procedure"),
            _("Field"),
            _("Online level"),
            _("Regulated time"),
            _("Unit of time"),
            *(str(facts.FACTS[key].label) for key in COUNTED),
        ]

    def lines(self) -> Iterable[Sequence[Any]]:
        for one in self.procedures():
            counts = self.tallies.of(self.window, one.pk)
            unit = one.get_regulated_unit_display() if one.regulated_time else ""
            level = one.get_online_level_display()
            yield [one.code, one.name, one.field, level, one.regulated_time, unit, *map(counts.get, COUNTED)]


def year_window(year: int) -> Window:
    """The calendar year as a window."""
    zone = get_default_timezone()
    return Window(dt.datetime(year, 1, 1, tzinfo=zone), dt.datetime(year + 1, 1, 1, tzinfo=zone))


class ProcedureChange(FormPage):
    """Correct a procedure, or change it from a day on."""

    guarded = True
    template_name = "dossiers/procedure_form.html"
    policy = policies.may_import
    form_class = ProcedureForm

    def procedure(self) -> Procedure:
        """The procedure of the address, in the person's scope."""
        found: Procedure = self.find(Procedure, pk=self.kwargs["pk"])
        return found

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"instance": self.procedure()}

    def page(self) -> dict[str, Any]:
        procedure = self.procedure()
        return {
            "procedure": procedure,
            "versions": procedure.versions.filter(known_to=None).order_by("-valid_to"),
            "corrections": procedure.versions.filter(known_to__isnull=False).order_by("-known_to"),
        }

    def act(self, form: Any) -> str:
        on = form.cleaned_data.pop("on", None)
        procedure_change(self.procedure(), acting=self.person, on=on, **form.cleaned_data)
        messages.success(self.request, _("Procedure changed"))
        return reverse("dossiers:procedure-list")
