"""What of documents is evidence: issued papers, the register, legal bases (7.5)."""

import datetime as dt

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from documents.models import LegalBasis, Paper, PaperFile, RegisterEntry
from documents.models.papers import ISSUED_STATES
from documents.policies import may_read, may_read_register
from documents.services.revisions import FINAL
from qms import registry
from qms.models import Agency, StoredFile


def papers(agency: Agency, on: dt.date) -> registry.EvidenceFound:
    """Papers issued by the day; one that ended since counts as issued on it."""
    rows = Paper.objects.filter(agency=agency, state__in=ISSUED_STATES, issued_on__lte=on)

    def make(one: Paper) -> registry.Evidence:
        assert one.issued_on is not None
        ended = one.ended_on is not None and one.ended_on <= on
        state = one.chip if ended else "issued"
        url = one.get_absolute_url()
        return registry.Evidence(str(one), url, one.issued_on, state, version=str(one.version))

    return registry.EvidenceFound.of(rows.order_by("-issued_on", "-number"), make)


def paper_files(one: Paper | None, on: dt.date) -> list[StoredFile]:
    """The signed file of a paper as it was on a day: the last one made until then."""
    if one is None or one.number is None or one.issued_on is None or one.issued_on > on:
        return []
    rows = PaperFile.objects.filter(
        paper=one, stage__in=FINAL, entry__number=one.number, made_at__lt=registry.day_after(on)
    )
    last = rows.select_related("file").order_by("-made_at").first()
    if last is None:  # issued on an earlier day than its file was made: the file it was issued with
        rows = PaperFile.objects.filter(paper=one, stage__in=FINAL, entry__number=one.number)
        last = rows.select_related("file").order_by("made_at").first()
    return [] if last is None else [last.file]


def entries(agency: Agency, on: dt.date) -> registry.EvidenceFound:
    """Numbers in the register of outgoing papers."""
    rows = RegisterEntry.objects.filter(agency=agency, status=RegisterEntry.Status.ISSUED, issued_on__lte=on)
    url = reverse("documents:register")
    return registry.EvidenceFound.of(
        rows.order_by("-issued_on", "-number"),
        lambda one: registry.Evidence(f"{one} {one.title}", url, one.issued_on, "issued"),
    )


def legal_bases(agency: Agency, on: dt.date) -> registry.EvidenceFound:
    """External documents the agency rests on, in force on the day."""
    rows = LegalBasis.objects.filter(
        Q(expires_on=None) | Q(expires_on__gte=on),
        Q(in_force_from=None) | Q(in_force_from__lte=on),
        agency=agency,
        issued_on__lte=on,
    )
    return registry.EvidenceFound.of(
        rows.order_by("-issued_on", "number"),
        lambda one: registry.Evidence(
            f"{one} {one.about}"[:200],
            one.get_absolute_url(),
            one.issued_on,
            "active",
            valid_until=one.expires_on,
            stands=True,
        ),
    )


def register() -> None:
    """Tell the registry."""
    kind = registry.EvidenceProvider
    registry.evidence.add(
        kind("papers", _("Papers issued"), ("7.5.1", "7.5.2", "7.5.3.1"), papers, may_read, paper_files),
        kind("register", _("Register of papers"), ("7.5.3.2",), entries, may_read_register),
        kind("legal_bases", _("Legal bases in force"), ("7.5.3.2",), legal_bases, may_read),
    )
