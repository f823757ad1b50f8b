"""Signatures made at somebody's desk: prepare, sign outside, bring back. The state stays between steps."""

import base64
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from documents import policies
from documents.exceptions import SigningFailed
from documents.models import DeskSignature, PaperFile, SigningKey
from documents.services import issuing, revisions
from documents.services.signatures import certificates_of, judged, key_for, request_for
from documents.services.signed import Signed
from documents.services.trust import trust_of
from documents.signing import desk as halves
from documents.signing.protocol import SignRequest
from qms import audit, clock, files
from qms.exceptions import Conflict
from qms.models import Job, Person
from qms.policies import require
from qms.workflow import locked

BEFORE = {PaperFile.Stage.LEADER: PaperFile.Stage.RENDERED}


def file_before(desk: DeskSignature) -> bytes:
    """The file that is to be signed."""
    stage = BEFORE.get(PaperFile.Stage(desk.stage))
    if stage is None:
        stage = PaperFile.Stage.FILLED if desk.paper.flow == "B" else PaperFile.Stage.LEADER
    row = revisions.kept(desk.paper, desk.entry, stage)
    if row is None:
        raise Conflict(_("The paper has moved on meanwhile."))
    return files.read(row.file)


def _asked(desk: DeskSignature, acting: Person) -> tuple[SigningKey, SignRequest, Any, list[Any]]:
    require(policies.can_sign_at_desk(acting, desk))
    key = key_for(desk.paper, desk.stage)
    own, chain = certificates_of(key)
    return key, request_for(desk.paper, desk.stage, key), own, chain


def desk_prepare(desk: DeskSignature, *, acting: Person) -> DeskSignature:
    """Make the file with room for the signature; doing it again gives a fresh one.

    Raises KeyUnusable for a certificate that cannot sign now.
    """
    key, request, own, chain = _asked(desk, acting)
    made = halves.prepare(file_before(desk), request, own, chain, trust_of(desk.agency))
    stored = files.store(desk.agency, "prepared.pdf", made.pdf, acting=acting, content_type="application/pdf")
    with transaction.atomic(), locked(desk) as desk:
        require(policies.can_sign_at_desk(acting, desk))
        changes = audit.apply(
            desk,
            prepared=stored,
            digest=made.to_sign.hex(),
            prepared_at=clock.now(),
            kept={
                "digest": made.digest.hex(),
                "start": made.start,
                "end": made.end,
                "attributes": base64.b64encode(made.attributes).decode(),
                "certificate": key.fingerprint,
            },
        )
        audit.record(
            "documents.desk.prepared", desk, {"digest": changes.get("digest", ("", ""))}, acting=acting
        )
    return desk


def desk_attributes(desk: DeskSignature) -> bytes:
    """The bytes a token signs with SHA-256 and RSA."""
    return base64.b64decode(desk.kept.get("attributes", ""))


def desk_complete(desk: DeskSignature, answer: bytes, *, acting: Person) -> Job:
    """Finish with what the token gave; raises SigningFailed and keeps the state when it does not fit."""
    key, request, own, chain = _asked(desk, acting)
    if desk.prepared is None or desk.kept.get("certificate") != key.fingerprint:
        raise SigningFailed(_("Prepare the file first: the key was changed, or nothing is prepared."))
    made = halves.Prepared(
        files.read(desk.prepared),
        bytes.fromhex(desk.kept["digest"]),
        desk.kept["start"],
        desk.kept["end"],
        desk_attributes(desk),
    )
    signed = halves.complete(made, answer, request, own, chain, trust_of(desk.agency))
    return _take(desk, judged(desk.paper, signed, request, key), file_before(desk), acting)


def desk_file(desk: DeskSignature, data: bytes, *, acting: Person) -> Job:
    """Take a file signed elsewhere; raises SigningFailed unless it is ours with the expected signature."""
    key, request, _own, _chain = _asked(desk, acting)
    before = file_before(desk)
    signed = halves.accept(before, data, request, key.fingerprint, trust_of(desk.agency))
    return _take(desk, judged(desk.paper, signed, request, key), before, acting)


def _take(desk: DeskSignature, signed: Signed, before: bytes, acting: Person) -> Job:
    """Keep the revision, once, and go on with issuing."""
    with transaction.atomic(), locked(desk.paper) as paper, locked(desk) as desk:
        require(policies.can_sign_at_desk(acting, desk))
        revisions.keep(paper, desk.entry, desk.stage, signed, before)
        audit.apply(desk, state=DeskSignature.State.DONE, done_at=clock.now())
        audit.record("documents.desk.signed", paper, acting=acting, note=signed.fingerprint)
        return issuing.go_on(paper, desk.entry, acting=acting)
