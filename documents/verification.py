"""The verdict on a file: what its signatures prove, and whether it is the paper on file.

Told apart in plain words: fully valid; altered; something appended; written anew by a program; cut
off; not signed; not yet fully signed; signed by somebody else; certificate expired, revoked or unknown.
"""

import hashlib
import io
import re
from dataclasses import dataclass, field
from enum import StrEnum

import pikepdf
from django.db.models import Q
from django.utils.translation import gettext as _

from documents.content import AUTHORITIES
from documents.models import Paper, PaperFile, PaperState
from documents.rendering.fields import AGENCY_FIELD, LEADER_FIELD
from documents.services.revisions import FINAL
from documents.services.trust import trust_of, trust_of_all
from documents.signing.filling import Filled
from documents.signing.inspect import Inspection, SignatureFacts, StampFacts, inspect
from qms import files

_CODE = re.compile(rb"<dc:identifier>([A-Z0-9-]{8,20})</dc:identifier>")
MAX_BYTES = 50 * 1024 * 1024


class Outcome(StrEnum):
    """What a file turned out to be."""

    VALID = "valid"
    NOT_PDF = "not_pdf"
    UNSIGNED = "unsigned"
    INCOMPLETE = "incomplete"
    ALTERED = "altered"
    APPENDED = "appended"
    RESAVED = "resaved"
    TRUNCATED = "truncated"
    FOREIGN = "foreign"
    UNTRUSTED = "untrusted"
    EXPIRED = "expired"
    REVOKED = "revoked"


@dataclass(frozen=True)
class Verification:
    """The verdict with its grounds. `paper` is the paper on file that it is, or pretends to be."""

    outcome: Outcome
    headline: str
    detail: str
    sha256: str
    size: int
    paper: Paper | None = None
    signatures: list[SignatureFacts] = field(default_factory=list)
    stamps: list[StampFacts] = field(default_factory=list)
    filled: Filled | None = None

    @property
    def is_valid(self) -> bool:
        """Fully valid: the paper on file, byte for byte, with every signature sound."""
        return self.outcome == Outcome.VALID

    @property
    def in_force(self) -> bool:
        """Whether the paper has not been ended since."""
        return self.paper is not None and self.paper.state in {PaperState.ISSUED, PaperState.CORRECTED}


def capacity(field_name: str) -> str:
    """Whose field it is."""
    return {
        LEADER_FIELD: _("Person in charge"),
        AGENCY_FIELD: _("Issuing agency"),
    }.get(field_name, field_name)


def authority_words(paper: Paper) -> str:
    """In which capacity the person in charge signed a paper: `KT. GIÁM ĐỐC, PHÓ GIÁM ĐỐC`, explained.

    Decree 30/2020, Article 13: on behalf of a collective (TM.), for the head (KT.), by order (TL.), by
    authorisation (TUQ.), as acting head (Q.), or in one's own right.
    """
    block = paper.typed.signature
    shown = ", ".join(block.titles)
    meaning = str(AUTHORITIES[block.authority]) if block.authority else _("In their own right")
    return f"{shown} · {meaning}"


def signature_rows(verdict: Verification) -> list[tuple[SignatureFacts, str, str]]:
    """The signatures of a file, whose field each is in, and in which capacity its signer signed.

    The capacity stands in the paper: it is told only where the file is the paper on file.
    """
    paper = verdict.paper if verdict.outcome == Outcome.VALID else None
    return [
        (one, capacity(one.field), authority_words(paper) if paper and one.field == LEADER_FIELD else "")
        for one in verdict.signatures
    ]


def _headlines() -> dict[Outcome, str]:
    return {
        Outcome.VALID: _("Valid: this is the paper on file, unchanged."),
        Outcome.NOT_PDF: _("Not a PDF file."),
        Outcome.UNSIGNED: _("Not valid: the file carries no digital signature."),
        Outcome.INCOMPLETE: _("Not valid: the paper is not completely signed."),
        Outcome.ALTERED: _("Not valid: the content was altered after signing."),
        Outcome.APPENDED: _("Not valid: something was added to the file after signing."),
        Outcome.RESAVED: _("Not valid: a program has written the file anew; the signatures are broken."),
        Outcome.TRUNCATED: _("Not valid: the file is cut off."),
        Outcome.FOREIGN: _("The signatures hold, but this paper is not in the register of this portal."),
        Outcome.UNTRUSTED: _("Not valid: a signature comes from a certificate nobody here vouches for."),
        Outcome.EXPIRED: _("Not valid: the certificate of a signature is expired or not valid yet."),
        Outcome.REVOKED: _("Not valid: the certificate of a signature was revoked."),
    }


def verify(data: bytes) -> Verification:
    """Judge a file; never raises for whatever bytes are given."""
    sha256 = hashlib.sha256(data).hexdigest()

    def verdict(
        outcome: Outcome, detail: str = "", paper: Paper | None = None, seen: Inspection | None = None
    ) -> Verification:
        signatures = seen.signatures if seen else []
        stamps = seen.stamps if seen else []
        return Verification(
            outcome,
            _headlines()[outcome],
            detail,
            sha256,
            len(data),
            paper,
            signatures,
            stamps,
            seen.filled if seen else None,
        )

    if b"%PDF-" not in data[:1024]:
        return verdict(Outcome.NOT_PDF)
    exact = (
        PaperFile.objects.filter(sha256=sha256)
        .select_related("paper", "paper__agency", "agency", "entry")
        .order_by("-made_at")
        .first()
    )
    if exact is not None:
        seen = inspect(data, trust_of(exact.agency))
        return verdict(*_exact(exact, seen), exact.paper, seen)
    paper = _paper_meant(data)
    seen = inspect(data, trust_of(paper.agency) if paper is not None else trust_of_all())
    if paper is not None:
        final = PaperFile.objects.filter(paper=paper, stage__in=FINAL).order_by("-made_at").first()
        if final is not None:
            outcome, detail = _compared(data, files.read(final.file))
            return verdict(outcome, detail, paper, seen)
    return verdict(_unknown(data, seen), "", None, seen)


def _exact(kept: PaperFile, seen: Inspection) -> tuple[Outcome, str]:
    """A file we keep: complete, and every signature sound and by the registered certificate."""
    if kept.stage not in FINAL or not kept.paper.is_issued:
        return Outcome.INCOMPLETE, _("This is an intermediate file: %(stage)s.") % {
            "stage": kept.get_stage_display()
        }
    expected = dict(
        PaperFile.objects.filter(paper=kept.paper_id, stage__in=["leader", "agency"])
        .filter(Q(entry=kept.entry_id) | Q(entry=None, round=kept.round))
        .values_list("stage", "certificate")
    )
    by_field = {one.field: one.fingerprint for one in seen.signatures}
    if by_field != {LEADER_FIELD: expected.get("leader"), AGENCY_FIELD: expected.get("agency")}:
        return Outcome.UNTRUSTED, _("The signers are not those who signed the paper on file.")
    if seen.filled is not None and not _as_registered(seen.filled, kept):
        return Outcome.ALTERED, _("Number and date in the file are not those of the register.")
    if seen.sound:
        newer = PaperFile.objects.filter(entry=kept.entry_id, stage__in=FINAL, made_at__gt=kept.made_at)
        return Outcome.VALID, _("A later file of it with a newer time stamp is kept here.") if newer else ""
    return _fault(seen), ""


def _as_registered(filled: Filled, kept: PaperFile) -> bool:
    """Whether what was filled in between the signatures is what the register says (flow B)."""
    if kept.entry is None:
        return False
    expected = Filled.of(kept.entry.number, kept.entry.issued_on)
    return filled == expected or filled == Filled(number=expected.number)


def _fault(seen: Inspection) -> Outcome:
    """Which signature fault counts most."""
    if any(not one.intact for one in seen.signatures):
        return Outcome.ALTERED
    if any(one.revoked for one in seen.signatures):
        return Outcome.REVOKED
    if any(one.expired for one in seen.signatures):
        return Outcome.EXPIRED
    if any(not one.trusted for one in seen.signatures):
        return Outcome.UNTRUSTED
    return Outcome.APPENDED


def _compared(data: bytes, final: bytes) -> tuple[Outcome, str]:
    """How a file that claims to be a paper on file differs from it."""
    if data.startswith(final):
        extra = len(data) - len(final)
        return Outcome.APPENDED, _("%(count)s bytes follow the end of the signed paper.") % {"count": extra}
    if final.startswith(data):
        lost = len(final) - len(data)
        return Outcome.TRUNCATED, _("%(count)s bytes are missing at the end.") % {"count": lost}
    if len(data) == len(final):
        places = [index for index, (one, two) in enumerate(zip(data, final, strict=True)) if one != two]
        return Outcome.ALTERED, _("%(count)s bytes differ from the paper on file, the first at %(at)s.") % {
            "count": len(places),
            "at": places[0],
        }
    if data.count(b"startxref") < final.count(b"startxref"):
        return Outcome.RESAVED, _(
            "Get the original file again; printing or saving it anew loses the signatures."
        )
    shared = _shared_start(data, final)
    if data.count(b"/ByteRange") > 0 and shared > len(final) // 2:
        return Outcome.APPENDED, _("The file departs from the paper on file after byte %(at)s.") % {
            "at": shared
        }
    return Outcome.ALTERED, _("The file departs from the paper on file after byte %(at)s.") % {"at": shared}


def _shared_start(one: bytes, two: bytes) -> int:
    low, high = 0, min(len(one), len(two))
    while low < high:
        middle = (low + high + 1) // 2
        if one[:middle] == two[:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _unknown(data: bytes, seen: Inspection) -> Outcome:
    """A file that names no paper of ours."""
    if not seen.signatures:
        whole = b"%%EOF" in data[-1024:]
        if b"/ByteRange" in data:
            return Outcome.ALTERED if whole else Outcome.TRUNCATED
        return Outcome.UNSIGNED if whole and seen.readable else Outcome.TRUNCATED
    return Outcome.FOREIGN if seen.sound else _fault(seen)


def _paper_meant(data: bytes) -> Paper | None:
    """The paper a file says it is, by the verification code in its metadata."""
    codes = {code.decode() for code in _CODE.findall(data)}
    if not codes:
        codes = _codes_inside(data)
    return Paper.objects.filter(code__in=codes).select_related("agency").first() if codes else None


def _codes_inside(data: bytes) -> set[str]:
    """Codes in a metadata stream that a program has compressed."""
    try:
        with pikepdf.open(io.BytesIO(data)) as document:
            metadata = document.Root.get("/Metadata")
            packet = bytes(metadata.read_bytes()) if metadata is not None else b""
    except Exception:  # broken beyond repair: then no code can be read
        return set()
    return {code.decode() for code in _CODE.findall(packet)}
