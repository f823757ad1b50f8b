"""What every page of audits shares: its tabs and who may come in."""

from typing import Any, ClassVar

from django.urls import reverse
from django.utils.translation import gettext as _

from audits import policies
from audits.models import Audit, Finding
from qms.models import Person
from qms.views.base import FormPage, ListPage, PageView


def tabs_for(person: Person, current: str) -> list[dict[str, Any]]:
    """The tabs above the pages of audits."""
    entries: list[tuple[str, str, str, int | None]] = [
        ("overview", _("Overview"), "audits:overview", None),
        ("programme", _("Programme"), "audits:programme-list", None),
        ("coverage", _("Three-year coverage"), "audits:coverage", None),
        ("audits", _("Audits"), "audits:audit-list", None),
        ("findings", _("Findings"), "audits:finding-list", None),
        ("auditors", _("Auditors"), "audits:auditor-list", None),
        ("library", _("Questions"), "audits:question-list", None),
    ]
    return [
        {"label": label, "url": reverse(name), "current": key == current, "count": count}
        for key, label, name, count in entries
    ]


class InApp:
    """Adds the tabs; `tab` says which one the page belongs to."""

    policy: ClassVar[Any] = policies.insider
    tab = ""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The page with its tabs."""
        context: dict[str, Any] = super().get_context_data(**kwargs)  # type: ignore[misc]
        return {"tabs": tabs_for(self.person, self.tab)} | context  # type: ignore[attr-defined]


class AuditsPage(InApp, PageView):
    """A page of audits."""


class AuditsList(InApp, ListPage):
    """A list of audits."""


class AuditsForm(InApp, FormPage):
    """A form of audits: `heading`, `action` (verb and object on the button), `back`."""

    template_name = "audits/form.html"
    heading: Any = ""
    action: Any = ""

    def back(self) -> str:
        """Where “Not yet” leads."""
        return reverse("audits:overview")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The form with its words."""
        words = {"heading": self.heading, "action": self.action, "back": self.back()}
        return words | super().get_context_data(**kwargs)


GRADE_TONES: dict[str, str] = {
    Finding.Grade.MAJOR: "not_achieved",
    Finding.Grade.MINOR: "at_risk",
    Finding.Grade.OBSERVATION: "in_progress",
    Finding.Grade.STRENGTH: "achieved",
}

AUDIT_TONES: dict[str, str] = {
    Audit.State.PLANNED: "draft",
    Audit.State.NOTIFIED: "not_due",
    Audit.State.UNDER_WAY: "in_progress",
    Audit.State.REPORTING: "in_review",
    Audit.State.REPORTED: "submitted",
    Audit.State.CLOSED: "closed",
    Audit.State.CANCELLED: "cancelled",
}
FINDING_TONES: dict[str, str] = {
    Finding.State.RAISED: "waiting",
    Finding.State.ACKNOWLEDGED: "done",
    Finding.State.DISPUTED: "at_risk",
    Finding.State.UPHELD: "active",
    Finding.State.WITHDRAWN: "cancelled",
}


def state_tone(finding: Finding) -> str:
    """The tone of a finding's state; empty for a strength, which waits for nobody."""
    if finding.grade == Finding.Grade.STRENGTH and finding.state == Finding.State.RAISED:
        return ""
    return FINDING_TONES[finding.state]
