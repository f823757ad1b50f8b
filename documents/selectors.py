"""Reading papers: lists, desks, the register, exports. Never writes to the database."""

import datetime as dt
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from documents.models import (
    DeskSignature,
    LegalBasis,
    NumberSeries,
    Paper,
    PaperFile,
    PaperState,
    RegisterEntry,
)
from documents.models.papers import ENDED_STATES, ISSUED_STATES
from documents.services.numbering import series_present
from qms import clock, files
from qms.models import Person, Role


def paper_list(person: Person, asked: dict[str, Any]) -> "QuerySet[Any]":
    """Papers the person may see, filtered by words, kind, state and year."""
    rows = Paper.objects.visible_to(person).select_related("drafter", "signer")
    if asked.get("q"):
        for word in str(asked["q"]).split():
            number = Q(number=int(word)) if word.isdigit() and len(word) < 7 else Q()
            rows = rows.filter(Q(title__icontains=word) | Q(symbol__icontains=word) | number)
    for name in ("kind", "state"):
        if asked.get(name):
            rows = rows.filter(**{name: asked[name]})
    if asked.get("year"):
        rows = rows.filter(Q(year=asked["year"]) | Q(year=None, created_at__year=asked["year"]))
    return rows


def basis_list(person: Person, asked: dict[str, Any], today: dt.date) -> "QuerySet[Any]":
    """Legal bases of the agency, filtered by words and by whether they are in force."""
    rows = LegalBasis.objects.visible_to(person).select_related("replaced_by")
    for word in str(asked.get("q", "")).split():
        rows = rows.filter(
            Q(number__icontains=word)
            | Q(about__icontains=word)
            | Q(issuer__icontains=word)
            | Q(kind__icontains=word)
        )
    if asked.get("state") == "now":
        rows = rows.exclude(expires_on__lt=today).exclude(in_force_from__gt=today)
    elif asked.get("state") == "ended":
        rows = rows.filter(expires_on__lt=today)
    return rows


def papers_citing(person: Person, basis: LegalBasis) -> list[Paper]:
    """Papers that cite a legal basis, newest first: by its record, or by its number in the text."""
    rows = Paper.objects.visible_to(person).exclude(state=PaperState.ABANDONED)
    found = []
    for paper in rows.filter(agency=basis.agency).order_by("-created_at")[:500]:
        cited = paper.content.get("bases", [])
        if any(one.get("record") == str(basis.pk) or basis.number in one.get("text", "") for one in cited):
            found.append(paper)
    return found


def papers_to_approve(person: Person) -> "QuerySet[Any]":
    """Papers in review that the person may approve."""
    if not person.has_role(Role.LEADER, Role.COMMITTEE_HEAD):
        return Paper.objects.none()
    rows = Paper.objects.visible_to(person).filter(state=PaperState.IN_REVIEW)
    return rows.exclude(drafter=person).order_by("submitted_at")


def papers_to_sign(person: Person) -> "QuerySet[Any]":
    """The person's signing folder."""
    rows = Paper.objects.visible_to(person).filter(state=PaperState.APPROVED, signer=person)
    return rows.order_by("approved_at")


def papers_being_signed(person: Person) -> "QuerySet[Any]":
    """Papers the person has consented to sign whose digital signature is not there yet (flow B)."""
    rows = Paper.objects.visible_to(person).filter(state=PaperState.SIGNING, signer=person)
    return rows.order_by("authorised_at")


def papers_to_number(person: Person) -> "QuerySet[Any]":
    """The clerk's desk: what waits for a number, and what is stuck while being issued."""
    if not person.has_role(Role.CLERK):
        return Paper.objects.none()
    states = [PaperState.AUTHORISED, PaperState.ISSUING]
    return (
        Paper.objects.visible_to(person)
        .filter(state__in=states)
        .exclude(signer=person)
        .select_related("signer")
        .annotate(
            at_token=Exists(
                DeskSignature.objects.filter(paper=OuterRef("pk"), state=DeskSignature.State.WAITING)
            )
        )
        .order_by("authorised_at")
    )


def desk_signatures(person: Person) -> "QuerySet[Any]":
    """Signatures that wait for this person's token: their own, or the agency's for a clerk."""
    rows = DeskSignature.objects.visible_to(person).filter(state=DeskSignature.State.WAITING)
    mine = Q(person=person)
    if person.has_role(Role.CLERK):
        mine |= Q(person=None) & ~Q(paper__signer=person)
    return rows.filter(mine).select_related("paper", "entry", "agency")


def papers_owed(person: Person) -> "QuerySet[Any]":
    """The person's own papers that others must act on: approve, sign or number."""
    states = [PaperState.IN_REVIEW, PaperState.APPROVED, PaperState.SIGNING, PaperState.AUTHORISED]
    rows = Paper.objects.visible_to(person).filter(state__in=states, drafter=person)
    return rows.select_related("signer").order_by("submitted_at")


def papers_returned(person: Person) -> "QuerySet[Any]":
    """The person's own drafts that came back with a comment."""
    rows = Paper.objects.visible_to(person).filter(state=PaperState.DRAFT, drafter=person)
    return rows.filter(comments__isnull=False).distinct()


@dataclass(frozen=True)
class NumberStrip:
    """The book at a glance: the last three numbers, the next one, the one after."""

    series: NumberSeries
    past: list[RegisterEntry] = field(default_factory=list)
    missing: list[int] = field(default_factory=list)

    @property
    def next(self) -> int:
        """The number the next paper gets."""
        return self.series.last_number + 1

    @property
    def following(self) -> int:
        """The number after that."""
        return self.series.last_number + 2


def number_strip(paper: Paper) -> NumberStrip:
    """The book that the paper's number will come from, as of today."""
    from documents.services.numbering import gaps

    series = series_present(paper.agency, paper.kind, clock.today())
    if series._state.adding:
        return NumberStrip(series)
    past = list(series.entries.order_by("-number")[:3])
    return NumberStrip(series, past[::-1], gaps(series))


def register_list(person: Person, asked: dict[str, Any]) -> "QuerySet[Any]":
    """The register of numbers, filtered by year, book, state and words."""
    rows = RegisterEntry.objects.visible_to(person).select_related("series", "paper", "allocated_by")
    if asked.get("year"):
        rows = rows.filter(year=asked["year"])
    if asked.get("book"):
        rows = rows.filter(series__key=asked["book"])
    if asked.get("status"):
        rows = rows.filter(status=asked["status"])
    if asked.get("q"):
        for word in str(asked["q"]).split():
            rows = rows.filter(Q(title__icontains=word) | Q(signer_name__icontains=word))
    return rows


def live(paper: Paper | None) -> Paper | None:
    """The paper about a record while it is on its way or in force; None when there is none any more."""
    return None if paper is None or paper.state in ENDED_STATES else paper


def final_file(paper: Paper) -> PaperFile | None:
    """The signed file of an issued paper."""
    if not paper.is_issued or paper.number is None:
        return None
    found: PaperFile | None = (
        PaperFile.objects.filter(
            paper=paper,
            stage__in=[PaperFile.Stage.AGENCY, PaperFile.Stage.ARCHIVE],
            entry__number=paper.number,
        )
        .select_related("file")
        .order_by("-made_at")
        .first()
    )
    return found


def papers_export(directory: Path, *, year: int | None = None, agency_code: str | None = None) -> int:
    """Write the issued PDFs and manifest.json into a folder; says how many."""
    papers = Paper.objects.filter(state__in=ISSUED_STATES).select_related("agency")
    if year is not None:
        papers = papers.filter(year=year)
    if agency_code:
        papers = papers.filter(agency__code=agency_code)
    directory.mkdir(parents=True, exist_ok=True)
    manifest = list(_written(papers.order_by("agency__code", "year", "symbol", "number"), directory))
    text = json.dumps(manifest, ensure_ascii=False, indent=2)
    (directory / "manifest.json").write_text(text + "\n", encoding="utf-8")
    return len(manifest)


def _written(papers: Iterable[Paper], directory: Path) -> Iterable[dict[str, Any]]:
    for paper in papers:
        kept = final_file(paper)
        if kept is None or paper.issued_on is None:
            continue
        symbol = paper.symbol.replace("/", "-")
        name = f"{paper.agency.code}-{paper.year}-{paper.number:02d}-{symbol}.pdf"
        (directory / name).write_bytes(files.read(kept.file))
        yield {
            "file": name,
            "number": paper.reference,
            "kind": paper.kind,
            "date": paper.issued_on.isoformat(),
            "title": paper.one_line,
            "agency": paper.agency.code,
            "state": paper.state,
            "sha256": kept.sha256,
        }
