"""What the signatures in a PDF prove, judged strictly; knows no database.

`bottom_line` under the strict policy counts, never pyHanko's `valid` alone: that one stayed true for
more than half of a set of altered files. pdfsig alone misses everything appended after a signature.
"""

import datetime as dt
import hashlib
import io
from dataclasses import dataclass, field
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
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import SignatureCoverageLevel

from documents.signing.trial import MARK
from documents.signing.trust import TrustStore, trust_store

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
class Inspection:
    """All signatures of a file, in the order in which they were made."""

    readable: bool
    signatures: list[SignatureFacts] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        """Every signature holds under the strict policy, and the last one covers the whole file."""
        return (
            bool(self.signatures)
            and all(one.sound for one in self.signatures)
            and (self.signatures[-1].covers_file)
        )


def inspect(data: bytes, trust: TrustStore | None = None) -> Inspection:
    """Judge every signature of a file. Never raises for a bad file: what cannot be read is not sound."""
    store = trust or trust_store()
    try:
        reader = PdfFileReader(io.BytesIO(data), strict=False)
        found = list(reader.embedded_regular_signatures)
        return Inspection(True, [_facts(one, store) for one in found])
    except Exception:  # a broken file breaks the reader in many ways; none of them is an error of ours
        return Inspection(False)


def signatures_sound(data: bytes) -> bool:
    """Whether a file just signed would pass our own judgement."""
    return inspect(data).sound


def _facts(embedded: Any, store: TrustStore) -> SignatureFacts:
    name = str(embedded.field_name)
    try:
        certificate = embedded.signer_cert
        who = _names(certificate)
        status = validate_pdf_signature(
            embedded,
            signer_validation_context=store.context(),
            diff_policy=STRICT,
        )
    except Exception as error:  # see above
        return SignatureFacts(name, fault=f"{type(error).__name__}: {error}")
    now = dt.datetime.now(dt.UTC)
    coverage = status.coverage or SignatureCoverageLevel.UNCLEAR
    stamped = status.timestamp_validity is not None
    return SignatureFacts(
        field=name,
        fingerprint=hashlib.sha256(certificate.dump()).hexdigest(),
        at=status.timestamp_validity.timestamp if stamped else embedded.self_reported_timestamp,
        stamped=stamped,
        level="B-T" if stamped else "B-B",
        intact=bool(status.intact and status.valid),
        trusted=bool(status.trusted),
        revoked=bool(status.revoked),
        expired=not certificate.not_valid_before <= now <= certificate.not_valid_after,
        lawful_changes=bool(status.docmdp_ok) and coverage >= SignatureCoverageLevel.ENTIRE_REVISION,
        covers_file=coverage == SignatureCoverageLevel.ENTIRE_FILE,
        sound=bool(status.bottom_line) and coverage >= SignatureCoverageLevel.ENTIRE_REVISION,
        **who,
    )


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
