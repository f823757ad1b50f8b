"""What the signatures in a PDF prove, judged strictly; knows no database.

`bottom_line` under the strict policy counts, never pyHanko's `valid` alone: that one stayed true for
more than half of a set of altered files. pdfsig alone misses everything appended after a signature.

Each time stamp over the file proves what it covers for as long as the stamp itself holds. So the newest
one is judged at the present moment, the one before it at the moment of the newest, and so on down to the
signatures, with the revocation facts kept in the file.
"""

import datetime as dt
import hashlib
import io
import re
from dataclasses import dataclass, field, replace
from typing import Any

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import (
    CatalogModificationRule,
    DocInfoRule,
    DSSCompareRule,
    FormUpdatingRule,
    GenericFieldModificationRule,
    MetadataUpdateRule,
    ModificationLevel,
    ObjectStreamRule,
    SigFieldCreationRule,
    SigFieldModificationRule,
    StandardDiffPolicy,
    XrefStreamRule,
)
from pyhanko.sign.fields import enumerate_sig_fields
from pyhanko.sign.validation import DocumentSecurityStore, validate_pdf_signature, validate_pdf_timestamp
from pyhanko.sign.validation.status import SignatureCoverageLevel

from documents.rendering.fields import blank_kind
from documents.signing.filling import Filled, filled_in
from documents.signing.trial import MARK
from documents.signing.trust import TrustStore, present, trust_store

_LTA = ModificationLevel.LTA_UPDATES
STRICT = StandardDiffPolicy(
    global_rules=[
        CatalogModificationRule(),
        DocInfoRule().as_qualified(_LTA),
        XrefStreamRule().as_qualified(_LTA),
        ObjectStreamRule().as_qualified(_LTA),
        DSSCompareRule().as_qualified(_LTA),
        MetadataUpdateRule().as_qualified(_LTA),
    ],
    form_rule=FormUpdatingRule(
        field_rules=[
            SigFieldCreationRule(),
            SigFieldModificationRule(allow_in_place_appearance_stream_changes=False),
            GenericFieldModificationRule(allow_in_place_appearance_stream_changes=False),
        ],
    ),
)


@dataclass(frozen=True)
class SignatureFacts:
    """One signature: who, when, and what holds. `at` is what the signer's clock said, unless stamped."""

    field: str
    signer: str = ""
    organisation: str = ""
    title: str = ""
    issuer: str = ""
    fingerprint: str = ""
    at: dt.datetime | None = None
    stamped: bool = False
    level: str = "B-B"
    trial: bool = False
    intact: bool = False
    trusted: bool = False
    revoked: bool = False
    expired: bool = False
    lawful_changes: bool = False
    covers_file: bool = False
    sound: bool = False
    fault: str = ""


@dataclass(frozen=True)
class StampFacts:
    """A time stamp over the whole file, and how long its certificate holds."""

    at: dt.datetime | None = None
    authority: str = ""
    good_until: dt.datetime | None = None
    sound: bool = False
    covers_file: bool = False
    revision: int = 0


@dataclass(frozen=True)
class Inspection:
    """All signatures of a file, in the order in which they were made, and the stamps over the file."""

    readable: bool
    signatures: list[SignatureFacts] = field(default_factory=list)
    stamps: list[StampFacts] = field(default_factory=list)
    filled: Filled | None = None
    fields_fault: str = ""

    @property
    def sound(self) -> bool:
        """Every signature and stamp holds under the strict policy, and the last one covers the file."""
        return (
            bool(self.signatures)
            and not self.fields_fault
            and all(one.sound for one in self.signatures)
            and all(one.sound for one in self.stamps)
            and (self.stamps or self.signatures)[-1].covers_file
        )

    def of(self, name: str) -> SignatureFacts | None:
        """The signature in a field."""
        return next((one for one in self.signatures if one.field == name), None)


def inspect(data: bytes, trust: TrustStore | None = None, *, moment: dt.datetime | None = None) -> Inspection:
    """Judge every signature of a file. Never raises for a bad file: what cannot be read is not sound.

    Nothing is fetched over the network, whatever addresses the file's certificates name. `moment` judges
    as of a later time.
    """
    store = (trust or trust_store()).offline
    try:
        return _Judge(data, store, moment or present()).all()
    except Exception:  # a broken file breaks the reader in many ways; none of them is an error of ours
        return Inspection(False)


class _Judge:
    """The judgement of one file at one moment."""

    def __init__(self, data: bytes, store: TrustStore, moment: dt.datetime) -> None:
        self.data, self.store, self.moment = data, store, moment
        self.reader = PdfFileReader(io.BytesIO(data), strict=False)
        self.kept = self._kept()
        self.stamps: list[StampFacts] = []
        self.changed: set[str] = set()

    def _kept(self) -> TrustStore | None:
        """Revocation facts kept in the file (DSS), with the roots of this place and nothing else of it."""
        if "/DSS" not in self.reader.root:
            return None
        dss = DocumentSecurityStore.read_dss(self.reader)
        lists = [one.get_object().data for one in dss.crls]
        answers = [one.get_object().data for one in dss.ocsps]
        others = [*self.store.others, *dss.load_certs()]
        return TrustStore(self.store.roots, lists, others, answers=answers) if lists or answers else None

    def all(self) -> Inspection:
        """Stamps from the newest down, then the signatures they cover."""
        proof = self.moment
        for one in reversed(list(self.reader.embedded_timestamp_signatures)):
            facts = self._stamp(one, proof)
            if facts.sound and facts.at is not None:
                proof = facts.at
            self.stamps.insert(0, facts)
        found = [self._signature(one) for one in self.reader.embedded_regular_signatures]
        filled = list(enumerate_sig_fields(self.reader, filled_status=True))
        strange = len(filled) - len(self.stamps) - len(found)  # pyHanko passes over kinds it does not know
        found += [SignatureFacts("", fault="neither a signature nor a time stamp")] * strange
        said, fault = self._fields()
        return Inspection(True, found, self.stamps, said, fault)

    def _fields(self) -> tuple[Filled | None, str]:
        """What the fields for number and date say. A fault: they disagree, or another one was written to."""
        signatures = {str(name) for name, _value, _ref in enumerate_sig_fields(self.reader)}
        strange = {name for name in self.changed - signatures if not blank_kind(name)}
        if strange:
            return None, f"changed after a signature: {', '.join(sorted(strange))}"
        try:
            return filled_in(self.reader), ""
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            return None, str(error) or type(error).__name__

    def _stamp(self, embedded: Any, moment: dt.datetime) -> StampFacts:
        try:
            certificate = embedded.signer_cert
            for store in self._stores():
                status = validate_pdf_timestamp(embedded, store.context(moment=moment), diff_policy=STRICT)
                if status.trusted:
                    break
        except Exception:  # see inspect
            return StampFacts(revision=embedded.signed_revision)
        coverage = status.coverage or SignatureCoverageLevel.UNCLEAR
        lawful = status.diff_result is None or _harmless(status)
        return StampFacts(
            at=status.timestamp,
            authority=str(certificate.subject.native.get("common_name", "")),
            good_until=certificate.not_valid_after,
            sound=bool(status.valid and status.intact and status.trusted)
            and lawful
            and coverage >= SignatureCoverageLevel.ENTIRE_REVISION,
            covers_file=self._covers(coverage, status),
            revision=embedded.signed_revision,
        )

    def _covers(self, coverage: SignatureCoverageLevel, status: Any) -> bool:
        """Nothing follows but revocation facts and stamps, and no stray bytes after the last of them."""
        if coverage == SignatureCoverageLevel.ENTIRE_FILE:
            return True
        end = re.search(rb"startxref\s+(\d+)\s+%%EOF\s*\Z", self.data)
        if coverage < SignatureCoverageLevel.ENTIRE_REVISION or end is None or not _harmless(status):
            return False
        return self.data.count(b"%%EOF", int(end[1])) == 1

    def _stores(self) -> list[TrustStore]:
        return [self.kept, self._both(), self.store] if self.kept is not None else [self.store]

    def _both(self) -> TrustStore:
        assert self.kept is not None
        return replace(self.kept, lists=[*self.kept.lists, *self.store.lists])

    def _proved_at(self, revision: int) -> dt.datetime:
        """The moment at which a revision is proved to have been there: its first stamp, else now."""
        for one in self.stamps:
            if one.sound and one.revision > revision and one.at is not None:
                return one.at
        return self.moment

    def _signature(self, embedded: Any) -> SignatureFacts:
        name = str(embedded.field_name)
        try:
            certificate = embedded.signer_cert
            who = _names(certificate)
            proof = self._proved_at(embedded.signed_revision)
            status, level = self._judged(embedded, proof)
        except Exception as error:  # see inspect
            return SignatureFacts(name, fault=f"{type(error).__name__}: {error}")
        coverage = status.coverage or SignatureCoverageLevel.UNCLEAR
        self.changed |= {str(one) for one in getattr(status.diff_result, "changed_form_fields", ())}
        stamped = status.timestamp_validity is not None
        valid_then = certificate.not_valid_before <= proof <= certificate.not_valid_after
        return SignatureFacts(
            field=name,
            fingerprint=hashlib.sha256(certificate.dump()).hexdigest(),
            at=status.timestamp_validity.timestamp if stamped else embedded.self_reported_timestamp,
            stamped=stamped,
            level=level,
            intact=bool(status.intact and status.valid),
            trusted=bool(status.trusted),
            revoked=bool(status.revoked),
            expired=not valid_then and not status.trusted,
            lawful_changes=bool(status.docmdp_ok) and coverage >= SignatureCoverageLevel.ENTIRE_REVISION,
            covers_file=self._covers(coverage, status),
            sound=bool(status.bottom_line) and coverage >= SignatureCoverageLevel.ENTIRE_REVISION,
            **who,
        )

    def _judged(self, embedded: Any, proof: dt.datetime) -> tuple[Any, str]:
        """The best honest verdict, and the level it rests on.

        With the facts kept in the file alone it is B-LT, and B-LTA under a stamp over the whole file.
        """
        if self.kept is not None:
            status = self._checked(embedded, self.kept, proof)
            if status.bottom_line and status.timestamp_validity is not None:
                archived = any(one.sound and one.revision > embedded.signed_revision for one in self.stamps)
                return status, "B-LTA" if archived else "B-LT"
            both = self._checked(embedded, self._both(), proof)
            if both.bottom_line:
                return both, "B-T" if both.timestamp_validity is not None else "B-B"
        status = self._checked(embedded, self.store, proof)
        return status, "B-T" if status.timestamp_validity is not None else "B-B"

    def _checked(self, embedded: Any, store: TrustStore, proof: dt.datetime) -> Any:
        """The signer judged at the present proof; failing that, at the moment of a sound signature stamp."""

        def check(moment: dt.datetime) -> Any:
            return validate_pdf_signature(
                embedded,
                signer_validation_context=store.context(moment=moment),
                ts_validation_context=store.context(moment=proof),
                diff_policy=STRICT,
            )

        status = check(proof)
        stamp = status.timestamp_validity
        if status.bottom_line or stamp is None or not (stamp.valid and stamp.intact and stamp.trusted):
            return status
        return check(stamp.timestamp)


def _harmless(status: Any) -> bool:
    """Only revocation facts and time stamps were added since."""
    level = status.modification_level
    return level is not None and level <= ModificationLevel.LTA_UPDATES


def signatures_sound(data: bytes, trust: TrustStore | None = None) -> bool:
    """Whether a file just signed would pass our own judgement."""
    return inspect(data, trust).sound


def _names(certificate: Any) -> dict[str, Any]:
    subject, issuer = certificate.subject.native, certificate.issuer.native
    marks = subject.get("organizational_unit_name", "")
    return {
        "signer": str(subject.get("common_name", "")),
        "organisation": str(subject.get("organization_name", "")),
        "title": str(subject.get("title", "")),
        "issuer": str(issuer.get("common_name", "")),
        "trial": MARK in (marks if isinstance(marks, list) else [marks]),
    }
