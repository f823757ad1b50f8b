"""Team and sessions of an audit, and the auditors of the agency."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.contrib import messages
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audits import policies
from audits.forms import audits as forms
from audits.forms.programme import CompetenceForm
from audits.models import AuditMember, AuditSession
from audits.selectors import independence
from audits.selectors.units import audited_units, auditors, is_competent
from audits.services import sessions as services
from audits.services.programmes import competence_record
from audits.views.audits import ROWS, OfAudit
from audits.views.base import AuditsForm, AuditsPage
from qms import clock
from qms.exceptions import Invalid, Problem
from qms.models import Agency, OrgUnit
from qms.policies import Verdict
from qms.views.base import ActionView, ExportView


class MemberAdd(OfAudit):
    """Take somebody into the team."""

    form_class = forms.MemberForm
    heading = gettext_lazy("New member of the team")
    action = gettext_lazy("Add to the team")

    def allowed(self) -> Verdict:
        return policies.can_plan(self.person, self.audit)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"agency": self.agency, "audit": self.audit}

    def act(self, form: Any) -> str:
        services.member_add(self.audit, acting=self.person, **form.cleaned_data)
        return self.back()


class MemberRemove(ActionView):
    """Take somebody out of the team."""

    policy = policies.insider

    def act(self) -> str:
        rows = AuditMember.objects.select_related("audit", "person")
        member = self.find(rows, pk=self.kwargs["pk"])
        services.member_remove(member, acting=self.person)
        url: str = member.audit.get_absolute_url()
        return url


class TeamAppoint(OfAudit):
    """Say which decision appoints the team."""

    guarded = False
    form_class = forms.AppointForm
    heading = gettext_lazy("Decision issued outside the portal")
    action = gettext_lazy("Appoint the team")

    def allowed(self) -> Verdict:
        return policies.can_plan(self.person, self.audit)

    def get_initial(self) -> dict[str, Any]:
        return {"on": clock.today()}

    def act(self, form: Any) -> str:
        services.team_appoint(self.audit, acting=self.person, **form.cleaned_data)
        return self.back()


class TeamRelease(ActionView):
    """Take the appointment back."""

    policy = policies.insider

    def act(self) -> str:
        audit = self.find(ROWS, pk=self.kwargs["pk"])
        return services.team_release(audit, acting=self.person).get_absolute_url()


class AuditorsPropose(ActionView):
    """Give every session an independent auditor of the team."""

    policy = policies.insider

    def act(self) -> str:
        audit = self.find(ROWS, pk=self.kwargs["pk"])
        for words in services.auditors_propose(audit, acting=self.person):
            messages.warning(self.request, words)
        url: str = audit.get_absolute_url()
        return url


class SessionAdd(OfAudit):
    """Add a session."""

    guarded = False
    form_class = forms.SessionForm
    template_name = "audits/session_form.html"
    heading = gettext_lazy("New session")
    action = gettext_lazy("Add the session")

    def allowed(self) -> Verdict:
        return policies.can_plan(self.person, self.audit)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"agency": self.agency, "audit": self.audit}

    def get_initial(self) -> dict[str, Any]:
        return {"day": self.audit.starts_on, "starts": "08:00", "ends": "11:00"}

    def page(self) -> dict[str, Any]:
        return super().page() | {"candidates": candidates(self.audit)}

    def act(self, form: Any) -> str:
        with at_its_field():
            services.session_add(self.audit, acting=self.person, **form.values())
        return self.back()


@contextmanager
def at_its_field() -> Iterator[None]:
    """Problems of begin and end stand at the fields that day and hours were typed into."""
    places = {"starts_at": "day", "ends_at": "ends"}
    try:
        yield
    except Invalid as error:
        raise Invalid(
            [Problem(places.get(one.where, one.where), one.message) for one in error.problems]
        ) from error


def candidates(audit: Any) -> list[dict[str, Any]]:
    """Members of the team with the units they may not audit, shown beside the form."""
    known = independence.history(audit.agency, audit.starts_on, audit.ends_on)
    units = list(audited_units(audit.agency))
    found = []
    for member in audit.members.prefetch_related("person__role_assignments"):
        bars = [
            unit for unit in units if independence.barred(independence.grounds(member.person, unit, known))
        ]
        found.append({"member": member, "bars": bars})
    return found


class SessionEdit(AuditsForm):
    """Change a session and who holds it."""

    form_class = forms.SessionForm
    template_name = "audits/session_form.html"
    tab = "audits"
    heading = gettext_lazy("Change the session")
    action = gettext_lazy("Save the session")

    @property
    def session(self) -> AuditSession:
        """The session of the address."""
        if not hasattr(self, "_session"):
            rows = AuditSession.objects.select_related("audit__agency", "unit", "procedure")
            self._session: AuditSession = self.find(rows, pk=self.kwargs["pk"])
        return self._session

    def allowed(self) -> Verdict:
        return policies.can_plan(self.person, self.session.audit)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"agency": self.agency, "audit": self.session.audit}

    def get_initial(self) -> dict[str, Any]:
        session = self.session
        start, end = timezone.localtime(session.starts_at), timezone.localtime(session.ends_at)
        return {
            "unit": session.unit,
            "process": session.process,
            "procedure": session.procedure,
            "day": start.date(),
            "starts": f"{start:%H:%M}",
            "ends": f"{end:%H:%M}",
            "clauses": session.clauses.all(),
            "auditors": session.auditors.all(),
        }

    def back(self) -> str:
        return self.session.audit.get_absolute_url()

    def page(self) -> dict[str, Any]:
        return {"about": str(self.session.audit), "candidates": candidates(self.session.audit)}

    def act(self, form: Any) -> str:
        with at_its_field():
            services.session_edit(self.session, acting=self.person, **form.values())
        return self.back()


class SessionRemove(ActionView):
    """Take a session out of the plan."""

    policy = policies.insider

    def act(self) -> str:
        rows = AuditSession.objects.select_related("audit", "unit")
        session = self.find(rows, pk=self.kwargs["pk"])
        services.session_remove(session, acting=self.person)
        url: str = session.audit.get_absolute_url()
        return url


class AuditorList(AuditsPage):
    """Auditors with their competence, and which units each may audit today."""

    template_name = "audits/auditor_list.html"
    tab = "auditors"

    def page(self) -> dict[str, Any]:
        rows, units, since = register(self.agency)
        return {
            "rows": rows,
            "units": units,
            "since": since,
            "may_record": policies.secretariat(self.person),
            "export_url": reverse("audits:auditor-export"),
        }


def register(agency: Agency) -> tuple[list[dict[str, Any]], list[OrgUnit], dt.date]:
    """Auditors with what stands against each at every unit; the units of today; the day looked back to."""
    today = clock.today()
    known = independence.history(agency, today, today)
    units = list(audited_units(agency))
    rows = []
    for person in auditors(agency, today):
        cells = [(unit, independence.grounds(person, unit, known)) for unit in units]
        rows.append(
            {
                "person": person,
                "competent": is_competent(person, today),
                "competences": person.auditor_competences.all(),
                "cells": [
                    {
                        "unit": unit,
                        "bars": independence.barred(found),
                        "words": " ".join(ground.text for ground in found),
                    }
                    for unit, found in cells
                ],
            }
        )
    return rows, units, known.since


class AuditorExport(ExportView):
    """Auditors as a workbook: competences, and the units each may not audit today, with the reason."""

    policy = policies.insider
    filename = "danh-gia-vien.xlsx"

    def header(self) -> list[str]:
        return [
            _("Auditor"), _("Position"), _("Unit"), _("Kind"), _("Competence"), _("Issued by"),
            _("Obtained on"), _("Valid to"), _("In force today"), _("May not audit"), _("Reason"),
        ]  # fmt: skip

    def lines(self) -> Iterable[Sequence[Any]]:
        today = clock.today()
        rows, _units, _since = register(self.agency)
        for row in rows:
            person = row["person"]
            bars = [cell for cell in row["cells"] if cell["bars"]]
            last = (
                ", ".join(cell["unit"].label for cell in bars),
                " ".join(dict.fromkeys(cell["bars"] for cell in bars)),
            )
            start = (person.full_name, person.position, person.unit.name if person.unit else "")
            for one in row["competences"]:
                holds = one.obtained_on <= today and (one.valid_to is None or today <= one.valid_to)
                what = (one.get_kind_display(), one.title, one.issuer, one.obtained_on, one.valid_to)
                yield (*start, *what, _("Yes") if holds else _("No"), *last)
            if not row["competences"]:
                yield (*start, "", "", "", None, None, _("No"), *last)


class CompetenceAdd(AuditsForm):
    """Record the competence of an auditor."""

    policy = policies.secretariat
    form_class = CompetenceForm
    tab = "auditors"
    heading = gettext_lazy("Competence of an auditor")
    action = gettext_lazy("Record the competence")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"agency": self.agency}

    def get_initial(self) -> dict[str, Any]:
        return {"person": self.request.GET.get("person")}

    def back(self) -> str:
        return reverse("audits:auditor-list")

    def act(self, form: Any) -> str:
        data = dict(form.cleaned_data)
        made = competence_record(data.pop("person"), acting=self.person, **data)
        messages.success(self.request, _("Recorded: %(what)s") % {"what": made})
        return self.back()
