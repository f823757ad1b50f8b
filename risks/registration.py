"""What the app hangs into the shell: verbs, navigation, work, search, export."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dossiers import events
from dossiers.models import DossierImport
from qms import registry
from qms.models import Agency, Person
from risks import demo, evidence, leftovers, mentions, models, noticing, papers, policies, providers, starting
from risks.services.changes import change_index
from risks.services.context import issue_index, party_index
from risks.services.risks import risk_index
from risks.services.suggestions import suggestions_nightly, suggestions_request
from risks.work import waiting_work

VERBS = {
    "risks.scale.changed": _("Scale of risks changed"),
    "risks.starting_data.loaded": _("Starting data of risks loaded"),
    "risks.risk.created": _("Risk or opportunity written down"),
    "risks.risk.changed": _("Risk or opportunity changed"),
    "risks.risk.scored": _("Risk or opportunity scored"),
    "risks.risk.treated": _("Treatment chosen"),
    "risks.risk.accepted": _("Risk accepted for a time"),
    "risks.action.planned": _("Action on a risk planned"),
    "risks.action.changed": _("Action on a risk changed"),
    "risks.action.reported": _("Action on a risk reported done"),
    "risks.action.judged": _("Effect of an action judged"),
    "risks.action.cancelled": _("Action on a risk cancelled"),
    "risks.register.opened": _("Register of risks opened"),
    "risks.register.row_decided": _("Row of a register reviewed"),
    "risks.register.rows_kept": _("Remaining rows of a register kept"),
    "risks.register.scale_adopted": _("Register goes on with the new scale"),
    "risks.register.submitted": _("Register of risks submitted"),
    "risks.register.confirmed": _("Register of risks confirmed"),
    "risks.register.returned": _("Register of risks returned"),
    "risks.register.consolidated": _("Register taken into the agency's register"),
    "risks.register.released": _("Register taken out of the agency's register"),
    "risks.register.approved": _("Register of risks approved"),
    "risks.register.superseded": _("Register of risks superseded"),
    "risks.context.category_saved": _("Category of the context saved"),
    "risks.context.issue_added": _("Context issue written down"),
    "risks.context.issue_changed": _("Context issue changed"),
    "risks.context.party_added": _("Interested party written down"),
    "risks.context.party_changed": _("Interested party changed"),
    "risks.context.reviewed": _("Context reviewed"),
    "risks.register.import_read": _("Workbook of a register read"),
    "risks.register.import_committed": _("Workbook of a register taken over"),
    "risks.register.import_discarded": _("Workbook of a register discarded"),
    "risks.register.paper_drafted": _("Paper of a register drafted"),
    "risks.library.added": _("Entry added to the library of typical risks"),
    "risks.suggestion.found": _("Suggestion found in the data"),
    "risks.suggestion.lapsed": _("Suggestion lapsed"),
    "risks.suggestion.accepted": _("Suggestion accepted"),
    "risks.suggestion.dismissed": _("Suggestion dismissed"),
    "risks.change.created": _("Planned change drawn up"),
    "risks.change.edited": _("Planned change edited"),
    "risks.change.submitted": _("Opinions on a change asked"),
    "risks.change.withdrawn": _("Planned change taken back"),
    "risks.change.opinion_given": _("Opinion on a change given"),
    "risks.change.decided": _("Planned change decided"),
    "risks.change.step_done": _("Step of a change done"),
    "risks.change.concluded": _("Planned change concluded"),
    "risks.change.cancelled": _("Planned change cancelled"),
}

PROVIDERS = {
    "targets": noticing.targets_in_danger,
    "overdue": noticing.overdue_clusters,
    "legal": noticing.expired_bases,
    "units": noticing.unit_changes,
    "changes": noticing.changes_without_risks,
    "complaints": noticing.repeated_complaints,
}

PORTABLE = (
    ("risks.scale", models.RiskScale),
    ("risks.context_category", models.ContextCategory),
    ("risks.context_issue", models.ContextIssue),
    ("risks.party", models.InterestedParty),
    ("risks.party_need", models.PartyNeed),
    ("risks.context_review", models.ContextReview),
    ("risks.library", models.LibraryRisk),
    ("risks.risk", models.Risk),
    ("risks.planned_change", models.PlannedChange),
    ("risks.change_opinion", models.ChangeOpinion),
    ("risks.change_touch", models.ChangeTouch),
    ("risks.change_step", models.ChangeStep),
    ("risks.source", models.RiskSource),
    ("risks.score", models.RiskScore),
    ("risks.acceptance", models.RiskAcceptance),
    ("risks.action", models.RiskAction),
    ("risks.action_evidence", models.ActionEvidence),
    ("risks.action_judgement", models.ActionJudgement),
    ("risks.register", models.Register),
    ("risks.register_row", models.RegisterRow),
    ("risks.register_import", models.RegisterImport),
    ("risks.suggestion", models.Suggestion),
)


def register() -> None:
    """Fill the registries; called once from RisksConfig.ready."""
    registry.navigation.add(
        registry.NavItem(
            "system", _("Risks and opportunities"), "risks:overview", "scale", policies.insider, order=30
        )
    )
    registry.add_topic("risks", _("Risks and opportunities"), "digest")
    registry.work.add(waiting_work)
    registry.add_record_kind(models.Risk, risk_facts)
    registry.record_actions.add(risk_from_record)
    mentions.register()
    registry.nightly.add(suggestions_nightly)
    registry.demo_steps.add(registry.DemoStep(80, _("Risks, opportunities and context"), demo.load))
    registry.portable.add(*(registry.Portable(name, model) for name, model in PORTABLE))
    papers.register()
    for name, provider in PROVIDERS.items():
        providers.add(name, provider)
    events.import_committed.append(_facts_changed)
    registry.fulfilments.add(
        registry.FulfilmentKind(
            "risk_register", _("Approved register of risks and opportunities"), _approved_register, order=30
        )
    )
    registry.left_open.add(leftovers.actions)
    evidence.register()
    starting.register()
    _searchable()
    _settings()


def _approved_register(agency: Agency, year: int) -> registry.Fulfilment | None:
    """The agency's approved register of a year, for the plan of the year."""
    found = models.Register.objects.filter(
        agency=agency, unit=None, year=year, state=models.Register.State.APPROVED
    ).select_related("agency", "unit")
    one = found.order_by("-version").first()
    if one is None or one.approved_at is None:
        return None
    on = timezone.localdate(one.approved_at)
    return registry.Fulfilment(str(one), one.get_absolute_url(), on, f"{one._meta.label_lower}:{one.pk}")


def risk_facts(risk: models.Risk) -> registry.RecordFacts:
    """What a risk says to a nonconformity opened from it: that it came true."""
    return registry.RecordFacts(
        kind=risk.get_kind_display(),
        code=risk.code,
        title=risk.event,
        url=risk.get_absolute_url(),
        unit=risk.unit,
        process=risk.process,
        clause=risk.clause.code if risk.clause else "",
        evidence=risk.consequence,
        origin="risk",
    )


def risk_from_record(record: Any, person: Person) -> Iterator[registry.RecordAction]:
    """From any record but a risk itself: write a risk down that comes from it."""
    if record._meta.label_lower not in registry.record_kinds or isinstance(record, models.Risk):
        return
    if policies.can_draft(person, person.unit):
        address = f"{reverse('risks:risk-create')}?{urlencode({'source': registry.source_key(record)})}"
        yield registry.RecordAction(_("Write a risk down"), address, "scale")


def _facts_changed(batch: DossierImport) -> None:
    """New facts: look for risks in them at once, not only tonight."""
    if models.RiskScale.objects.filter(agency=batch.agency).exists():
        suggestions_request(batch.agency)


def _searchable() -> None:
    kind = registry.add_search_kind
    kind("risks.risk", _("Risk or opportunity"), "scale", risk_index)
    kind("risks.contextissue", _("Context issue"), "globe", issue_index)
    kind("risks.interestedparty", _("Interested party"), "users", party_index)
    kind("risks.plannedchange", _("Planned change"), "git-branch", change_index)


def _settings() -> None:
    for key, default, label, words in (
        (
            "risks.cluster_days",
            90,
            _("Days in which overdue dossiers are looked for"),
            _("A suggestion names procedures whose dossiers were late in these days."),
        ),
        (
            "risks.cluster_dossiers",
            3,
            _("Late dossiers that make a cluster"),
            _("Fewer late dossiers of a procedure make no suggestion."),
        ),
        (
            "risks.cluster_percent",
            3,
            _("Share of late dossiers that makes a cluster, in per cent"),
            _("Of those resolved or open overdue in the same days."),
        ),
        (
            "risks.complaint_days",
            365,
            _("Days in which repeated complaints are looked for"),
            _("A suggestion names procedures or units with justified complaints received in these days."),
        ),
        (
            "risks.complaints",
            2,
            _("Justified complaints that make a suggestion"),
            _("Fewer justified complaints about a procedure or unit make no suggestion."),
        ),
    ):
        registry.add_setting(registry.SettingKind(key, int, default, label, words, group="risks"))
