"""What of the library is evidence: manual, policy, procedures, readings, reviews, records (4.3–5.2, 7.5)."""

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from documents.evidence import paper_files
from library.models import (
    ControlledDocument,
    DisposalList,
    DocumentVersion,
    PeriodicReview,
    Process,
    Reading,
    RecordSeries,
    Section,
)
from library.policies import insider
from qms import history, registry
from qms.models import Agency, StoredFile

Kind = ControlledDocument.Kind
Found = registry.EvidenceFound
Find = Callable[[Agency, dt.date], Found]


def _version(one: DocumentVersion) -> registry.Evidence:
    assert one.effective_on is not None
    last = one.last_day
    title = f"{one.document} ({one.edition})"
    return registry.Evidence(
        title,
        one.get_absolute_url(),
        one.effective_on,
        "active",
        valid_until=last,
        stands=last is None,
        version=str(one.edition),
    )


def files(one: DocumentVersion, on: dt.date) -> list[StoredFile]:
    """The uploaded file of a version and the paper that issued it."""
    return [*([one.file] if one.file is not None else []), *paper_files(one.paper, on)]


def section_files(one: Section, on: dt.date) -> list[StoredFile]:
    """Those of the version the section stands in."""
    return files(one.version, on)


def sections(agency: Agency, on: dt.date) -> dict[str, Found]:
    """Sections of documents in force that speak of a clause, by its code; letters count for their clause."""
    versions = DocumentVersion.objects.effective(on).filter(agency=agency)
    rows = (
        Section.objects.filter(agency=agency, version__in=versions.values("pk"), clause__isnull=False)
        .select_related("version__document", "version__file", "version__paper", "clause")
        .order_by("version__document__code", "order")
    )
    named: dict[str, list[Section]] = {}
    for row in rows:
        assert row.clause is not None
        named.setdefault(_numbered(row.clause.code), []).append(row)

    def make(one: Section) -> registry.Evidence:
        version = one.version
        assert version.effective_on is not None
        title = f"{version.document.code}: {one.heading}"
        url = version.get_absolute_url()
        return registry.Evidence(
            title, url, version.effective_on, "active", stands=True, version=str(version.edition)
        )

    return _found(named, make)


def _found(named: dict[str, list[Any]], make: Callable[[Any], registry.Evidence]) -> dict[str, Found]:
    shown = registry.EVIDENCE_SHOWN
    return {
        code: Found(tuple(map(make, some[:shown])), len(some), some, make) for code, some in named.items()
    }


def _numbered(code: str) -> str:
    """The numbered clause a letter belongs to; a numbered clause itself."""
    return code if code[-1].isdigit() else code.rpartition(".")[0]


def _by_clause(agency: Agency, rows: Iterable[Any], clauses: Any, on: dt.date) -> dict[str, list[Any]]:
    """Rows under the numbered clauses they named on the day; `clauses` tells them of one row."""
    rows = list(rows)
    before = history.values_before(type(rows[0]), on, "clauses", agency) if rows else {}
    named: dict[str, list[Any]] = {}
    for row in rows:
        then = before.get(str(row.pk))
        codes = [one.code for one in clauses(row)] if then is None else then.split(", ")
        for code in dict.fromkeys(_numbered(code) for code in codes if code):
            named.setdefault(code, []).append(row)
    return named


def filed(agency: Agency, on: dt.date) -> dict[str, Found]:
    """Procedures, instructions and forms in force by the clauses they are filed under."""
    rows = _filed(agency, on).prefetch_related("document__clauses")
    documents = {row.document_id: row for row in rows}
    named = _by_clause(
        agency, [row.document for row in documents.values()], lambda one: one.clauses.all(), on
    )
    return _found({code: [documents[one.pk] for one in some] for code, some in named.items()}, _version)


def all_filed(agency: Agency, on: dt.date) -> Found:
    """The same without their clauses."""
    return Found.of(_filed(agency, on), _version)


def _filed(agency: Agency, on: dt.date) -> "QuerySet[DocumentVersion]":
    kinds = (Kind.PROCEDURE, Kind.INSTRUCTION, Kind.FORM)
    rows = DocumentVersion.objects.effective(on).filter(agency=agency, document__kind__in=kinds)
    found: QuerySet[DocumentVersion] = rows.select_related("document").order_by(
        "-effective_on", "document__code"
    )
    return found


def all_sections(agency: Agency, on: dt.date) -> Found:
    """The same without their clauses."""
    versions = DocumentVersion.objects.effective(on).filter(agency=agency)
    rows = Section.objects.filter(agency=agency, version__in=versions.values("pk"), clause__isnull=False)
    rows = rows.select_related("version__document").order_by("version__document__code", "order")
    return Found.of(
        rows,
        lambda one: registry.Evidence(
            f"{one.version.document.code}: {one.heading}",
            one.version.get_absolute_url(),
            one.version.effective_on,
            "active",
            stands=True,
        ),
    )


def scope_documents(agency: Agency, on: dt.date) -> list[tuple[str, str, str]]:
    """Procedures in force, for the declaration of conformity."""
    rows = DocumentVersion.objects.effective(on).filter(agency=agency, document__kind=Kind.PROCEDURE)
    return [
        (one.document.code, one.document.title, one.get_absolute_url())
        for one in rows.select_related("document").order_by("document__code")
    ]


def in_force(*kinds: str) -> Find:
    """The versions of some kinds of documents in force on the day."""

    def find(agency: Agency, on: dt.date) -> Found:
        rows = DocumentVersion.objects.effective(on).filter(agency=agency, document__kind__in=kinds)
        return Found.of(rows.select_related("document").order_by("-effective_on", "document__code"), _version)

    return find


def _processes(agency: Agency, on: dt.date) -> "QuerySet[Process]":
    rows = Process.objects.filter(agency=agency, created_at__lt=registry.day_after(on))
    found: QuerySet[Process] = history.holding(rows, on, agency, active=True).order_by("code")
    return found


def _stands(one: Process | RecordSeries) -> registry.Evidence:
    day = timezone.localdate(one.created_at)
    return registry.Evidence(str(one), one.get_absolute_url(), day, "active", stands=True)


def processes(agency: Agency, on: dt.date) -> Found:
    """Processes on the map."""
    return Found.of(_processes(agency, on), _stands)


def processes_by_clause(agency: Agency, on: dt.date) -> dict[str, Found]:
    """All of them at 4.4, and each at the clauses it serves."""
    rows = list(_processes(agency, on).prefetch_related("clauses"))
    return _found(
        _by_clause(agency, rows, lambda one: one.clauses.all(), on) | ({"4.4": rows} if rows else {}), _stands
    )


def readings(agency: Agency, on: dt.date) -> Found:
    """Who read and understood what."""
    rows = Reading.objects.filter(agency=agency, read_at__lt=registry.day_after(on))

    def make(one: Reading) -> registry.Evidence:
        title = f"{one.version.document.code} {one.version.edition}: {one.person}"
        day = timezone.localdate(one.read_at)
        return registry.Evidence(title, one.version.get_absolute_url(), day, "done", _("Read and understood"))

    return Found.of(rows.select_related("version__document", "person").order_by("-read_at"), make)


def reviews(agency: Agency, on: dt.date) -> Found:
    """Periodic reviews."""
    rows = PeriodicReview.objects.filter(agency=agency, reviewed_on__lte=on).select_related("document")

    def make(one: PeriodicReview) -> registry.Evidence:
        return registry.Evidence(
            str(one), one.document.get_absolute_url(), one.reviewed_on, "done", one.get_outcome_display()
        )

    return Found.of(rows.order_by("-reviewed_on", "-created_at"), make)


def _series(agency: Agency, on: dt.date) -> "QuerySet[RecordSeries]":
    rows = RecordSeries.objects.filter(agency=agency, created_at__lt=registry.day_after(on))
    found: QuerySet[RecordSeries] = history.holding(rows, on, agency, active=True).order_by("code")
    return found


def series(agency: Agency, on: dt.date) -> Found:
    """Lines of the list of records."""
    return Found.of(_series(agency, on), _stands)


def series_by_clause(agency: Agency, on: dt.date) -> dict[str, Found]:
    """The whole list at 7.5.3.2, and each line at the clauses its records show."""
    rows = list(_series(agency, on).prefetch_related("clauses"))
    named = _by_clause(agency, rows, lambda one: one.clauses.all(), on)
    return _found(named | ({"7.5.3.2": rows} if rows else {}), _stands)


def disposals(agency: Agency, on: dt.date) -> Found:
    """Disposals carried out with minutes."""
    rows = DisposalList.objects.filter(agency=agency, done_on__lte=on)
    return Found.of(
        rows.order_by("-done_on"),
        lambda one: registry.Evidence(str(one), one.get_absolute_url(), one.done_on, "done"),
    )


def register() -> None:
    """Tell the registry."""
    kind = registry.EvidenceProvider
    manual = in_force(Kind.MANUAL)
    documents, records = reverse_lazy("library:document-list"), reverse_lazy("library:series-list")
    outside = format_lazy("{}?kind={}", documents, Kind.EXTERNAL)
    registry.evidence.add(
        kind("manual", _("Quality manual"), ("4.3", "4.4", "7.5.1"), manual, insider, files),
        kind(
            "sections",
            _("What documents say of the clause"),
            (),
            all_sections,
            insider,
            section_files,
            by_clause=sections,
        ),
        kind(
            "processes",
            _("Processes of the QMS"),
            ("4.4",),
            processes,
            insider,
            by_clause=processes_by_clause,
            list_url=reverse_lazy("library:process-map"),
        ),
        kind("policy", _("Quality policy"), ("5.2",), in_force(Kind.POLICY), insider, files),
        kind(
            "objectives_document",
            _("Quality objectives (document)"),
            ("6.2",),
            in_force(Kind.OBJECTIVES),
            insider,
            files,
        ),
        kind(
            "procedure_documents",
            _("Procedures and forms"),
            (),
            all_filed,
            insider,
            files,
            by_clause=filed,
            list_url=documents,
        ),
        kind("document_reviews", _("Periodic reviews of documents"), ("7.5.2",), reviews, insider),
        kind("readings", _("Read and understood"), ("7.3", "7.5.3.1"), readings, insider),
        kind(
            "external",
            _("External documents"),
            ("7.5.3.2",),
            in_force(Kind.EXTERNAL),
            insider,
            files,
            list_url=outside,
        ),
        kind(
            "records",
            _("List of records"),
            ("7.5.3.2",),
            series,
            insider,
            by_clause=series_by_clause,
            list_url=records,
        ),
        kind(
            "disposals",
            _("Disposal of records"),
            ("7.5.3.2",),
            disposals,
            insider,
            list_url=reverse_lazy("library:disposal-list"),
        ),
    )
    registry.scope_documents.add(scope_documents)
