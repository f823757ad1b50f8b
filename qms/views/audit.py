"""The audit trail as a page, its exports, and the check against its seals."""

import csv
from collections.abc import Iterable, Iterator
from io import StringIO
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.generic import View

from qms import audit, clock, jobs, notation, seals, sheets, trail
from qms.forms import DateField, FilterForm
from qms.models import Agency, AuditEntry, Role
from qms.policies import any_role
from qms.views.base import ActionView, ListPage, PortalMixin

READERS = any_role(Role.ADMIN, Role.SECRETARY, Role.COMMITTEE_HEAD, Role.LEADER)
MOST_IN_EXCEL = 1_000_000


class TrailFilter(FilterForm):
    """Which entries to show."""

    who = forms.CharField(label=_("Who"), max_length=100)
    verb = forms.ChoiceField(label=_("What"))
    kind = forms.ChoiceField(label=_("Kind of record"))
    since = DateField(label=_("From"))
    until = DateField(label=_("To"))
    q = forms.CharField(label=_("Record or note"), max_length=100)
    subject = forms.CharField(max_length=40, widget=forms.HiddenInput)

    def __init__(self, *args: Any, agency: Agency, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        everything = ("", str(_("All")))
        self.fields["verb"].choices = [everything, *trail.verbs_by_part()]  # type: ignore[attr-defined]
        self.fields["kind"].choices = [everything, *trail.kinds_in(agency)]  # type: ignore[attr-defined]

    def asked(self) -> dict[str, Any]:
        """What was filled in and can be understood."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}

    def in_words(self) -> str:
        """The filter in words, for the entry about an export."""
        found = []
        for name, value in self.asked().items():
            words = audit.verb_label(value) if name == "verb" else value
            words = trail.kind_words(value) if name == "kind" else words
            words = notation.date(value) if name in {"since", "until"} else words
            found.append(f"{self.fields[name].label or name}: {words}")
        return "; ".join(found)


class Filtered(PortalMixin):
    """What the page and its exports share: the same filter over the same scope."""

    policy = READERS

    def filters(self) -> TrailFilter:
        """The filter of the address."""
        return TrailFilter(self.request.GET, agency=self.agency)

    def found(self, filters: TrailFilter) -> "QuerySet[Any]":
        """The entries of the agency that fit."""
        return trail.filtered(AuditEntry.objects.visible_to(self.person), filters.asked())


class AuditTrail(Filtered, ListPage):
    """The audit trail of the agency, newest first."""

    template_name = "audit/trail.html"

    def rows(self) -> "QuerySet[Any]":
        return self.found(self.filters())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        entries = list(context["rows"])
        links = trail.links_for(entries, self.person)
        for entry in entries:
            entry.url = links.get(entry.pk, "")
        return context | {
            "rows": entries,
            "filters": self.filters(),
            "seal": seals.last_seal(self.agency),
            "may_verify": self.person.has_role(Role.ADMIN, Role.SECRETARY),
        }


class AuditTrailExport(Filtered, View):
    """The filtered trail as Excel or CSV. Taking it out is itself recorded."""

    kind = "xlsx"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        filters = self.filters()
        rows = self.found(filters)
        count = notation.number(rows.count())
        note = "; ".join(
            part for part in (f"{_('Audit trail')} ({self.kind}), {count}", filters.in_words()) if part
        )
        audit.record("qms.export.downloaded", self.agency, acting=self.person, note=note)
        name = f"nhat-ky-{self.agency.code}-{clock.today():%Y%m%d}.{self.kind}"
        if self.kind == "xlsx":
            title = str(_("Audit trail"))
            book = sheets.workbook(trail.header(), trail.lines(rows[:MOST_IN_EXCEL]), title=title)
            return FileResponse(book, as_attachment=True, filename=name)
        response = StreamingHttpResponse(
            csv_lines(trail.header(), trail.lines(rows)), content_type="text/csv; charset=utf-8"
        )
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        return response


def csv_lines(header: list[str], lines: Iterable[list[Any]]) -> Iterator[str]:
    """CSV as Excel opens it (byte order mark); text that starts like a formula stays text."""
    buffer = StringIO()
    writer = csv.writer(buffer)
    buffer.write("\ufeff")
    writer.writerow(header)
    for line in lines:
        writer.writerow([_cell(value) for value in line])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
    yield buffer.getvalue()


def _cell(value: Any) -> str:
    if hasattr(value, "hour"):
        return notation.moment(value)
    text = str(value)
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text


class AuditVerify(ActionView):
    """Check the trail against its seals in the background."""

    policy = any_role(Role.ADMIN, Role.SECRETARY)

    def act(self) -> str:
        job = jobs.enqueue(
            seals.VERIFY, agency=self.agency, acting=self.person, unique_key=f"verify:{self.agency.pk}"
        )
        return reverse("job-detail", args=[job.pk])
