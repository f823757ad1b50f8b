"""What of risks is evidence: context (4.1, 4.2), registers and actions (6.1), planned changes (6.3)."""

import datetime as dt
from typing import Any

from django.db.models import Max, Q
from django.db.models.functions import Coalesce, TruncDate
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from qms import history, registry
from qms.models import Agency
from risks.models import ActionJudgement, ContextIssue, InterestedParty, PlannedChange, Register
from risks.policies import insider


def _looked_at(model: Any, agency: Agency, on: dt.date) -> registry.EvidenceFound:
    """Issues or parties that hold, by the day they were last looked at, else written down."""
    rows = (
        history.holding(model.objects.filter(agency=agency), on, agency, active=True)
        .annotate(
            seen=Coalesce(
                Max("reviews__reviewed_on", filter=Q(reviews__reviewed_on__lte=on)), TruncDate("created_at")
            )
        )
        .filter(seen__lte=on)
        .order_by("-seen", "-created_at")
    )
    return registry.EvidenceFound.of(
        rows, lambda one: registry.Evidence(str(one), one.get_absolute_url(), one.seen, "active", _("Holds"))
    )


def issues(agency: Agency, on: dt.date) -> registry.EvidenceFound:
    """External and internal issues."""
    return _looked_at(ContextIssue, agency, on)


def parties(agency: Agency, on: dt.date) -> registry.EvidenceFound:
    """Interested parties."""
    return _looked_at(InterestedParty, agency, on)


def registers(agency: Agency, on: dt.date) -> registry.EvidenceFound:
    """Registers that had been approved."""
    rows = Register.objects.filter(agency=agency, approved_at__lt=registry.day_after(on))

    def make(one: Register) -> registry.Evidence:
        assert one.approved_at is not None
        return registry.Evidence(
            str(one), one.get_absolute_url(), timezone.localdate(one.approved_at), "approved"
        )

    return registry.EvidenceFound.of(rows.select_related("agency", "unit").order_by("-approved_at"), make)


def judgements(agency: Agency, on: dt.date) -> registry.EvidenceFound:
    """Actions on risks and opportunities whose effect was judged."""
    rows = ActionJudgement.objects.filter(agency=agency, judged_on__lte=on).select_related("action")

    def make(one: ActionJudgement) -> registry.Evidence:
        state = "achieved" if one.verdict == ActionJudgement.Verdict.EFFECTIVE else "not_achieved"
        word = one.get_verdict_display()
        return registry.Evidence(str(one.action), one.action.get_absolute_url(), one.judged_on, state, word)

    return registry.EvidenceFound.of(rows.order_by("-judged_on", "-created_at"), make)


def changes(agency: Agency, on: dt.date) -> registry.EvidenceFound:
    """Planned changes that had been approved, and those carried out since."""
    kept = (PlannedChange.State.APPROVED, PlannedChange.State.DONE)
    rows = PlannedChange.objects.filter(agency=agency, state__in=kept, decided_at__lt=registry.day_after(on))

    def make(one: PlannedChange) -> registry.Evidence:
        assert one.decided_at is not None
        over = one.concluded_on is not None and one.concluded_on <= on
        day = one.concluded_on if over and one.concluded_on else timezone.localdate(one.decided_at)
        return registry.Evidence(str(one), one.get_absolute_url(), day, "done" if over else "approved")

    return registry.EvidenceFound.of(rows.order_by("-decided_at"), make)


def register() -> None:
    """Tell the registry."""
    kind = registry.EvidenceProvider
    registry.evidence.add(
        kind("context_issues", _("External and internal issues"), ("4.1",), issues, insider),
        kind("parties", _("Interested parties"), ("4.2",), parties, insider),
        kind("risk_registers", _("Registers of risks and opportunities"), ("6.1",), registers, insider),
        kind("risk_judgements", _("Effect of actions judged"), ("6.1.2", "9.1.3"), judgements, insider),
        kind("changes", _("Planned changes"), ("6.3",), changes, insider),
    )
