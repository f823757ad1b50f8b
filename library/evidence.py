"""What of the library is evidence: manual, policy, procedures, readings, reviews, records (4.3–5.2, 7.5)."""

import datetime as dt
from collections.abc import Callable

from django.db.models import QuerySet
from django.utils import timezone
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
from qms import registry
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
        code = row.clause.code
        named.setdefault(code if code[-1].isdigit() else code.rpartition(".")[0], []).append(row)

    def make(one: Section) -> registry.Evidence:
        version = one.version
        assert version.effective_on is not None
        title = f"{version.document.code}: {one.heading}"
        url = version.get_absolute_url()
        return registry.Evidence(
            title, url, version.effective_on, "active", stands=True, version=str(version.edition)
        )

    return {
        code: Found(tuple(make(row) for row in some[: registry.EVIDENCE_SHOWN]), len(some), some, make)
        for code, some in named.items()
    }


def filed(agency: Agency, on: dt.date) -> dict[str, Found]:
    """Procedures, instructions and forms in force by the clauses they are filed under."""
    rows = _filed(agency, on).prefetch_related("document__clauses")
    named: dict[str, list[DocumentVersion]] = {}
    for row in rows:
        codes = {one.code for one in row.document.clauses.all()}
        for code in {code if code[-1].isdigit() else code.rpartition(".")[0] for code in codes}:
            named.setdefault(code, []).append(row)
    shown = registry.EVIDENCE_SHOWN
    return {
        code: Found(tuple(_version(row) for row in some[:shown]), len(some), some, _version)
        for code, some in named.items()
    }


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


def processes(agency: Agency, on: dt.date) -> Found:
    """Processes on the map."""
    rows = Process.objects.filter(agency=agency, active=True, created_at__lt=registry.day_after(on))

    def make(one: Process) -> registry.Evidence:
        day = timezone.localdate(one.created_at)
        return registry.Evidence(str(one), one.get_absolute_url(), day, "active", stands=True)

    return Found.of(rows.order_by("code"), make)


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


def series(agency: Agency, on: dt.date) -> Found:
    """Lines of the list of records."""
    rows = RecordSeries.objects.filter(agency=agency, active=True, created_at__lt=registry.day_after(on))

    def make(one: RecordSeries) -> registry.Evidence:
        day = timezone.localdate(one.created_at)
        return registry.Evidence(str(one), one.get_absolute_url(), day, "active", stands=True)

    return Found.of(rows.order_by("code"), make)


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
        kind("processes", _("Processes of the QMS"), ("4.4",), processes, insider),
        kind("policy", _("Quality policy"), ("5.2",), in_force(Kind.POLICY), insider, files),
        kind(
            "procedure_documents",
            _("Procedures and forms"),
            (),
            all_filed,
            insider,
            files,
            by_clause=filed,
        ),
        kind("document_reviews", _("Periodic reviews of documents"), ("7.5.2",), reviews, insider),
        kind("readings", _("Read and understood"), ("7.3", "7.5.3.1"), readings, insider),
        kind("external", _("External documents"), ("7.5.3.2",), in_force(Kind.EXTERNAL), insider, files),
        kind("records", _("List of records"), ("7.5.3.2",), series, insider),
        kind("disposals", _("Disposal of records"), ("7.5.3.2",), disposals, insider),
    )
    registry.scope_documents.add(scope_documents)
