"""What the app hangs into the shell: verbs, navigation, work, duties, search, settings, export."""

from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from library import codes, demo, duties, evidence, fulfilling, models, papers, policies
from library.models import ControlledDocument
from library.services.announcing import announce_nightly
from library.services.documents import document_index
from library.services.processes import process_index
from library.services.records import disposal_index, file_index, series_index
from library.work import waiting_work
from qms import registry

VERBS: dict[str, Any] = {
    "library.document.created": _("Document added"),
    "library.document.changed": _("Entry of a document changed"),
    "library.document.distributed": _("Distribution of a document changed"),
    "library.document.reviewed": _("Document reviewed at its time"),
    "library.version.started": _("Version begun"),
    "library.version.edited": _("Version edited"),
    "library.version.uploaded": _("File of a version uploaded"),
    "library.version.submitted": _("Version sent for review"),
    "library.version.reviewed": _("Version reviewed"),
    "library.version.approved": _("Version approved"),
    "library.version.returned": _("Version sent back"),
    "library.version.withdrawn": _("Version taken back"),
    "library.version.abandoned": _("Version abandoned"),
    "library.version.took_effect": _("Version came into force"),
    "library.version.superseded": _("Version superseded"),
    "library.version.ended": _("Version ended"),
    "library.version.expired": _("Version no longer in force by its date"),
    "library.version.read": _("Version read and understood"),
    "library.version.downloaded": _("Copy of a version taken out"),
    "library.version.paper_drafted": _("Paper that issues a version drafted"),
    "library.request.asked": _("Change of a document asked for"),
    "library.request.answered": _("Change request answered"),
    "library.process.saved": _("Process saved"),
    "library.process.linked": _("Interaction of processes changed"),
    "library.series.saved": _("Line of the list of records saved"),
    "library.file.added": _("File of records written down"),
    "library.file.disposed": _("File of records disposed of"),
    "library.disposal.drawn_up": _("Disposal list drawn up"),
    "library.disposal.submitted": _("Disposal list submitted"),
    "library.disposal.decided": _("Disposal list decided"),
    "library.disposal.carried_out": _("Disposal carried out"),
    "library.disposal.cancelled": _("Disposal list cancelled"),
}

PORTABLE = (
    ("library.document", models.ControlledDocument),
    ("library.distribution", models.Distribution),
    ("library.version", models.DocumentVersion),
    ("library.contribution", models.Contribution),
    ("library.section", models.Section),
    ("library.reading", models.Reading),
    ("library.review", models.PeriodicReview),
    ("library.change_request", models.ChangeRequest),
    ("library.process", models.Process),
    ("library.process_link", models.ProcessLink),
    ("library.record_series", models.RecordSeries),
    ("library.record_file", models.RecordFile),
    ("library.disposal_list", models.DisposalList),
    ("library.disposal_item", models.DisposalItem),
)


def register() -> None:
    """Called once when the portal starts."""
    registry.navigation.add(
        registry.NavItem(
            "system", _("Documents"), "library:document-list", "library", policies.insider, order=40
        )
    )
    registry.add_topic("library", _("Controlled documents"), "digest")
    registry.work.add(waiting_work)
    registry.duties.add(duties.KIND)
    registry.nightly.add(announce_nightly)
    registry.demo_steps.add(registry.DemoStep(60, _("Controlled documents and records"), demo.load))
    registry.portable.add(*(registry.Portable(name, model) for name, model in PORTABLE))
    registry.add_search_kind("library.controlleddocument", _("Document"), "library", document_index)
    registry.add_search_kind("library.recordseries", _("Kind of records"), "archive", series_index)
    registry.add_search_kind("library.recordfile", _("File of records"), "archive", file_index)
    registry.add_search_kind("library.disposallist", _("Disposal list"), "trash-2", disposal_index)
    registry.add_search_kind("library.process", _("Process"), "network", process_index)
    registry.add_record_kind(models.ControlledDocument, document_facts)
    evidence.register()
    fulfilling.register()
    papers.register()
    _settings()


def document_facts(document: ControlledDocument) -> registry.RecordFacts:
    """What a document says to work opened from it: a risk, a nonconformity."""
    clause = document.clauses.first()
    return registry.RecordFacts(
        kind=document.get_kind_display(),
        code=document.code,
        title=document.title,
        url=document.get_absolute_url(),
        unit=document.owner,
        process=document.title,
        clause=clause.code if clause else "",
    )


def _settings() -> None:
    kind = registry.SettingKind
    registry.add_setting(
        kind("library.reading_days", int, 10, _("Days to read a new document"), group="library")
    )
    for key, label in ControlledDocument.Kind.choices:
        registry.add_setting(
            kind(
                f"library.code_{key}",
                str,
                codes.SCHEMES[key],
                format_lazy("{} – {}", _("Code scheme"), label),
                _("{unit}: abbreviation of the unit; {n}: next number; {parent}: code it belongs to."),
                group="library",
            )
        )
