"""Pages of the catalogue of procedures."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.urls import reverse
from django.utils.timezone import get_default_timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dossiers import facts, policies, selectors
from dossiers.catalogue import Catalogue
from dossiers.facts import Window
from dossiers.forms import ProcedureForm
from dossiers.models import Procedure
from dossiers.procedures import procedure_change
from dossiers.supplements import SupplementRules
from dossiers.views.tabs import tabs
from qms import clock
from qms.context import chosen_year
from qms.views.base import FormPage, PageView

ONLINE = {
    "eligible": gettext_lazy("Procedures that qualify for being offered online"),
    "offered": gettext_lazy("Procedures that qualify and are offered online"),
    "missing": gettext_lazy("Procedures that qualify and are not offered online yet"),
}


class ProcedureList(PageView):
    """The catalogue of procedures with the counts of the chosen year, each leading to its dossiers."""

    template_name = "dossiers/procedure_list.html"
    policy = policies.may_read

    def page(self) -> dict[str, Any]:
        year = chosen_year(self.request)
        window = year_window(year)
        tallies = selectors.counts(self.agency, windows=[window], by="procedure")
        procedures = Procedure.objects.visible_to(self.person).order_by("field", "name")
        asked = self.request.GET.get("online", "")
        if asked in ONLINE:
            offer = Catalogue(self.agency).online(clock.today())
            chosen = {
                one.pk
                for one in (
                    *(offer.offered if asked != "missing" else ()),
                    *(offer.missing if asked != "offered" else ()),
                )
            }
            procedures = procedures.filter(pk__in=chosen)
        lines = [(one, self._cells(one, window, tallies)) for one in procedures]
        rules = SupplementRules(self.agency)
        return {
            "tabs": tabs("procedures"),
            "lines": lines,
            "restarting": {one.pk for one, _cells in lines if rules.restarts(one)},
            "online": ONLINE.get(asked, ""),
            "total": self._cells(None, window, tallies),
            "as_of": tallies.as_of,
            "shown_year": year,
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
            for key in ("received", "resolved", "late", "open_overdue")
        ]


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
