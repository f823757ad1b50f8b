"""What the app hangs into the shell: verbs, navigation, work, search, export."""

from django.utils.translation import gettext_lazy as _

from qms import registry
from risks import models, policies
from risks.services import context, risks

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


def _index_risk(risk: models.Risk) -> None:
    if risk.state != models.Risk.State.CLOSED:
        risks.risk_index(risk)


def register() -> None:
    """Fill the registries; called once from RisksConfig.ready."""
    registry.navigation.add(
        registry.NavItem(
            "system", _("Risks and opportunities"), "risks:overview", "scale", policies.insider, order=30
        )
    )
    registry.add_topic("risks", _("Risks and opportunities"), "digest")
    registry.add_search_kind("risks.risk", _("Risk or opportunity"), "scale", _index_risk)
    registry.add_search_kind("risks.contextissue", _("Context issue"), "globe", context.index_issue)
    registry.add_search_kind("risks.interestedparty", _("Interested party"), "users", context.index_party)
    registry.add_search_kind("risks.plannedchange", _("Planned change"), "git-branch")
    registry.portable.add(*(registry.Portable(name, model) for name, model in PORTABLE))
