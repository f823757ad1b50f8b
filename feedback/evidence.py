"""What of feedback is evidence: communication with citizens (8.2.1) and their satisfaction (9.1.2)."""

import datetime as dt

from django.utils.translation import gettext_lazy as _

from feedback.models import Feedback, SatisfactionReport
from feedback.policies import insider
from qms import registry
from qms.models import Agency


def cases(agency: Agency, on: dt.date) -> registry.EvidenceFound:
    """Complaints and suggestions received by the day, and whether they had been answered."""
    rows = Feedback.objects.filter(agency=agency, received_on__lte=on)

    def make(one: Feedback) -> registry.Evidence:
        done = one.answered_on is not None and one.answered_on <= on
        day = one.answered_on if done and one.answered_on else one.received_on
        state, word = ("done", _("Answered")) if done else ("in_progress", _("Being handled"))
        return registry.Evidence(str(one), one.get_absolute_url(), day, state, word)

    return registry.EvidenceFound.of(rows.order_by("-received_on", "-code"), make)


def satisfied(agency: Agency, on: dt.date) -> registry.EvidenceFound:
    """Answers that citizens were asked about."""
    rows = Feedback.objects.filter(agency=agency, satisfaction_on__lte=on)

    def make(one: Feedback) -> registry.Evidence:
        assert one.satisfaction_on is not None
        good = one.satisfaction == Feedback.Satisfaction.SATISFIED
        state = "achieved" if good else "not_achieved"
        word = one.get_satisfaction_display()
        return registry.Evidence(str(one), one.get_absolute_url(), one.satisfaction_on, state, word)

    return registry.EvidenceFound.of(rows.order_by("-satisfaction_on", "-code"), make)


def reports(agency: Agency, on: dt.date) -> registry.EvidenceFound:
    """Yearly reports that had been approved."""
    rows = SatisfactionReport.objects.filter(agency=agency, approved_on__lte=on)

    def make(one: SatisfactionReport) -> registry.Evidence:
        assert one.approved_on is not None
        return registry.Evidence(str(one), one.get_absolute_url(), one.approved_on, "approved")

    return registry.EvidenceFound.of(rows.order_by("-approved_on"), make)


def register() -> None:
    """Tell the registry."""
    kind = registry.EvidenceProvider
    registry.evidence.add(
        kind("feedback", _("Complaints and suggestions of citizens"), ("8.2.1",), cases, insider),
        kind("feedback_satisfaction", _("Satisfaction with answers"), ("9.1.2",), satisfied, insider),
        kind("satisfaction_reports", _("Yearly reports on satisfaction"), ("9.1.2",), reports, insider),
    )
