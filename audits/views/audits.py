"""Audits: list, page, plan, steps, meetings, report."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from django.contrib import messages
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audits import closing, papers, policies
from audits.forms import audits as forms
from audits.forms.programme import ReasonForm
from audits.models import Audit, AuditMeeting, AuditProgramme
from audits.selectors import lists
from audits.services import audits as services
from audits.services.papering import audit_paper
from audits.views.base import AUDIT_TONES, GRADE_TONES, AuditsForm, AuditsList, AuditsPage, state_tone
from documents.selectors import live
from qms import agency_settings, clock
from qms.models import AuditEntry
from qms.policies import Verdict
from qms.views.base import ActionView, ExportView

ROWS = Audit.objects.select_related(
    "agency", "programme", "drafted_by", "decision", "plan", "report"
).prefetch_related("members__person__unit")
State = Audit.State


class AuditList(AuditsList):
    """Audits of the agency, filterable."""

    template_name = "audits/audit_list.html"
    tab = "audits"
    columns_sortable = {"day": "starts_on", "code": "code", "state": "state"}

    def rows(self) -> Any:
        self.form = forms.AuditFilter(self.request.GET, agency=self.agency)
        self.form.is_valid()
        return lists.audit_list(self.person, getattr(self.form, "cleaned_data", {})).order_by(
            "-starts_on", "code"
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return context | {
            "rows": [(row, AUDIT_TONES[State(row.state)]) for row in context["rows"]],
            "form": self.form,
            "export_url": reverse("audits:audit-export"),
            "may_plan": policies.secretariat(self.person),
        }


class AuditExport(ExportView):
    """The filtered list as a workbook."""

    policy = policies.insider
    filename = "danh-gia-noi-bo.xlsx"

    def header(self) -> list[str]:
        return [
            _("Code"), _("Audit"), _("State"), _("First day"), _("Last day"), _("Audited units"), _("Team"),
            _("Major"), _("Minor"), _("Observations and strengths"),
        ]  # fmt: skip

    def lines(self) -> Iterable[Sequence[Any]]:
        form = forms.AuditFilter(self.request.GET, agency=self.agency)
        form.is_valid()
        for row in lists.audit_list(self.person, getattr(form, "cleaned_data", {})):
            yield (
                row.code,
                row.title,
                row.get_state_display(),
                row.starts_on,
                row.ends_on,
                ", ".join(dict.fromkeys(session.unit.label for session in row.sessions.all())),
                ", ".join(str(member) for member in row.members.all()),
                row.majors,
                row.minors,
                row.others,
            )


class AuditDetail(AuditsPage):
    """One audit: stages, team, sessions, meetings, findings, papers."""

    template_name = "audits/audit_detail.html"
    tab = "audits"

    def page(self) -> dict[str, Any]:
        audit = self.find(ROWS, pk=self.kwargs["pk"])
        sessions = list(lists.sessions_of(audit.sessions.all()))
        rows = audit.findings.select_related("unit", "clause").order_by("code")
        entries = AuditEntry.objects.visible_to(self.person).filter(subject_id=str(audit.pk))
        entries = entries.exclude(verb="audits.checklist.answered")[:12]
        days = int(agency_settings.get(self.agency, "audits.notice_days"))
        planning, reporting = audit.state == State.PLANNED, audit.state == State.REPORTING
        return {
            "audit": audit,
            "tone": AUDIT_TONES[State(audit.state)],
            "stages": stages(audit),
            "members": audit.members.all(),
            "sessions": sessions,
            "unanswered": sum(row.asked - row.answered for row in sessions),
            "findings": [(row, GRADE_TONES[row.grade], state_tone(row)) for row in rows],
            "meetings": meeting_rows(audit),
            "papers": paper_rows(audit),
            "missing": services.missing_for_plan(audit) if planning else [],
            "report_missing": services.missing_for_report(audit) if reporting else [],
            "open_matters": closing.open_matters(audit) if audit.state == State.REPORTED else [],
            "short_notice": audit.state in {State.PLANNED, State.NOTIFIED}
            and lists.short_notice(audit, days),
            "notice_days": days,
            "may_plan": policies.can_plan(self.person, audit),
            "may_lead": policies.can_lead(self.person, audit),
            "may_raise": policies.can_raise(self.person, audit),
            "may_close": policies.can_close(self.person, audit),
            "may_paper": policies.can_paper(self.person, audit),
            "working": audit.state in policies.WORKING,
            "trail": entries,
        }


def stages(audit: Audit) -> list[dict[str, Any]]:
    """The stage rail of an audit."""
    way = [
        (State.PLANNED, _("Plan"), audit.notified_at),
        (State.NOTIFIED, _("Notice"), audit.started_at),
        (State.UNDER_WAY, _("On site"), audit.finished_at),
        (State.REPORTING, _("Report"), audit.reported_at),
        (State.REPORTED, _("Follow-up"), audit.closed_at),
    ]
    states = [str(state) for state, _label, _when in way]
    here = states.index(audit.state) if audit.state in states else 0 if audit.cancel_reason else len(way)
    return [
        {
            "label": label,
            "state": "done" if number < here else "current" if number == here else "",
            "when": f"{timezone.localtime(when):%d/%m/%Y}" if number < here and when else "",
        }
        for number, (_state, label, when) in enumerate(way)
    ]


def meeting_rows(audit: Audit) -> list[dict[str, Any]]:
    """Opening and closing meeting, whether on record or not."""
    there = {row.kind: row for row in audit.meetings.select_related("recorded_by")}
    return [
        {
            "kind": kind,
            "label": kind.label,
            "row": there.get(kind),
            "url": reverse("audits:meeting-record", args=[audit.pk, kind]),
        }
        for kind in AuditMeeting.Kind
    ]


def paper_rows(audit: Audit) -> list[dict[str, Any]]:
    """The papers of an audit: which there are, which can be drafted now."""
    return [
        {
            "label": label,
            "paper": live(getattr(audit, field)),
            "url": reverse("audits:audit-paper", args=[audit.pk, field]),
            "ready": papers.ready(audit, field),
        }
        for field, label in (
            ("decision", _("Decision that appoints the team")),
            ("plan", _("Audit plan")),
            ("report", _("Audit report")),
        )
    ]


class AuditCreate(AuditsForm):
    """Plan an audit of the programme."""

    policy = policies.secretariat
    form_class = forms.AuditCreateForm
    tab = "audits"
    heading = gettext_lazy("Plan an audit")
    action = gettext_lazy("Save the audit")

    @property
    def programme(self) -> AuditProgramme | None:
        """The approved programme of the year."""
        rows = AuditProgramme.objects.visible_to(self.person).filter(state=AuditProgramme.State.APPROVED)
        found: AuditProgramme | None = rows.filter(year__lte=clock.today().year).order_by("-year").first()
        return found

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"programme": self.programme}

    def get_initial(self) -> dict[str, Any]:
        programme = self.programme
        texts = ("objective", "scope", "criteria")
        return {name: getattr(programme, name) for name in texts} if programme else {}

    def back(self) -> str:
        return reverse("audits:audit-list")

    def page(self) -> dict[str, Any]:
        programme = self.programme
        return {
            "about": str(programme) if programme else _("No approved programme yet; the audit stands alone.")
        }

    def act(self, form: Any) -> str:
        data = dict(form.cleaned_data)
        entries = list(data.pop("entries", []))
        made = services.audit_create(
            self.agency, acting=self.person, programme=self.programme, entries=entries, **data
        )
        return made.get_absolute_url()


class OfAudit(AuditsForm):
    """A form about one audit."""

    tab = "audits"

    @property
    def audit(self) -> Audit:
        """The audit of the address."""
        if not hasattr(self, "_audit"):
            self._audit: Audit = self.find(ROWS, pk=self.kwargs["pk"])
        return self._audit

    def back(self) -> str:
        return self.audit.get_absolute_url()

    def page(self) -> dict[str, Any]:
        return {"about": str(self.audit)}


class AuditEdit(OfAudit):
    """Change what the plan says."""

    form_class = forms.PlanForm
    heading = gettext_lazy("Change the plan")
    action = gettext_lazy("Save the plan")

    def allowed(self) -> Verdict:
        return policies.can_plan(self.person, self.audit)

    def get_initial(self) -> dict[str, Any]:
        return {name: getattr(self.audit, name) for name in services.FIELDS}

    def act(self, form: Any) -> str:
        services.audit_edit(self.audit, acting=self.person, **form.cleaned_data)
        return self.back()


class AuditStep(ActionView):
    """One step of the way; `step` is the service."""

    policy = policies.insider
    step: Any = None

    def act(self) -> str:
        audit = self.find(ROWS, pk=self.kwargs["pk"])
        url: str = type(self).step(audit, acting=self.person).get_absolute_url()
        return url


class AuditNotify(AuditStep):
    """Send the plan."""

    step = services.audit_notify


class AuditRecall(AuditStep):
    """Take the plan back."""

    step = services.audit_recall


class AuditStart(AuditStep):
    """Start the audit."""

    step = services.audit_start


class AuditFinish(AuditStep):
    """End the work on site."""

    step = services.audit_finish


class AuditResume(AuditStep):
    """Go back on site."""

    step = services.audit_resume


class AuditClose(AuditStep):
    """Close the audit."""

    step = services.audit_close


class AuditReport(OfAudit):
    """Hand in the report."""

    form_class = forms.ReportForm
    heading = gettext_lazy("Hand in the report")
    action = gettext_lazy("Hand in the report")

    def allowed(self) -> Verdict:
        return policies.can_lead(self.person, self.audit)

    def get_initial(self) -> dict[str, Any]:
        return {"conclusion": self.audit.conclusion, "recommendation": self.audit.recommendation}

    def act(self, form: Any) -> str:
        services.audit_report(self.audit, acting=self.person, **form.cleaned_data)
        return self.back()


class AuditCancel(OfAudit):
    """Give an audit up."""

    form_class = ReasonForm
    heading = gettext_lazy("Cancel the audit")
    action = gettext_lazy("Cancel the audit")

    def allowed(self) -> Verdict:
        return policies.can_plan(self.person, self.audit)

    def act(self, form: Any) -> str:
        services.audit_cancel(self.audit, acting=self.person, **form.cleaned_data)
        return self.back()


class MeetingRecord(OfAudit):
    """Write down the opening or closing meeting."""

    form_class = forms.MeetingForm
    heading = gettext_lazy("Record of the meeting")
    action = gettext_lazy("Save the record")

    def allowed(self) -> Verdict:
        return policies.can_lead(self.person, self.audit)

    def get_initial(self) -> dict[str, Any]:
        there = self.audit.meetings.filter(kind=self.kwargs["meeting"]).first()
        when = timezone.localtime(there.held_at) if there else clock.now()
        found = {"day": when.date(), "hour": f"{when:%H:%M}"}
        if there is not None:
            return found | {"place": there.place, "attendees": there.attendees, "minutes": there.minutes}
        people = [f"{row.person} ({row.get_post_display()})" for row in self.audit.members.all()]
        return found | {"attendees": "\n".join(people)}

    def proposed(self) -> Collection[str]:
        there = self.audit.meetings.filter(kind=self.kwargs["meeting"]).exists()
        return () if there else ("day", "hour")

    def page(self) -> dict[str, Any]:
        label = AuditMeeting.Kind(self.kwargs["meeting"]).label
        return {"about": f"{label} · {self.audit}"}

    def act(self, form: Any) -> str:
        data = dict(form.cleaned_data)
        held_at = forms.moment(data.pop("day"), data.pop("hour"))
        services.meeting_record(
            self.audit, acting=self.person, kind=self.kwargs["meeting"], held_at=held_at, **data
        )
        return self.back()


class AuditPaper(OfAudit):
    """Draft the decision, the plan or the report as an official paper."""

    form_class = forms.PaperForm
    heading = gettext_lazy("Draft the paper")
    action = gettext_lazy("Draft the paper")

    def allowed(self) -> Verdict:
        return policies.can_paper(self.person, self.audit)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"agency": self.agency}

    def act(self, form: Any) -> str:
        paper = audit_paper(
            self.audit, field=self.kwargs["audit_paper"], acting=self.person, **form.cleaned_data
        )
        messages.success(self.request, _("The paper is drafted; it goes its way from here."))
        url: str = paper.get_absolute_url()
        return url
