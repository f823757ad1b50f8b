"""Pages that show facts: dossiers, one dossier, procedures."""

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any, ClassVar

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _

from dossiers import delays, facts, history, policies, quality, selectors
from dossiers.filters import DossierFilter, Selection, select
from dossiers.forms import DelayForm
from dossiers.models import Dossier, DossierImport
from dossiers.personal import personal_shown
from dossiers.views.tabs import tabs
from qms.policies import require
from qms.views.base import ExportView, FormPage, ListPage, PageView

LATE = frozenset({"done_late", "overdue"})
FIXED_FILTERS = ("q", "fact", "from", "to", "unit", "status", "procedure", "problem", "reason")


class DossierList(ListPage):
    """The dossiers of the agency; a figure leads here with its own condition."""

    template_name = "dossiers/dossier_list.html"
    policy = policies.may_read
    columns_sortable: ClassVar[dict[str, str]] = {
        "code": "code",
        "procedure": "procedure__name",
        "unit": "unit__order",
        "received": "received_at",
        "due": "due_original_at",
        "result": "result_at",
    }

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.chosen: Selection | None = None

    def selection(self) -> Selection:
        """What the filter of the address leads to."""
        if self.chosen is None:
            self.form = DossierFilter(self.request.GET, person=self.person)
            self.chosen = select(self.person, self.form)
        return self.chosen

    def rows(self) -> "QuerySet[Any]":
        return self.selection().rows

    def paginator(self, rows: Any, size: int) -> "Paginator[Any]":
        """Counting a million rows takes longer than showing fifty: the whole is counted once an import."""
        pages = super().paginator(rows, size)
        if not set(self.request.GET) - {"page", "sort"}:
            pages.count = selectors.number_of_dossiers(self.agency)
        return pages

    def page(self) -> dict[str, Any]:
        chosen = self.selection()
        return {
            "tabs": tabs("dossiers"),
            "form": self.form,
            "as_of": chosen.as_of,
            "definitions": [facts.FACTS[key] for key in chosen.fact.split("+") if key],
            "fact_label": facts.label(chosen.fact) if chosen.fact else "",
            "problem": quality.CHECKS.get(self.request.GET.get("problem", "")),
            "reason": self.form.reasons.get(self.form.cleaned_data.get("reason") or "-"),
            "procedure": self.form.cleaned_data.get("procedure"),
            "may_import": policies.may_import(self.person),
            "is_filtered": any(self.request.GET.get(name) for name in FIXED_FILTERS),
        }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        page: Page[Any] = context["page_obj"]
        as_of = self.selection().as_of
        return context | {
            "lines": [(dossier, *history.time_chip(dossier, as_of)) for dossier in page.object_list]
        }


class DossierExport(ExportView):
    """The filtered list as `.xlsx`."""

    policy = policies.may_read
    filename = "ho-so.xlsx"

    def note(self) -> str:
        return "; ".join(filter(None, (self.filename, self.request.GET.urlencode())))[:500]

    def header(self) -> list[str]:
        return [
            _("Dossier code"),
            _("Procedure code"),
            _("Administrative procedure"),
            _("Field"),
            _("Online level"),
            _("Handed in"),
            _("Handling unit"),
            _("Received"),
            _("Due on"),
            _("Due after extension"),
            _("Supplement asked for"),
            _("Supplement received"),
            _("Result ready"),
            _("Result handed over"),
            _("Status"),
            _("In time"),
            _("Rating"),
        ]

    def lines(self) -> Iterable[Sequence[Any]]:
        chosen = select(self.person, DossierFilter(self.request.GET, person=self.person))
        for dossier in chosen.rows.iterator(chunk_size=2000):
            yield [
                dossier.code,
                dossier.procedure.code,
                dossier.procedure.name,
                dossier.procedure.field,
                dossier.get_online_level_display(),
                dossier.get_channel_display(),
                dossier.unit.name,
                dossier.received_at,
                dossier.due_original_at,
                dossier.due_extended_at,
                dossier.supplement_requested_at,
                dossier.supplement_received_at,
                dossier.result_at,
                dossier.returned_at,
                dossier.get_status_display(),
                history.time_chip(dossier, chosen.as_of)[1],
                dossier.rating,
            ]


class DossierDetail(PageView):
    """One dossier: its dates, its present facts, and what imports changed of them."""

    template_name = "dossiers/dossier_detail.html"
    policy = policies.may_read

    def page(self) -> dict[str, Any]:
        dossier = self.find(
            Dossier.objects.select_related("unit", "procedure", "agency"), pk=self.kwargs["pk"]
        )
        as_of = selectors.data_as_of(self.agency)
        chip, word = history.time_chip(dossier, as_of)
        return {
            "dossier": dossier,
            "as_of": as_of,
            "chip": chip,
            "chip_word": word,
            "stages": history.stages(dossier),
            "episodes": history.shown_episodes(dossier),
            "changes": history.changes(dossier),
            "delay": delays.reason_of(dossier) if chip in LATE else None,
            "may_explain": chip in LATE and policies.can_explain(self.person, dossier),
            "personal": personal_shown(dossier) if policies.may_import(self.person) else [],
            "source": DossierImport.objects.filter(agency=self.agency, seq=dossier.import_seq).first(),
        }


class DelayExplain(FormPage):
    """Say why a dossier is late."""

    template_name = "dossiers/delay.html"
    policy = policies.may_read
    form_class = DelayForm

    @cached_property
    def dossier(self) -> Dossier:
        """The dossier of the address, in the person's scope."""
        found: Dossier = self.find(Dossier.objects.select_related("procedure", "unit"), pk=self.kwargs["pk"])
        return found

    def get_initial(self) -> dict[str, Any]:
        _reason, said = delays.reason_of(self.dossier)
        return {"reason": said.reason, "note": said.note} if said else {}

    def page(self) -> dict[str, Any]:
        require(policies.can_explain(self.person, self.dossier))
        return {"dossier": self.dossier}

    def act(self, form: Any) -> str:
        delays.delay_explain(self.dossier, acting=self.person, **form.cleaned_data)
        return self.dossier.get_absolute_url()
