"""The revisions of a paper's file: which there are, and keeping the next one exactly once."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from documents.exceptions import SigningFailed
from documents.models import Paper, PaperFile, RegisterEntry
from documents.services.signed import Signed
from qms import clock, files

Stage = PaperFile.Stage
FINAL = (Stage.AGENCY, Stage.ARCHIVE)
"""Stages whose file is a fully signed paper."""

BEFORE_NUMBER = (Stage.RENDERED, Stage.LEADER)
"""Stages that come before the number in flow B."""


def _place(paper: Paper, entry: RegisterEntry | None, stage: str) -> dict[str, object]:
    if paper.flow == "B" and stage in BEFORE_NUMBER:
        return {"paper": paper, "entry": None, "round": paper.round}
    assert entry is not None
    return {"paper": paper, "entry": entry, "round": paper.round}


def kept(paper: Paper, entry: RegisterEntry | None, stage: str) -> PaperFile | None:
    """The revision of a stage, if it was made already; the newest where there are renewals."""
    found: PaperFile | None = (
        PaperFile.objects.filter(stage=stage, **_place(paper, entry, stage))
        .select_related("file")
        .order_by("-turn")
        .first()
    )
    return found


def keep(
    paper: Paper, entry: RegisterEntry | None, stage: str, signed: Signed, before: bytes, *, turn: int = 0
) -> tuple[PaperFile, bytes]:
    """Keep a revision once. Whoever is second gets the first one's bytes and goes on with those."""
    if not signed.pdf.startswith(before):
        raise SigningFailed(_("The signed file does not begin with the file that was to be signed."))
    place = _place(paper, entry, stage)
    number = f"{entry.number:02d}" if entry else "00"
    name = f"{number}-{paper.symbol}-{entry.year if entry else clock.today().year}-{stage}.pdf"
    try:
        stored = files.store(paper.agency, name.replace("/", "-"), signed.pdf, content_type="application/pdf")
    except OSError as error:
        raise SigningFailed(
            _("The file could not be stored (%(why)s): the disk is full or away. Nothing is lost; try again.")
            % {"why": error.strerror or type(error).__name__}
        ) from error
    try:
        with transaction.atomic():
            row: PaperFile = PaperFile.objects.create(
                agency=paper.agency,
                stage=stage,
                turn=turn,
                file=stored,
                sha256=stored.sha256,
                size=stored.size,
                signer_label=signed.signer,
                certificate=signed.fingerprint,
                level=signed.level,
                good_until=signed.good_until,
                made_at=clock.now(),
                **place,
            )
    except IntegrityError:
        row = PaperFile.objects.select_related("file").get(stage=stage, turn=turn, **place)
        return row, files.read(row.file)
    return row, signed.pdf
