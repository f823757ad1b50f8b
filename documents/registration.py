"""What this app hangs into the shell: verbs, settings, work, search, portable records."""

import datetime as dt
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from documents import builtin, demo, evidence, policies, selectors, starting, wording
from documents import registry as papers
from documents.content import Kind
from documents.models import (
    AuditPack,
    DeskSignature,
    LegalBasis,
    NumberSeries,
    Paper,
    PaperComment,
    PaperFile,
    PaperState,
    PaperTemplate,
    PaperVersion,
    RegisterEntry,
    SignatureImage,
    SigningKey,
    TrustItem,
)
from documents.services.archive import renewals_start
from documents.services.drafting import paper_index
from documents.services.keys import secrets_rotate
from documents.services.legal import basis_index
from qms import audit, crypto, registry
from qms.models import Person
from qms.policies import signed_in

VERBS = {
    "documents.paper.created": _("Paper drafted"),
    "documents.paper.edited": _("Paper edited"),
    "documents.paper.commented": _("Comment on a paper"),
    "documents.paper.abandoned": _("Draft abandoned"),
    "documents.paper.submitted": _("Paper sent for review"),
    "documents.paper.withdrawn": _("Paper taken back"),
    "documents.paper.returned": _("Paper sent back"),
    "documents.paper.approved": _("Content of a paper approved"),
    "documents.paper.declined": _("Signature declined"),
    "documents.paper.authorised": _("Signature authorised"),
    "documents.paper.handed_back": _("Paper handed back by the clerk"),
    "documents.number.allocated": _("Number given"),
    "documents.number.cancelled": _("Number cancelled"),
    "documents.series.opened": _("Book of numbers started"),
    "documents.paper.retried": _("Issuing tried again"),
    "documents.paper.issued": _("Paper issued"),
    "documents.paper.downloaded": _("Signed file downloaded"),
    "documents.paper.revoked": _("Paper revoked"),
    "documents.paper.superseded": _("Paper superseded"),
    "documents.paper.corrected": _("Paper corrected"),
    "documents.key.added": _("Signing key registered"),
    "documents.key.retired": _("Signing key retired"),
    "documents.image.added": _("Image of a signature or seal added"),
    "documents.trust.added": _("Trusted certificate or list added"),
    "documents.trust.removed": _("Trusted certificate or list taken out"),
    "documents.desk.prepared": _("File prepared for a token"),
    "documents.desk.signed": _("Signed with a token"),
    "documents.paper.signed_first": _("Signed before its number"),
    "documents.stamp.renewed": _("Time stamp renewed"),
    "documents.number.entered": _("Number given elsewhere entered"),
    "documents.basis.added": _("Legal basis added"),
    "documents.basis.changed": _("Legal basis changed"),
    "documents.comment.settled": _("Comment on a paper settled"),
    "documents.template.saved": _("Template of papers saved"),
    "documents.paper.exported": _("Draft taken out for Word"),
    "documents.pack.asked": _("Audit pack asked for"),
    "documents.pack.built": _("Audit pack built"),
    "documents.pack.downloaded": _("Audit pack downloaded"),
}


def _reindex(paper: Paper) -> None:
    if paper.state != PaperState.ABANDONED:
        paper_index(paper)


def register() -> None:
    """Fill the registries; called once from DocumentsConfig.ready."""
    audit.register_verbs(VERBS)
    wording.add(*builtin.ALL)
    for purpose in (
        papers.Purpose(papers.AMENDING["corrected"], _("Correct an earlier paper"), Kind.LETTER),
        papers.Purpose(papers.AMENDING["superseded"], _("Supersede an earlier paper"), Kind.DECISION),
        papers.Purpose(papers.AMENDING["revoked"], _("Revoke an earlier paper"), Kind.DECISION),
    ):
        papers.add(purpose)
    registry.demo_steps.add(registry.DemoStep(195, _("Legal bases and a draft"), demo.load))
    _settings()
    evidence.register()
    starting.register()
    crypto.holders["documents.signing_keys"] = secrets_rotate
    _navigation()
    registry.work.add(work_of)
    registry.add_topic("papers", _("Official papers"), "at_once")
    registry.add_search_kind("documents.paper", _("Paper"), "file-text", _reindex)
    registry.add_search_kind("documents.legalbasis", _("Legal basis"), "scale", basis_index)
    registry.not_portable[SigningKey] = "signing keys never leave the installation that made them"
    registry.nightly.add(renewals_start)
    registry.evidence_actions.add(pack_action)
    registry.portable.add(
        registry.Portable("documents.legal_basis", LegalBasis),
        registry.Portable("documents.number_series", NumberSeries),
        registry.Portable("documents.paper", Paper),
        registry.Portable("documents.register_entry", RegisterEntry),
        registry.Portable("documents.paper_version", PaperVersion),
        registry.Portable("documents.paper_comment", PaperComment),
        registry.Portable("documents.paper_template", PaperTemplate),
        registry.Portable("documents.paper_file", PaperFile),
        registry.Portable("documents.desk_signature", DeskSignature),
        registry.Portable("documents.signature_image", SignatureImage),
        registry.Portable("documents.trust_item", TrustItem),
        registry.Portable("documents.audit_pack", AuditPack),
    )


def _settings() -> None:
    kind = registry.SettingKind
    for setting in (
        kind(
            "documents.symbol",
            str,
            "",
            _("Symbol of the agency on papers"),
            _("Such as SKHCN in QĐ-SKHCN. Empty: the code of the agency."),
            group="papers",
        ),
        kind(
            "documents.number_book",
            str,
            "kind",
            _("Books of numbers"),
            _("The head of the agency decides (Decree 30/2020, Article 15)."),
            choices=(("kind", _("One book for each kind of paper")), ("common", _("One common book"))),
            group="papers",
        ),
        kind(
            "documents.head_title",
            str,
            "Giám đốc",
            _("Title of the head of the agency"),
            _("In the authority line of decisions."),
            group="papers",
        ),
        kind(
            "documents.archive_line",
            str,
            "VT",
            _("Archive line"),
            _("What follows “Lưu:” at the end of the recipients."),
            group="papers",
        ),
        kind(
            "documents.head_size",
            int,
            12,
            _("Size of the letterhead in points"),
            choices=((12, "12/13"), (13, "13/14")),
            group="papers",
        ),
        kind(
            "documents.body_size",
            int,
            14,
            _("Size of the text in points"),
            choices=((13, "13"), (14, "14")),
            group="papers",
        ),
        kind(
            "documents.signing_order",
            str,
            "A",
            _("Order of signing"),
            _(
                "Signer first suits a token or program at the leader's desk: number and date stay empty "
                "in what is signed, and the agency's signature closes the file once they are filled in."
            ),
            choices=(
                ("A", _("Number first, then both signatures")),
                ("B", _("Signer first, number afterwards")),
            ),
            group="papers",
        ),
        kind(
            "documents.signature_level",
            str,
            "B-B",
            _("Level of signatures"),
            _("A level that cannot be reached stops issuing; it is never lowered."),
            choices=(
                ("B-B", "PAdES B-B"),
                ("B-T", _("PAdES B-T, with a time stamp")),
                ("B-LT", _("PAdES B-LT, with what proves the certificates")),
                ("B-LTA", _("PAdES B-LTA, stamped for the archive and renewed")),
            ),
            group="papers",
        ),
        kind(
            "documents.timestamp_url",
            str,
            "",
            _("Time-stamp server"),
            _(
                "Address (RFC 3161). Empty: the installation's. "
                "“trial:” is a trial server without legal value."
            ),
            group="papers",
        ),
        kind(
            "documents.revocation",
            str,
            "lists",
            _("Revocation of certificates"),
            _("How the portal knows, when it signs, that a certificate is not revoked."),
            choices=(
                ("lists", _("From the revocation lists kept here")),
                ("online", _("Ask the authorities over the network (OCSP, lists); no answer, no signature")),
            ),
            group="papers",
        ),
        kind(
            "documents.qr_code",
            bool,
            False,
            _("QR code on papers"),
            _("In the bottom margin of the first page; it leads to the public verification page."),
            group="papers",
        ),
        kind(
            "documents.renew_before",
            int,
            120,
            _("Renew archive stamps, days before they end"),
            group="papers",
        ),
        kind(
            "documents.pack_records",
            int,
            100,
            _("Records of each kind in an audit pack, at most"),
            _("The newest are taken; the index says how many there are in all."),
            group="papers",
        ),
    ):
        registry.add_setting(setting)


def _navigation() -> None:
    item = registry.NavItem
    registry.navigation.add(
        item("papers", _("Papers"), "documents:paper-list", "file-text", policies.may_read, order=60),
        item(
            "papers",
            _("Signing folder"),
            "documents:signing-folder",
            "signature",
            policies.may_sign,
            order=62,
            badge=lambda person: (
                selectors.papers_to_sign(person).count() + selectors.papers_to_approve(person).count()
            ),
        ),
        item(
            "papers",
            _("Issuing desk"),
            "documents:desk",
            "stamp",
            policies.may_number,
            order=64,
            badge=lambda person: selectors.papers_to_number(person).count(),
        ),
        item(
            "papers",
            _("Register of numbers"),
            "documents:register",
            "book-open",
            policies.may_read_register,
            order=66,
        ),
        item("papers", _("Templates"), "documents:template-list", "file-input", policies.may_draft, order=61),
        item("papers", _("Legal bases"), "documents:basis-list", "scale", policies.may_read, order=67),
        item(
            "admin",
            _("Signatures and trust"),
            "documents:trust",
            "key-round",
            policies.may_keep_keys,
            order=70,
        ),
        item("check", _("Audit packs"), "documents:packs", "archive", policies.may_pack, order=92),
        item("papers", _("Check a signature"), "verify", "shield-check", signed_in, order=68),
    )


def pack_action(person: Person, on: dt.date, edition: Any) -> Iterable[registry.RecordAction]:
    """Above the evidence matrix: take the evidence of that day along as a pack."""
    if policies.may_pack(person):
        query = urlencode({"on": f"{on:%d/%m/%Y}", "edition": str(edition.pk)})
        address = f"{reverse('documents:packs')}?{query}"
        yield registry.RecordAction(_("Build an audit pack"), address, "archive")


def work_of(person: Person) -> Iterable[registry.WorkItem]:
    """Papers that wait for this person: to approve, to sign, to number, stuck, sent back."""
    item = registry.WorkItem
    for paper in selectors.papers_to_approve(person):
        yield item(
            paper.one_line,
            _("Review and approve the content"),
            paper.get_absolute_url(),
            _("Review the paper"),
            icon="file-check",
            key=f"paper-approve:{paper.pk}",
        )
    for paper in selectors.papers_to_sign(person):
        yield item(
            paper.one_line,
            _("Waits for your signature"),
            reverse("documents:paper-sign", args=[paper.pk]),
            _("Read and sign"),
            icon="signature",
            key=f"paper-sign:{paper.pk}",
        )
    for paper in selectors.papers_being_signed(person).exclude(failure=""):
        yield item(
            paper.one_line,
            _("Not signed: %(why)s") % {"why": paper.failure},
            paper.get_absolute_url(),
            _("Look at the paper"),
            icon="signature",
            key=f"paper-signing:{paper.pk}",
        )
    for paper in selectors.papers_to_number(person):
        stuck = paper.state == PaperState.ISSUING
        yield item(
            str(paper),
            _("Being issued, not finished yet") if stuck else _("Signed; waits for a number"),
            paper.get_absolute_url() if stuck else reverse("documents:paper-issue", args=[paper.pk]),
            _("Look at the paper") if stuck else _("Give a number"),
            icon="stamp",
            key=f"paper-number:{paper.pk}",
        )
    for desk in selectors.desk_signatures(person):
        yield item(
            str(desk.paper),
            _("Waits for the signature of your token"),
            reverse("documents:desk-sign", args=[desk.pk]),
            _("Sign with the token"),
            icon="key-round",
            key=f"desk-sign:{desk.pk}",
        )
    for paper in selectors.papers_returned(person):
        yield item(
            paper.one_line,
            _("Sent back to you"),
            paper.get_absolute_url(),
            _("Edit the paper"),
            icon="undo-2",
            key=f"paper-returned:{paper.pk}",
        )
    for paper in selectors.papers_owed(person):
        yield item(
            paper.one_line,
            f"{paper.get_state_display()}: {paper.signer}"
            if paper.state == PaperState.APPROVED
            else paper.get_state_display(),
            paper.get_absolute_url(),
            _("Look at the paper"),
            icon="loader",
            group="others",
            key=f"paper-owed:{paper.pk}",
        )
