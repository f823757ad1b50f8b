"""The evidence matrix: “show me”, for every clause that applies, on any day."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qms import access, audit, clock
from qms.forms import DateField, FilterForm
from qms.models import StandardEdition
from qms.selectors import evidence as read
from qms.selectors import standard
from qms.statuses import status
from qms.views.base import ExportView, PageView


class EvidenceFilter(FilterForm):
    """The day, one clause, only gaps or only what is old."""

    on = DateField(label=gettext_lazy("On the day"))
    clause = forms.ChoiceField(label=gettext_lazy("Clause"))
    show = forms.ChoiceField(
        label=gettext_lazy("Clauses shown"),
        choices=[
            ("", gettext_lazy("All clauses")),
            ("gaps", gettext_lazy("Only without evidence")),
            ("stale", gettext_lazy("Only with old evidence")),
        ],
    )

    def __init__(self, *args: Any, edition: StandardEdition | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = edition.clauses.order_by("order") if edition else []
        choices = [(row.code, str(row)) for row in rows if row.code[-1].isdigit()]
        field = self.fields["clause"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("All clauses")), *choices]


class _Matrix:
    """What page and workbook share: the edition in force, the filter, the matrix of the day."""

    request: HttpRequest
    agency: Any
    person: Any

    @cached_property
    def edition(self) -> StandardEdition | None:
        """The newest edition in force today; drafts are not audited against."""
        return standard.edition_in_force(clock.today())

    @cached_property
    def filter(self) -> EvidenceFilter:
        """The filter of the address; an unknown value filters nothing."""
        given = self.request.GET.copy()
        if not given.get("on"):
            given["on"] = f"{clock.today():%d/%m/%Y}"
        form = EvidenceFilter(given, edition=self.edition)
        form.is_valid()
        return form

    @cached_property
    def on(self) -> dt.date:
        """The day asked about, today by default."""
        today = clock.today()
        day: dt.date | None = self.filter.cleaned_data.get("on")
        return day if day is not None and 1990 <= day.year <= today.year + 10 else today

    @cached_property
    def matrix(self) -> read.Matrix | None:
        """The whole matrix of the day; None without an edition."""
        if self.edition is None:
            return None
        return read.evidence_matrix(self.person, self.agency, self.edition, self.on)

    @cached_property
    def rows(self) -> list[read.MatrixRow]:
        """The rows the filter leaves."""
        taken = self.filter.cleaned_data
        if self.matrix is None:
            return []
        return self.matrix.narrowed(taken.get("show", ""), taken.get("clause", ""))


class EvidenceMatrix(_Matrix, PageView):
    """Every clause in order with its newest evidence, gaps and old evidence counted."""

    template_name = "qms/evidence.html"
    policy = access.may_read

    def page(self) -> dict[str, Any]:
        return {
            "edition": self.edition,
            "matrix": self.matrix,
            "rows": self.rows,
            "filters": self.filter,
            "on": self.on,
            "today": clock.today(),
            "export_url": reverse("evidence-xlsx"),
        }


class EvidenceExport(_Matrix, ExportView):
    """The filtered matrix as a workbook, a line for each piece of evidence, gap and exclusion."""

    policy = access.may_read
    filename = "minh-chung-theo-dieu-khoan.xlsx"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        note = str(_("Evidence by clause"))
        audit.record("qms.export.downloaded", self.agency, acting=self.person, note=note)
        return super().get(request, *args, **kwargs)

    def header(self) -> list[str]:
        return [
            _("Clause"),
            _("Title"),
            _("Situation"),
            _("Kind of evidence"),
            _("Number of records"),
            _("Records that show it"),
            _("Date"),
            _("State"),
            _("Link"),
        ]

    def lines(self) -> Iterable[Sequence[Any]]:
        for row in self.rows:
            head = (row.clause.code, row.clause.title)
            if row.is_heading:
                continue
            if not row.row.applicable:
                yield (*head, _("Not applicable"), "", None, row.row.reason)
            elif row.gap:
                yield (*head, _("Without evidence"))
            for group, piece in row.lines:
                word = _("Old evidence") if piece.stale else _("With evidence")
                line = (*head, word, str(group.label), group.total)
                if not group.is_open:
                    yield line
                    break
                one = piece.evidence
                state = str(one.word or status(one.state).label)
                yield (*line, one.title, one.date, state, self.request.build_absolute_uri(one.url))
