"""The evidence matrix: “show me”, for every clause that applies, on any day."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qms import access, clock, registry
from qms.forms import DateField, FilterForm
from qms.models import ClauseMapping, StandardEdition
from qms.selectors import evidence as read
from qms.selectors import standard
from qms.statuses import status
from qms.views.base import ExportView, PageView


class EvidenceFilter(FilterForm):
    """The day, one clause, only gaps or only what is old."""

    on = DateField(label=gettext_lazy("On the day"))
    edition = forms.ChoiceField(label=gettext_lazy("Standard edition"))
    clause = forms.ChoiceField(label=gettext_lazy("Clause"))
    show = forms.ChoiceField(
        label=gettext_lazy("Clauses shown"),
        choices=[
            ("", gettext_lazy("All clauses")),
            ("gaps", gettext_lazy("Only without evidence")),
            ("stale", gettext_lazy("Only with old evidence")),
            ("changed", gettext_lazy("Only what another edition changes")),
        ],
    )

    def __init__(self, *args: Any, edition: StandardEdition | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = edition.clauses.order_by("order") if edition else []
        choices = [(row.code, str(row)) for row in rows if row.code[-1].isdigit()]
        field = self.fields["clause"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("All clauses")), *choices]
        editions = self.fields["edition"]
        assert isinstance(editions, forms.ChoiceField)
        every = StandardEdition.objects.order_by("is_draft", "code")
        editions.choices = [
            (str(row.pk), f"{row.code} ({_('draft')})" if row.is_draft else row.code) for row in every
        ]
        if len(editions.choices) < 2:
            del self.fields["edition"]


class _Matrix:
    """What page and workbook share: the edition in force, the filter, the matrix of the day."""

    request: HttpRequest
    agency: Any
    person: Any

    @cached_property
    def edition(self) -> StandardEdition | None:
        """The edition asked for, else the newest in force today; a draft is there to prepare for it."""
        asked = self.request.GET.get("edition", "")
        found = None
        if asked:
            try:
                found = StandardEdition.objects.filter(pk=asked).first()
            except (ValidationError, ValueError):
                found = None
        return found or standard.edition_in_force(clock.today())

    @cached_property
    def filter(self) -> EvidenceFilter:
        """The filter of the address; an unknown value filters nothing."""
        given = self.request.GET.copy()
        if not given.get("on"):
            given["on"] = f"{clock.today():%d/%m/%Y}"
        if self.edition is not None:
            given["edition"] = str(self.edition.pk)
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
            "written_for": read.WRITTEN_FOR,
            "acts": [
                act
                for provide in registry.evidence_actions
                for act in provide(self.person, self.on, self.edition)
            ]
            if self.edition
            else [],
        }


class EvidenceExport(_Matrix, ExportView):
    """The filtered matrix as a workbook, a line for each piece of evidence, gap and exclusion."""

    policy = access.may_read
    filename = "minh-chung-theo-dieu-khoan.xlsx"

    def header(self) -> list[str]:
        return [
            _("Clause"),
            _("Title"),
            _("Situation"),
            _("Kind of evidence"),
            _("Number of records"),
            _("Records that show it"),
            _("Version"),
            _("Date"),
            _("State"),
            _("Link"),
            _("In the edition before"),
            _("What changes"),
        ]

    def lines(self) -> Iterable[Sequence[Any]]:
        for row in self.rows:
            if not row.is_heading:
                came = _came_from(row) if self.matrix and self.matrix.carried_from else ("", "")
                for line in self._lines(row):
                    yield (*line, *([None] * (10 - len(line))), *came)
        for one in self.matrix.dropped if self.matrix and not self.filter.cleaned_data.get("clause") else []:
            head = (one.clause.code, one.clause.title, _("Removed"))
            came = (one.clause.code, one.note or _("Removed"))
            yield (*head, ", ".join(str(group.label) for group in one.groups), *([None] * 6), *came)

    def _lines(self, row: read.MatrixRow) -> Iterable[tuple[Any, ...]]:
        head = (row.clause.code, row.clause.title)
        if not row.row.applicable:
            yield (*head, _("Not applicable"), "", None, row.row.reason)
        elif row.gap:
            yield (*head, _("Without evidence"))
        for group in row.kinds:
            for piece in group.pieces:
                word = _("Old evidence") if piece.stale else _("With evidence")
                line = (*head, word, str(group.label), group.total)
                if not group.is_open:
                    yield line
                    break
                one = piece.evidence
                state = str(one.word or status(one.state).label)
                yield (
                    *line,
                    one.title,
                    one.version,
                    one.date,
                    state,
                    self.request.build_absolute_uri(one.url),
                )


def _came_from(row: read.MatrixRow) -> tuple[str, str]:
    """The clauses of the edition before, and what became of them."""
    if row.is_new:
        return "", str(ClauseMapping.Kind.NEW.label)
    codes = ", ".join(one.source.code for one in row.came_from if one.source is not None)
    words = [
        f"{one.get_kind_display()}: {one.note}" if one.note else one.get_kind_display()
        for one in row.came_from
    ]
    return codes, "; ".join(dict.fromkeys(words))
