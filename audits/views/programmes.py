"""The programme of a year: its page, matrix, entries, proposals, steps."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib import messages
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audits import policies
from audits.forms import programme as forms
from audits.forms.audits import PaperForm
from audits.models import AuditProgramme, ProgrammeEntry
from audits.selectors.coverage import programme_grid
from audits.selectors.proposals import proposals
from audits.services import programmes as services
from audits.services.papering import programme_paper
from audits.views.base import AuditsForm, AuditsList, AuditsPage
from documents.selectors import live
from qms import clock
from qms.models import AuditEntry
from qms.policies import Verdict
from qms.views.base import ActionView, ExportView

ROWS = AuditProgramme.objects.select_related("agency", "drafted_by", "approved_by", "paper")
State = AuditProgramme.State
TONES = {State.DRAFT: "draft", State.SUBMITTED: "submitted", State.APPROVED: "approved"}


class ProgrammeList(AuditsList):
    """Programmes of all years."""

    template_name = "audits/programme_list.html"
    tab = "programme"

    def rows(self) -> Any:
        return ROWS.visible_to(self.person).prefetch_related("entries").order_by("-year")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        rows = [(row, TONES[State(row.state)]) for row in context["rows"]]
        return context | {"rows": rows, "may_open": policies.secretariat(self.person)}


class ProgrammeListExport(ExportView):
    """Every programme with its entries counted, as a workbook."""

    policy = policies.insider
    filename = "cac-chuong-trinh-danh-gia.xlsx"

    def header(self) -> list[str]:
        return [
            *(_("Year"), _("Version"), _("State"), _("Entries"), _("Units"), _("Clauses of the standard")),
            *(_("Objective"), _("Scope"), _("Criteria"), _("Drafted by"), _("Approved by"), _("Approved on")),
        ]

    def lines(self) -> Iterable[Sequence[Any]]:
        rows: Any = ROWS.visible_to(self.person).prefetch_related("entries__unit", "entries__clauses")
        for one in rows.order_by("-year"):
            entries = list(one.entries.all())
            units = dict.fromkeys(entry.unit.label for entry in entries)
            codes = {clause.code: clause.order for entry in entries for clause in entry.clauses.all()}
            yield [
                *(one.year, one.version, one.get_state_display(), len(entries), ", ".join(units)),
                *(", ".join(sorted(codes, key=lambda code: codes[code])), one.objective, one.scope),
                *(one.criteria, str(one.drafted_by or ""), str(one.approved_by or "")),
                timezone.localdate(one.approved_at) if one.approved_at else None,
            ]


class ProgrammeDetail(AuditsPage):
    """One programme: matrix, entries, warnings, proposals."""

    template_name = "audits/programme_detail.html"
    tab = "programme"

    def page(self) -> dict[str, Any]:
        programme = self.find(ROWS, pk=self.kwargs["pk"])
        may_edit = policies.can_edit_programme(self.person, programme)
        grid = programme_grid(programme)
        rows = programme.entries.select_related("unit").prefetch_related("clauses")
        trail = AuditEntry.objects.visible_to(self.person).filter(subject_id=str(programme.pk))[:10]
        return {
            "programme": programme,
            "tone": TONES[State(programme.state)],
            "stages": stages(programme),
            "grid": grid,
            "uncovered": grid.uncovered(),
            "entries": rows,
            "proposals": proposals(programme) if may_edit else [],
            "may_edit": may_edit,
            "may_steer": policies.can_steer_programme(self.person, programme),
            "may_decide": policies.can_decide_programme(self.person, programme),
            "paper": live(programme.paper),
            "audits": programme.audits.order_by("starts_on"),
            "trail": trail,
        }


def stages(programme: AuditProgramme) -> list[dict[str, Any]]:
    """The stage rail of a programme."""
    way = [(State.DRAFT, _("Draft")), (State.SUBMITTED, _("Approval")), (State.APPROVED, _("Approved"))]
    here = [state for state, _label in way].index(State(programme.state))
    here = 3 if programme.state == State.APPROVED else here
    whens = [programme.submitted_at, programme.approved_at, programme.approved_at]
    return [
        {
            "label": label,
            "state": "done" if number < here else "current" if number == here else "",
            "when": f"{whens[number]:%d/%m/%Y}" if number < here and whens[number] else "",
        }
        for number, (_state, label) in enumerate(way)
    ]


class ProgrammeOpen(AuditsForm):
    """Open the programme of a year."""

    policy = policies.secretariat
    form_class = forms.ProgrammeOpenForm
    tab = "programme"
    heading = gettext_lazy("Open the audit programme of a year")
    action = gettext_lazy("Open the programme")

    def get_initial(self) -> dict[str, Any]:
        return {"year": clock.today().year}

    def back(self) -> str:
        return reverse("audits:programme-list")

    def act(self, form: Any) -> str:
        year = form.cleaned_data["year"]
        return services.programme_open(self.agency, acting=self.person, year=year).get_absolute_url()


class OfProgramme(AuditsForm):
    """A form about one programme."""

    tab = "programme"

    @property
    def programme(self) -> AuditProgramme:
        """The programme of the address."""
        if not hasattr(self, "_programme"):
            self._programme: AuditProgramme = self.find(ROWS, pk=self.kwargs["pk"])
        return self._programme

    def back(self) -> str:
        return self.programme.get_absolute_url()

    def page(self) -> dict[str, Any]:
        return {"about": str(self.programme)}


class ProgrammeEdit(OfProgramme):
    """Edit objective, scope and criteria."""

    form_class = forms.ProgrammeForm
    heading = gettext_lazy("Objective, scope and criteria")
    action = gettext_lazy("Save the programme")

    def allowed(self) -> Verdict:
        return policies.can_edit_programme(self.person, self.programme)

    def get_initial(self) -> dict[str, Any]:
        return {name: getattr(self.programme, name) for name in services.TEXTS}

    def act(self, form: Any) -> str:
        services.programme_edit(self.programme, acting=self.person, **form.cleaned_data)
        return self.back()


class EntryAdd(OfProgramme):
    """Add a line."""

    guarded = False
    form_class = forms.EntryForm
    heading = gettext_lazy("New entry of the programme")
    action = gettext_lazy("Add the entry")

    def allowed(self) -> Verdict:
        return policies.can_edit_programme(self.person, self.programme)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"agency": self.agency}

    def get_initial(self) -> dict[str, Any]:
        return {"unit": self.request.GET.get("unit"), "month": 7}

    def act(self, form: Any) -> str:
        services.entry_add(self.programme, acting=self.person, **form.cleaned_data)
        return self.back()


class EntryEdit(AuditsForm):
    """Change a line."""

    form_class = forms.EntryForm
    tab = "programme"
    heading = gettext_lazy("Change the entry")
    action = gettext_lazy("Save the entry")

    @property
    def entry(self) -> ProgrammeEntry:
        """The entry of the address."""
        rows = ProgrammeEntry.objects.select_related("programme__agency", "unit")
        found: ProgrammeEntry = self.find(rows, pk=self.kwargs["pk"])
        return found

    def allowed(self) -> Verdict:
        return policies.can_edit_programme(self.person, self.entry.programme)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"agency": self.agency}

    def get_initial(self) -> dict[str, Any]:
        entry = self.entry
        names = ("unit", "process", "month", "method", "criteria", "reason")
        return {name: getattr(entry, name) for name in names} | {"clauses": entry.clauses.all()}

    def back(self) -> str:
        return self.entry.programme.get_absolute_url()

    def page(self) -> dict[str, Any]:
        return {"about": str(self.entry.programme)}

    def act(self, form: Any) -> str:
        services.entry_edit(self.entry, acting=self.person, **form.cleaned_data)
        return self.back()


class EntryRemove(ActionView):
    """Take a line out."""

    policy = policies.insider

    def act(self) -> str:
        rows = ProgrammeEntry.objects.select_related("programme__agency", "unit")
        entry = self.find(rows, pk=self.kwargs["pk"])
        services.entry_remove(entry, acting=self.person)
        url: str = entry.programme.get_absolute_url()
        return url


class ProposalTake(ActionView):
    """One click makes an entry of a proposal."""

    policy = policies.insider

    def act(self) -> str:
        programme = self.find(ROWS, pk=self.kwargs["pk"])
        key = self.request.POST.get("key", "")
        entry = services.proposal_take(programme, acting=self.person, key=key)
        messages.success(self.request, _("Added to the programme: %(entry)s") % {"entry": entry})
        url: str = programme.get_absolute_url()
        return url


class ProgrammeSubmit(ActionView):
    """Send the programme for approval."""

    policy = policies.insider

    def act(self) -> str:
        programme = self.find(ROWS, pk=self.kwargs["pk"])
        return services.programme_submit(programme, acting=self.person).get_absolute_url()


class ProgrammeApprove(ActionView):
    """Approve the programme."""

    policy = policies.insider

    def act(self) -> str:
        programme = self.find(ROWS, pk=self.kwargs["pk"])
        return services.programme_approve(programme, acting=self.person).get_absolute_url()


class ProgrammeReturn(OfProgramme):
    """Send the programme back."""

    form_class = forms.ReasonForm
    heading = gettext_lazy("Return the programme")
    action = gettext_lazy("Return the programme")

    def allowed(self) -> Verdict:
        return policies.can_decide_programme(self.person, self.programme)

    def act(self, form: Any) -> str:
        services.programme_return(self.programme, acting=self.person, **form.cleaned_data)
        return self.back()


class ProgrammeRevise(OfProgramme):
    """Take an approved programme up again."""

    form_class = forms.ReasonForm
    heading = gettext_lazy("Revise the programme")
    action = gettext_lazy("Revise the programme")

    def allowed(self) -> Verdict:
        return policies.can_steer_programme(self.person, self.programme)

    def act(self, form: Any) -> str:
        services.programme_revise(self.programme, acting=self.person, **form.cleaned_data)
        return self.back()


class ProgrammePaper(OfProgramme):
    """Draft the approved programme as an official paper."""

    form_class = PaperForm
    heading = gettext_lazy("Draft the paper")
    action = gettext_lazy("Draft the paper")

    def allowed(self) -> Verdict:
        return policies.can_steer_programme(self.person, self.programme)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"agency": self.agency}

    def act(self, form: Any) -> str:
        paper = programme_paper(self.programme, acting=self.person, **form.cleaned_data)
        messages.success(self.request, _("The paper is drafted; it goes its way from here."))
        url: str = paper.get_absolute_url()
        return url


class ProgrammeExport(ExportView):
    """The entries of a programme as a workbook."""

    policy = policies.insider
    filename = "chuong-trinh-danh-gia.xlsx"

    def header(self) -> list[str]:
        return [
            _("Unit"), _("Process or procedure"), _("Clauses"), _("Month"), _("Method"), _("Criteria"),
            _("Why"), _("Reason"), _("Last result"),
        ]  # fmt: skip

    def lines(self) -> Iterable[Sequence[Any]]:
        programme = self.find(ROWS, pk=self.kwargs["pk"])
        for entry in programme.entries.select_related("unit").prefetch_related("clauses"):
            yield (
                entry.unit.name,
                entry.process,
                ", ".join(clause.code for clause in entry.clauses.all()),
                entry.month,
                entry.get_method_display(),
                entry.criteria or programme.criteria,
                entry.get_origin_display(),
                entry.reason,
                entry.last_result,
            )
