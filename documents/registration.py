"""What this app hangs into the shell: verbs, settings, work, search, portable records."""

from django.utils.translation import gettext_lazy as _

from documents.models import LegalBasis, NumberSeries, Paper, PaperComment, PaperFile, RegisterEntry
from documents.services.keys import secrets_rotate
from qms import audit, crypto, registry

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
    "documents.paper.revoked": _("Paper revoked"),
    "documents.paper.superseded": _("Paper superseded"),
    "documents.paper.corrected": _("Paper corrected"),
    "documents.key.added": _("Signing key registered"),
    "documents.key.retired": _("Signing key retired"),
    "documents.basis.added": _("Legal basis added"),
    "documents.basis.changed": _("Legal basis changed"),
}


def register() -> None:
    """Fill the registries; called once from DocumentsConfig.ready."""
    audit.register_verbs(VERBS)
    _settings()
    crypto.holders["documents.signing_keys"] = secrets_rotate
    registry.add_topic("papers", _("Official papers"), "at_once")
    registry.add_search_kind("documents.paper", _("Paper"), "file-text")
    registry.portable.add(
        registry.Portable("documents.legal_basis", LegalBasis),
        registry.Portable("documents.number_series", NumberSeries),
        registry.Portable("documents.paper", Paper),
        registry.Portable("documents.register_entry", RegisterEntry),
        registry.Portable("documents.paper_comment", PaperComment),
        registry.Portable("documents.paper_file", PaperFile),
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
            "documents.signature_level",
            str,
            "B-B",
            _("Level of signatures"),
            _("A level that cannot be reached stops issuing; it is never lowered."),
            choices=(("B-B", "PAdES B-B"), ("B-T", _("PAdES B-T, with a time stamp"))),
            group="papers",
        ),
    ):
        registry.add_setting(setting)
