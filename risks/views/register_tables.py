"""Registers beside each other, and taken out as a workbook."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from django.core.paginator import Paginator
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from qms.views.base import ExportView
from risks import policies
from risks.forms import registers as forms
from risks.models import Register, RegisterRow, Risk
from risks.selectors import comparing
from risks.selectors import registers as reading
from risks.selectors.scale import scales_of, word_levels
from risks.services import sheets
from risks.views.base import RisksList
from risks.views.registers import ROWS


class Comparison:
    """Two registers of one unit and the differences that the address asks for."""

    def __init__(self, register: Register, asked: Any) -> None:
        self.register = register
        self.form = forms.CompareForm(asked or None, register=register)
        valid = self.form.is_bound and self.form.is_valid()
        self.old = (self.form.cleaned_data.get("old") if valid else None) or last_former(register)
        self.only = self.form.cleaned_data.get("only", "") if valid else ""
        self.every = comparing.changes(self.old, register)

    @property
    def rows(self) -> Any:
        """What is shown, brief."""
        return comparing.shown(self.every, self.only).values_list(*comparing.FIELDS)


class RegisterCompare(RisksList):
    """Two registers of one unit, entry by entry: what differs, one kind of difference, or every entry."""

    template_name = "risks/register_compare.html"
    tab = "registers"

    def rows(self) -> Any:
        self.both = Comparison(self.find(ROWS, pk=self.kwargs["pk"]), self.request.GET)
        self.counts = comparing.counts_of(self.both.every)
        return self.both.rows

    def paginator(self, rows: Any, size: int) -> "Paginator[Any]":
        pages = Paginator(rows, size)
        # Counted already, with the other figures of the page.
        pages.count = sum(n for how, n in self.counts.items() if comparing.fits(*how, self.both.only))
        return pages

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        told: Counter[str] = Counter()
        for how, number in self.counts.items():
            for key in how:
                told[key] += number
        register = self.both.register
        return context | {
            "register": register,
            "old": self.both.old,
            "lines": comparing.written_out(comparing.as_changes(context["rows"])),
            "form": self.both.form,
            "counts": told,
            "export_url": reverse("risks:register-compare-export", args=[register.pk]),
        }


DIFFERENCES = dict(forms.DIFFERENCES)
MOVEMENTS = {
    "up": pgettext_lazy("movement", "Up"),
    "down": pgettext_lazy("movement", "Down"),
    "same": gettext_lazy("No movement"),
}
CHUNK = 500


class CompareExport(ExportView):
    """The comparison as a workbook, filtered as its page is."""

    policy = policies.insider

    @cached_property
    def both(self) -> Comparison:
        """What is compared."""
        return Comparison(self.find(ROWS, pk=self.kwargs["pk"]), self.request.GET)

    @property
    def filename(self) -> str:  # type: ignore[override]
        """Named after unit and years."""
        register, old = self.both.register, self.both.old
        return f"so-sanh-{place_of(register)}-{old.year if old else 0}-{register.year}.xlsx"

    def header(self) -> list[str]:
        old = self.both.old
        years = (old.year if old else "–", self.both.register.year)
        scores = [_("Score %(year)s") % {"year": year} for year in years]
        levels = [_("Level %(year)s") % {"year": year} for year in years]
        columns = [scores[0], levels[0], scores[1], levels[1]]
        return [_("Code"), _("Entry"), *columns, _("Movement"), _("This review"), _("Reason")]

    def lines(self) -> Iterable[Sequence[Any]]:
        found = comparing.as_changes(self.both.rows)
        for start in range(0, len(found), CHUNK):
            for line in comparing.written_out(found[start : start + CHUNK]):
                sides = (line.old or {}, line.new or {})
                texts = [
                    cell
                    for one in sides
                    for cell in (one.get("value"), one.get("after_word") or one.get("before_word") or "")
                ]
                moved = str(MOVEMENTS.get(line.movement, ""))
                yield [line.code, line.event, *texts, moved, str(DIFFERENCES[line.status]), line.note]


def place_of(register: Register) -> str:
    """How a workbook names the unit, or the agency."""
    return (register.unit.abbreviation or register.unit.code) if register.unit else register.agency.code


def last_former(register: Register) -> Register | None:
    """What a register is compared with unless somebody chooses: the approved one of an earlier year."""
    return reading.last_approved(register.agency, register.unit, before_year=register.year)


class RegisterExport(ExportView):
    """One register as a workbook, in the columns that the import reads; filtered as its page is."""

    policy = policies.insider

    @property
    def filename(self) -> str:  # type: ignore[override]
        """Named after unit and year."""
        register = self.find(ROWS, pk=self.kwargs["pk"])
        return f"rui-ro-{place_of(register)}-{register.year}.xlsx"

    def header(self) -> list[str]:
        return sheets.titles()

    def lines(self) -> Iterable[Sequence[Any]]:
        register = self.find(ROWS, pk=self.kwargs["pk"])
        form = forms.RowFilter(self.request.GET, register=register)
        form.is_valid()  # what is wrong in one field leaves the others standing
        asked = getattr(form, "cleaned_data", {})
        rows = reading.rows_asked(reading.register_rows(register), register, asked)
        if asked.get("decision") != RegisterRow.Decision.DROPPED:
            rows = rows.exclude(decision=RegisterRow.Decision.DROPPED)
        risks = (
            Risk.objects.filter(pk__in=rows.values("risk"))
            .select_related("unit", "owner", "clause")
            .prefetch_related("actions__owner", "sources")
            .order_by("unit__order", "-kind", "code")
        )
        yield from sheets.lines(word_levels(risks, scales_of(register.agency)))
