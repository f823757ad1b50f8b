"""The list of risks and opportunities, the page of one, and the forms that change it."""

import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dossiers.models import Dossier
from objectives.models import Target
from qms import clock, registry
from qms.models import AuditEntry, OrgUnit
from qms.policies import Verdict
from qms.views.base import ActionView, ExportView
from risks import charts, policies
from risks.forms import risks as forms
from risks.models import ContextIssue, InterestedParty, PlannedChange, Risk, RiskScore, RiskSource
from risks.selectors import risks as reading
from risks.selectors.scale import scale_in_force, scales_of, word_levels
from risks.services import risks as services
from risks.services import sheets
from risks.services.suggestions import clause_near
from risks.views.base import RisksForm, RisksList, RisksPage

SOURCE_KINDS = {
    "objective": RiskSource.Kind.OBJECTIVE,
    "dossier": RiskSource.Kind.DOSSIERS,
    "nonconformity": RiskSource.Kind.NONCONFORMITY,
    "finding": RiskSource.Kind.NONCONFORMITY,
    "complaint": RiskSource.Kind.COMPLAINT,
}
"""What kind of source a record is, by the origin it names."""


ORIGINS: dict[str, Any] = {"issue": ContextIssue, "party": InterestedParty, "change": PlannedChange}
"""What an address may name as the origin of a new entry: `?issue=`, `?party=`, `?change=` and its key."""


class RiskList(RisksList):
    """Every risk and opportunity, filterable."""

    keys_first = True
    template_name = "risks/risk_list.html"
    tab = "list"
    columns_sortable = {
        "code": "code",
        "unit": "unit__order",
        "before": "before_value",
        "now": "value",
        "review": "next_review_on",
    }

    def rows(self) -> Any:
        self.form = forms.RiskFilter(self.request.GET, agency=self.agency)
        self.form.is_valid()
        asked = getattr(self.form, "cleaned_data", {})
        return reading.with_actions(reading.risk_list(self.person, asked))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return context | {
            "rows": word_levels(context["rows"], scales_of(self.agency)),
            "form": self.form,
            "export_url": reverse("risks:risk-export"),
            "may_draft": policies.can_draft(self.person, self.person.unit),
            "today": clock.today(),
        }


class RiskExport(ExportView):
    """The filtered list as a workbook, in the columns that the import reads."""

    policy = policies.insider
    filename = "rui-ro-co-hoi.xlsx"

    def header(self) -> list[str]:
        return [str(title) for title in sheets.titles()]

    def lines(self) -> Iterable[Sequence[Any]]:
        form = forms.RiskFilter(self.request.GET, agency=self.agency)
        form.is_valid()
        rows = reading.risk_list(self.person, getattr(form, "cleaned_data", {}))
        rows = rows.prefetch_related("actions__owner", "sources")
        yield from sheets.lines(word_levels(rows, scales_of(self.agency)))


class RiskDetail(RisksPage):
    """One risk or opportunity with its line of scores, actions and trail."""

    template_name = "risks/risk_detail.html"
    tab = "list"

    def page(self) -> dict[str, Any]:
        risk = self.find(reading.risk_detail(self.person), pk=self.kwargs["pk"])
        word_levels([risk], scales_of(self.agency))
        scores = list(risk.scores.all())
        band = risk.scale.scale.of(risk.kind).band_of(risk.value) if risk.scale else None
        trail = AuditEntry.objects.visible_to(self.person).filter(subject_id=str(risk.pk))[:12]
        return {
            "risk": risk,
            "scores": scores,
            "chart": charts.score_line(scores, risk.kind),
            "axes": risk.scale.scale.of(risk.kind) if risk.scale else None,
            "band": band,
            "needs_leader": bool(band and band.needs_leader and risk.treatment == Risk.Treatment.ACCEPT),
            "hint": services.wording_hint(risk.event) if risk.is_risk else "",
            "may_edit": policies.can_edit(self.person, risk),
            "may_library": policies.in_secretariat(self.person),
            "may_accept": policies.can_accept(self.person, risk),
            "rows": risk.rows.select_related("register__unit").order_by("-register__year"),
            "touches": risk.touched_by.select_related("change").order_by("-change__takes_effect_on"),
            "trail": trail,
            "actions": [_action_row(action) for action in risk.actions.all()],
            "today": clock.today(),
        }


def _action_row(action: Any) -> dict[str, Any]:
    return {
        "action": action,
        "status": action.status_on(clock.today()),
        "judge": action.state == action.State.DONE,
    }


class RiskCreate(RisksForm):
    """Write a new risk or opportunity down."""

    form_class = forms.RiskForm
    template_name = "risks/risk_form.html"
    tab = "list"
    action = gettext_lazy("Save the entry")

    @property
    def kind(self) -> str:
        """Risk unless the address asks for an opportunity."""
        asked = self.request.GET.get("kind")
        return Risk.Kind.OPPORTUNITY if asked == Risk.Kind.OPPORTUNITY else Risk.Kind.RISK

    @property
    def unit(self) -> OrgUnit | None:
        """The unit in the address (“-”: the whole agency), else the person's own."""
        asked = self.request.GET.get("unit", "")
        if asked == "-":
            return None
        if asked:
            unit: OrgUnit = self.find(OrgUnit, pk=_key(asked))
            return unit
        if self.source is not None and policies.can_draft(self.person, self.source[1].unit):
            return self.source[1].unit or self.person.unit
        return self.person.unit

    @property
    def heading(self) -> str:
        """What is written down."""
        return _("New opportunity") if self.kind == Risk.Kind.OPPORTUNITY else _("New risk")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"agency": self.agency, "kind": self.kind}

    def page(self) -> dict[str, Any]:
        unit = self.unit
        may = policies.can_draft(self.person, unit)
        return {
            "unit": unit,
            "may": may,
            "kind": self.kind,
            "source": self.source and self.source[1],
            "origin": self.origin,
        }

    @cached_property
    def origin(self) -> Any:
        """The issue, party or planned change the entry comes from, when the address names one."""
        for name, model in ORIGINS.items():
            if self.request.GET.get(name):
                return self.find(model, pk=_key(self.request.GET[name]))
        return None

    @cached_property
    def source(self) -> Any:
        """The record the entry comes from and what it says, when the address names one."""
        return registry.source_find(self.person, self.request.GET.get("source", ""))

    def get_initial(self) -> dict[str, Any]:
        if self.source is None:
            return {}
        record, facts = self.source
        found: dict[str, Any] = {"process": facts.process, "consequence": facts.evidence}
        if facts.clause:
            found["clause"] = clause_near(facts.clause)
        if isinstance(record, Dossier):
            found["procedure"] = record.procedure_id
        return found

    def act(self, form: Any) -> str:
        sources: tuple[dict[str, Any], ...] = ()
        if self.origin is not None:
            name = next(name for name, model in ORIGINS.items() if isinstance(self.origin, model))
            sources = ({"kind": RiskSource.Kind(name), name: self.origin},)
        elif self.source is not None:
            record, facts = self.source
            kind = SOURCE_KINDS.get(facts.origin, RiskSource.Kind.OTHER)
            label = f"{facts.name}: {facts.title}"[:300]
            target = record if isinstance(record, Target) else None
            sources = ({"kind": kind, "label": label, "url": facts.url, "target": target},)
        risk = services.risk_create(
            self.agency,
            acting=self.person,
            kind=self.kind,
            unit=self.unit,
            sources=sources,
            **form.cleaned_data,
        )
        if scale_in_force(self.agency) is None:
            later = _("Saved as %(code)s. It is scored once the agency has a scale.")
            messages.success(self.request, later % {"code": risk.code})
            return risk.get_absolute_url()
        messages.success(self.request, _("Saved as %(code)s. Score it next.") % {"code": risk.code})
        return reverse("risks:risk-score", args=[risk.pk, RiskScore.Phase.BEFORE])


def _key(text: str) -> uuid.UUID:
    """A key as it stands in an address; 404 for what is none."""
    try:
        return uuid.UUID(text)
    except ValueError:
        raise Http404 from None


class OfRisk(RisksForm):
    """A form about one risk."""

    tab = "list"

    @property
    def risk(self) -> Risk:
        """The risk of the address."""
        if not hasattr(self, "_risk"):
            rows = Risk.objects.select_related("unit", "agency", "scale", "drafted_by")
            self._risk: Risk = self.find(rows, pk=self.kwargs["pk"])
        return self._risk

    def back(self) -> str:
        return self.risk.get_absolute_url()

    def page(self) -> dict[str, Any]:
        return {"risk": self.risk}


class RiskEdit(OfRisk):
    """Change what an entry says."""

    form_class = forms.RiskForm
    template_name = "risks/risk_form.html"
    heading = gettext_lazy("Change the entry")
    action = gettext_lazy("Save the entry")

    def allowed(self) -> Verdict:
        return policies.can_edit(self.person, self.risk)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"agency": self.agency, "kind": self.risk.kind}

    def get_initial(self) -> dict[str, Any]:
        return {name: getattr(self.risk, name) for name in services.CHANGEABLE}

    def page(self) -> dict[str, Any]:
        may = policies.can_edit(self.person, self.risk)
        return super().page() | {"may": may, "unit": self.risk.unit, "kind": self.risk.kind}

    def act(self, form: Any) -> str:
        return services.risk_change(self.risk, acting=self.person, **form.cleaned_data).get_absolute_url()


class RiskScoring(OfRisk):
    """Score before or after treatment."""

    form_class = forms.ScoreForm
    template_name = "risks/score_form.html"
    action = gettext_lazy("Save the score")

    @property
    def phase(self) -> str:
        """Before or after treatment."""
        return str(self.kwargs["phase"])

    @property
    def heading(self) -> str:
        """Which score is given."""
        return _("Score before treatment") if self.phase == "before" else _("Score after treatment")

    def allowed(self) -> Verdict:
        return policies.can_edit(self.person, self.risk)

    def get_form_kwargs(self) -> dict[str, Any]:
        self.scale = services.scale_for(self.risk)
        return super().get_form_kwargs() | {"table": self.scale.scale.of(self.risk.kind)}

    def get_initial(self) -> dict[str, Any]:
        risk = self.risk
        first, second = getattr(risk, f"{self.phase}_first"), getattr(risk, f"{self.phase}_second")
        if first is None:
            return {}
        table = services.scale_for(risk).scale.of(risk.kind)
        size = risk.scale.scale.of(risk.kind).size if risk.scale else table.size
        return {"first": table.nearest(first, size), "second": table.nearest(second, size)}

    def page(self) -> dict[str, Any]:
        table = self.scale.scale.of(self.risk.kind)
        return super().page() | {
            "axes": table,
            "grid": table.grid(),
            "phase": self.phase,
            "converted": self.risk.scale_id not in {None, self.scale.pk},
        }

    def act(self, form: Any) -> str:
        made = services.risk_score(self.risk, acting=self.person, phase=self.phase, **form.cleaned_data)
        messages.success(
            self.request, _("Scored %(value)s, %(level)s.") % {"value": made.value, "level": made.level_label}
        )
        return self.back()


class RiskTreatment(OfRisk):
    """Choose the treatment, or whether to pursue an opportunity."""

    action = gettext_lazy("Save the choice")

    @property
    def heading(self) -> str:
        """What is chosen."""
        return _("Choose the treatment") if self.risk.is_risk else _("Pursue the opportunity?")

    def get_form_class(self) -> Any:
        return forms.TreatmentForm if self.risk.is_risk else forms.PursueForm

    def allowed(self) -> Verdict:
        return policies.can_edit(self.person, self.risk)

    def get_initial(self) -> dict[str, Any]:
        pursue = {True: "yes", False: "no", None: ""}[self.risk.pursue]
        found = {"treatment": self.risk.treatment, "reason": self.risk.treatment_reason}
        return found | {"pursue": pursue}

    def act(self, form: Any) -> str:
        services.risk_treat(self.risk, acting=self.person, **form.cleaned_data)
        return self.back()


class RiskAcceptanceForm(OfRisk):
    """A leader accepts a high risk for a time."""

    form_class = forms.AcceptForm
    heading = gettext_lazy("Accept the risk for a time")
    action = gettext_lazy("Accept the risk")

    def allowed(self) -> Verdict:
        return policies.can_accept(self.person, self.risk)

    def act(self, form: Any) -> str:
        made = services.risk_accept(self.risk, acting=self.person, **form.cleaned_data)
        messages.success(self.request, _("Accepted until %(day)s.") % {"day": f"{made.until:%d/%m/%Y}"})
        return self.back()


class SourceAdd(OfRisk):
    """Say where a risk comes from."""

    form_class = forms.SourceForm
    heading = gettext_lazy("Add a source")
    action = gettext_lazy("Add the source")

    def allowed(self) -> Verdict:
        return policies.can_edit(self.person, self.risk)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"agency": self.agency}

    def act(self, form: Any) -> str:
        services.source_add(self.risk, acting=self.person, **form.cleaned_data)
        return self.back()


class SourceRemove(ActionView):
    """Take a source away."""

    policy = policies.insider

    def act(self) -> str:
        source = self.find(RiskSource.objects.select_related("risk__unit"), pk=self.kwargs["pk"])
        services.source_remove(source, acting=self.person)
        url: str = source.risk.get_absolute_url()
        return url
