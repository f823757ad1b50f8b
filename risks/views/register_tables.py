"""Registers beside each other, and taken out as a workbook."""

from collections.abc import Iterable, Sequence
from typing import Any

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


class RegisterCompare(RisksList):
    """Two registers of one unit, entry by entry; one kind of difference when the address asks for it."""

    template_name = "risks/register_compare.html"
    tab = "registers"

    def rows(self) -> Any:
        self.register = self.find(ROWS, pk=self.kwargs["pk"])
        self.form = forms.CompareForm(self.request.GET or None, register=self.register)
        valid = self.form.is_bound and self.form.is_valid()
        chosen = self.form.cleaned_data.get("old") if valid else None
        register = self.register
        self.old = chosen or last_former(register)
        found = comparing.changes(self.old, register)
        self.counts = comparing.counts_of(found)
        only = self.form.cleaned_data.get("only") if valid else ""
        return [one for one in found if only in (one.status, one.movement)] if only else found

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return context | {
            "register": self.register,
            "old": self.old,
            "lines": comparing.written_out(list(context["rows"])),
            "form": self.form,
            "counts": self.counts,
        }


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
        place = (register.unit.abbreviation or register.unit.code) if register.unit else register.agency.code
        return f"rui-ro-{place}-{register.year}.xlsx"

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
