"""What the dossiers app hangs into the shell."""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dossiers import (
    committing,
    demo,
    evidence,
    partitions,
    personal,
    policies,
    quality,
    report,
    starting,
    supplements,
)
from dossiers.importers.profile import PERSONAL
from dossiers.models import (
    ApiBatch,
    ApiToken,
    DelayReason,
    Dossier,
    DossierImport,
    DossierPersonal,
    DossierVersion,
    ImportProfile,
    ImportRejectedRow,
    ImportRowError,
    ImportSequence,
    Procedure,
    ProcedureVersion,
    Survey,
    SurveyAnswer,
    SurveyQuestion,
    SurveyToken,
)
from qms import audit, crypto, notation, registry
from qms.models import Person
from qms.search import Hit
from qms.statuses import status

VERBS = {
    "dossiers.import.uploaded": gettext_lazy("Export uploaded"),
    "dossiers.import.checked": gettext_lazy("Export checked"),
    "dossiers.import.started": gettext_lazy("Import started"),
    "dossiers.import.committed": gettext_lazy("Import committed"),
    "dossiers.import.refused": gettext_lazy("Export refused"),
    "dossiers.import.cancelled": gettext_lazy("Import given up"),
    "dossiers.import.answered": gettext_lazy("Reading of an export confirmed"),
    "dossiers.import.undone": gettext_lazy("Import undone"),
    "dossiers.profile.created": gettext_lazy("Import profile created"),
    "dossiers.profile.learned": gettext_lazy("Import profile learned"),
    "dossiers.profile.renamed": gettext_lazy("Import profile renamed"),
    "dossiers.profile.archived": gettext_lazy("Import profile archived"),
    "dossiers.profile.restored": gettext_lazy("Import profile brought back"),
    "dossiers.profile.forgot": gettext_lazy("Import profile forgot a reading"),
    "dossiers.profile.removed": gettext_lazy("Import profile removed"),
    "dossiers.token.created": gettext_lazy("Access token created"),
    "dossiers.token.revoked": gettext_lazy("Access token revoked"),
    "dossiers.procedure.changed": gettext_lazy("Procedure changed"),
    "dossiers.delay.explained": gettext_lazy("Reason of a delay said"),
    "dossiers.survey.created": gettext_lazy("Survey prepared"),
    "dossiers.survey.changed": gettext_lazy("Survey changed"),
    "dossiers.survey.opened": gettext_lazy("Survey opened"),
    "dossiers.survey.closed": gettext_lazy("Survey closed"),
    "dossiers.survey.tokens_made": gettext_lazy("Codes of a survey made"),
    "dossiers.survey.answers_imported": gettext_lazy("Answers from paper taken"),
}
HITS = 20
LEAST_LETTERS = 4


def register() -> None:
    """Fill the registries; called once from DossiersConfig.ready."""
    audit.register_verbs(VERBS)
    registry.add_topic("dossiers", gettext_lazy("Dossiers and imports"), "digest")
    registry.navigation.add(
        registry.NavItem(
            "data",
            gettext_lazy("Dossiers"),
            "dossiers:dossier-list",
            "folder-open",
            policies.may_read,
            order=60,
        ),
        registry.NavItem(
            "data",
            gettext_lazy("Surveys of satisfaction"),
            "dossiers:survey-list",
            "message-square",
            policies.may_read,
            order=70,
        ),
    )
    registry.add_setting(
        registry.SettingKind(
            report.EARLY_RULE,
            str,
            "session",
            gettext_lazy("Early or on time"),
            gettext_lazy("What counts as early in the report on procedures."),
            choices=(
                ("session", gettext_lazy("Before the half day of the due time")),
                ("day", gettext_lazy("Before the day of the due time")),
            ),
            group="dossiers",
        )
    )
    registry.add_setting(
        registry.SettingKind(
            supplements.SETTING,
            str,
            supplements.USUAL.value,
            gettext_lazy("The time of a procedure after a supplement"),
            gettext_lazy(
                "For procedures that say nothing of their own. The handling time of a dossier follows what "
                "was in force on the day it was received, the check of an import what is in force on the day "
                "of its export. A change shows in the figures with the next import or the next night."
            ),
            choices=tuple((one.value, one.label) for one in supplements.RULES),
            group="dossiers",
        )
    )
    registry.add_setting(
        registry.SettingKind(
            quality.FRESH_DAYS,
            int,
            7,
            gettext_lazy("Days until data are old"),
            gettext_lazy("After how many days without a newer export the data of a source count as old."),
            group="dossiers",
        )
    )
    registry.navigation.add(
        registry.NavItem(
            "admin",
            gettext_lazy("Access tokens"),
            "api-token-list",
            "key-round",
            policies.may_manage_tokens,
            order=81,
        )
    )
    evidence.register()
    starting.register()
    registry.work.add(import_work)
    registry.demo_steps.add(registry.DemoStep(20, gettext_lazy("Dossiers"), demo.load))
    registry.nightly.add(committing.incoming_sweep)
    registry.nightly.add(partitions.next_years)
    registry.add_search_kind("dossiers.dossier", gettext_lazy("Dossier"), "folder-open")
    registry.add_search_kind("dossiers.procedure", gettext_lazy("Administrative procedure"), "list-checks")
    registry.search_providers.add(find_dossiers, find_procedures)
    registry.add_record_kind(Dossier, dossier_facts)
    registry.portable.add(
        registry.Portable("dossiers.procedure", Procedure),
        registry.Portable("dossiers.procedure_version", ProcedureVersion),
        registry.Portable("dossiers.import_profile", ImportProfile),
        registry.Portable("dossiers.import_sequence", ImportSequence),
        registry.Portable("dossiers.import", DossierImport),
        registry.Portable("dossiers.import_row_error", ImportRowError),
        registry.Portable("dossiers.import_rejected_row", ImportRejectedRow),
        registry.Portable("dossiers.dossier", Dossier),
        registry.Portable("dossiers.dossier_version", DossierVersion),
        registry.Portable("dossiers.delay_reason", DelayReason),
        registry.Portable("dossiers.survey", Survey),
        registry.Portable("dossiers.survey_question", SurveyQuestion),
        registry.Portable("dossiers.survey_token", SurveyToken),
        registry.Portable("dossiers.survey_answer", SurveyAnswer),
    )
    registry.not_portable.update(
        {
            ApiToken: "The right of a system to send to this installation; another one gives its own.",
            ApiBatch: "Answers kept for a sender that asks again; they belong to its token.",
            DossierPersonal: "Data of citizens, encrypted with keys that never leave the installation.",
        }
    )
    crypto.holders["dossiers.personal"] = personal.rotate
    registry.add_setting(
        registry.SettingKind(
            personal.SETTING,
            list,
            [],
            gettext_lazy("Data of citizens kept from exports"),
            gettext_lazy(
                "None by default. What is switched on is kept encrypted from the next import on, "
                "and shown masked."
            ),
            choices=tuple(PERSONAL.items()),
            group="dossiers",
        )
    )


def dossier_facts(dossier: Dossier) -> registry.RecordFacts:
    """What a dossier says to a nonconformity or a risk opened from it."""
    words = _(
        "Dossier %(code)s of the procedure “%(procedure)s”, received %(received)s, due %(due)s: %(state)s."
    )
    due = dossier.due_original_at
    return registry.RecordFacts(
        kind=_("Dossier"),
        code=dossier.code,
        title=dossier.procedure.name,
        url=dossier.get_absolute_url(),
        unit=dossier.unit,
        process=dossier.procedure.name,
        clause="8.5.1",
        evidence=words
        % {
            "code": dossier.code,
            "procedure": dossier.procedure.name,
            "received": notation.moment(dossier.received_at),
            "due": notation.moment(due) if due else "–",
            "state": status(dossier.timeliness).label,
        },
        origin="dossier",
    )


def import_work(person: Person) -> Iterable[registry.WorkItem]:
    """Files that were checked and wait for the decision to import them."""
    if not policies.may_import(person):
        return
    waiting = DossierImport.objects.visible_to(person).filter(
        state=DossierImport.State.CHECKED, imported_by=person
    )
    for one in waiting:
        yield registry.WorkItem(
            title=_("Decide on the import of %(file)s") % {"file": one.file_name},
            detail=_("%(count)s rows read, %(rejected)s refused")
            % {"count": one.read_count, "rejected": one.rejected_count},
            url=one.get_absolute_url(),
            action=_("View the check"),
            icon="file-spreadsheet",
            key=f"dossiers.import:{one.pk}",
        )


def find_dossiers(person: Person, words: Sequence[str]) -> Iterable[Hit]:
    """Dossiers by their code (or a part of it): too many for the search index."""
    if len(words) != 1 or len(words[0]) < LEAST_LETTERS or not policies.may_read(person):
        return
    code = words[0].upper()
    rows = Dossier.objects.visible_to(person).filter(code__contains=code).select_related("procedure")
    for dossier in rows.order_by("code")[:HITS]:
        yield Hit("dossiers.dossier", dossier.code, dossier.procedure.name, dossier.get_absolute_url())


def find_procedures(person: Person, words: Sequence[str]) -> Iterable[Hit]:
    """Administrative procedures by name, field or code, with or without accents."""
    if not policies.may_read(person):
        return
    for procedure in procedures_matching(person, words):
        yield Hit(
            "dossiers.procedure",
            procedure.name,
            f"{procedure.code} · {procedure.field}",
            procedure.get_absolute_url(),
        )


def procedures_matching(person: Person, words: Sequence[str]) -> list[Procedure]:
    """The procedures that hold every folded word; an agency has a few hundred."""
    from qms.text import fold

    found = []
    for procedure in Procedure.objects.visible_to(person):
        text = fold(f"{procedure.name} {procedure.field} {procedure.code}")
        if all(word in text for word in words):
            found.append(procedure)
    return found
