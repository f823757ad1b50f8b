"""Every step of a case: a form or a button, each calling one service."""

import datetime as dt
from collections.abc import Collection
from typing import Any

from django.contrib import messages
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audits import policies_improvement as policies
from audits.forms import cases as forms
from audits.models import (
    CauseAnalysis,
    EffectivenessCheck,
    Nonconformity,
    SimilarCase,
)
from audits.selectors.people import units_today
from audits.services import corrective, effect, nonconformities, plan, similar
from audits.services.plan import check_of, plan_of
from audits.views.cases import CaseForm
from qms import agency_settings, clock, files
from qms.exceptions import Invalid, Problem
from qms.policies import ALLOW, Verdict
from qms.views.base import ActionView

CASES = Nonconformity.objects.select_related("unit", "agency", "owner", "clause", "procedure")


class OfCase(CaseForm):
    """A form about one case."""

    @cached_property
    def case(self) -> Nonconformity:
        """The case of the address."""
        found: Nonconformity = self.find(CASES, pk=self.kwargs["pk"])
        return found

    def allowed(self) -> Verdict:
        return policies.can_handle(self.person, self.case)

    def back(self) -> str:
        return self.case.get_absolute_url()

    def page(self) -> dict[str, Any]:
        return {"case": self.case, "about": f"{self.case.code} · {self.case.title}"}

    def kept(self, upload: Any) -> tuple[Any, ...]:
        """A file, kept before the transaction of the service: it may be left over, never lost."""
        return (files.store(self.agency, upload.name, upload, acting=self.person),) if upload else ()


class CaseEdit(OfCase):
    """Change what a case says."""

    form_class = forms.CaseForm
    heading = gettext_lazy("Change the nonconformity")
    action = gettext_lazy("Save the nonconformity")

    def allowed(self) -> Verdict:
        return policies.can_describe(self.person, self.case)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"agency": self.agency, "fixed": True}

    def get_initial(self) -> dict[str, Any]:
        return {name: getattr(self.case, name) for name in nonconformities.CHANGEABLE}

    def act(self, form: Any) -> str:
        values = {
            name: value
            for name, value in form.cleaned_data.items()
            if value or name in {"clause", "procedure"}
        }
        nonconformities.nonconformity_change(self.case, acting=self.person, **values)
        return self.back()


class CaseGrade(OfCase):
    """Grade a case anew."""

    form_class = forms.GradeForm
    heading = gettext_lazy("Grade the nonconformity anew")
    action = gettext_lazy("Save the grade")

    def allowed(self) -> Verdict:
        return policies.can_grade(self.person, self.case)

    def get_initial(self) -> dict[str, Any]:
        return {"grade": self.case.grade}

    def act(self, form: Any) -> str:
        nonconformities.nonconformity_grade(self.case, acting=self.person, **form.cleaned_data)
        return self.back()


class NoCorrection(OfCase):
    """Say why nothing can be corrected."""

    form_class = forms.ReasonForm
    heading = gettext_lazy("Nothing can be corrected")
    action = gettext_lazy("Save the reason")

    def act(self, form: Any) -> str:
        nonconformities.nothing_to_correct(self.case, acting=self.person, **form.cleaned_data)
        return self.back()


class Waive(OfCase):
    """Do without cause analysis."""

    form_class = forms.ReasonForm
    heading = gettext_lazy("Waive the cause analysis")
    action = gettext_lazy("Waive the cause analysis")

    def allowed(self) -> Verdict:
        return policies.can_waive(self.person, self.case)

    def act(self, form: Any) -> str:
        nonconformities.analysis_waive(self.case, acting=self.person, **form.cleaned_data)
        return self.back()


class Cause(OfCase):
    """Find the cause: five whys, or a fishbone (`?method=fishbone`)."""

    template_name = "audits/nc/cause.html"
    heading = gettext_lazy("Analyse the cause")
    action = gettext_lazy("Save the analysis")

    @cached_property
    def there(self) -> CauseAnalysis | None:
        """The analysis of the present round, if there is one."""
        return self.case.analyses.filter(round=self.case.round).first()

    @property
    def method(self) -> str:
        """The method the address asks for, else the one used."""
        asked = self.request.GET.get("method", "")
        if asked in CauseAnalysis.Method.values:
            return asked
        return self.there.method if self.there else CauseAnalysis.Method.WHYS.value

    def get_form_class(self) -> Any:
        return forms.CAUSE_FORMS[self.method]

    def get_initial(self) -> dict[str, Any]:
        there = self.there
        if there is None:
            return {"question_1": _("Why did this happen: %(title)s?") % {"title": self.case.title[:200]}}
        found: dict[str, Any] = {"root_cause": there.root_cause, "category": there.category}
        if there.method != self.method:
            return found
        if there.method == CauseAnalysis.Method.WHYS:
            for number, item in enumerate(there.items, start=1):
                found |= {f"question_{number}": item["question"], f"answer_{number}": item["answer"]}
        else:
            for item in there.items:
                before = found.get(item["category"])
                found[item["category"]] = f"{before}\n{item['text']}" if before else item["text"]
        return found

    def page(self) -> dict[str, Any]:
        methods = [
            {
                "label": label,
                "url": f"?method={value}",
                "current": value == self.method,
                "count": None,
            }
            for value, label in CauseAnalysis.Method.choices
        ]
        return super().page() | {"methods": methods, "method": self.method}

    def act(self, form: Any) -> str:
        nonconformities.cause_record(
            self.case,
            acting=self.person,
            method=self.method,
            items=form.items(),
            root_cause=form.cleaned_data["root_cause"],
            category=form.cleaned_data["category"],
        )
        return self.back()


class Similar(OfCase):
    """Ask other units, or say why none."""

    guarded = False
    form_class = forms.SimilarAskForm
    heading = gettext_lazy("Ask other units about similar cases")
    action = gettext_lazy("Ask the units")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"case": self.case}

    def get_initial(self) -> dict[str, Any]:
        return {"units": units_today(self.agency), "due_on": clock.today() + dt.timedelta(days=7)}

    def act(self, form: Any) -> str:
        data = form.cleaned_data
        if data["reason"] and data["units"]:
            raise Invalid([Problem("reason", _("Either choose the units that are asked, or say why none."))])
        if data["reason"]:
            similar.similar_not_asked(self.case, acting=self.person, reason=data["reason"])
            return self.back()
        due_on = data["due_on"] or clock.today() + dt.timedelta(days=7)
        similar.similar_ask(self.case, acting=self.person, units=data["units"], due_on=due_on)
        return self.back()


class SimilarAnswer(CaseForm):
    """The answer of a unit: one question, one answer."""

    form_class = forms.SimilarAnswerForm
    template_name = "audits/nc/answer.html"
    heading = gettext_lazy("Could it happen in your unit too?")
    action = gettext_lazy("Send the answer")

    @cached_property
    def row(self) -> SimilarCase:
        """The question of the address."""
        rows = SimilarCase.objects.select_related("nonconformity__unit", "nonconformity__agency", "unit")
        found: SimilarCase = self.find(rows, pk=self.kwargs["pk"])
        return found

    def allowed(self) -> Verdict:
        return policies.can_answer(self.person, self.row)

    def back(self) -> str:
        return self.row.nonconformity.get_absolute_url()

    def page(self) -> dict[str, Any]:
        case = self.row.nonconformity
        return {"case": case, "row": self.row, "about": f"{case.code} · {case.title}"}

    def act(self, form: Any) -> str:
        done = similar.similar_answer(self.row, acting=self.person, **form.cleaned_data)
        if done.opened is not None:
            messages.info(self.request, _("Opened for your unit: %(code)s.") % {"code": done.opened.code})
            return done.opened.get_absolute_url()
        messages.success(self.request, _("Thank you. The answer has been sent."))
        return self.back()


class Check(OfCase):
    """Plan the effectiveness check."""

    form_class = forms.CheckForm
    heading = gettext_lazy("Plan the effectiveness check")
    action = gettext_lazy("Save the check")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"case": self.case}

    def get_initial(self) -> dict[str, Any]:
        there = check_of(self.case)
        if there is not None:
            names = ("method", "criterion", "due_on", "verifier", "target", "periods")
            return {name: getattr(there, name) for name in names}
        days = int(agency_settings.get(self.agency, "audits.check_days"))
        last = max((action.deadline for action in plan_of(self.case)), default=clock.today())
        return {"due_on": last + dt.timedelta(days=days), "method": EffectivenessCheck.Method.VERIFIER}

    def proposed(self) -> Collection[str]:
        return () if check_of(self.case) else ("due_on",)

    def act(self, form: Any) -> str:
        plan.check_plan(self.case, acting=self.person, **form.cleaned_data)
        return self.back()


class VerifierChoose(OfCase):
    """Name another verifier."""

    form_class = forms.VerifierForm
    heading = gettext_lazy("Name another verifier")
    action = gettext_lazy("Name the verifier")

    def allowed(self) -> Verdict:
        return policies.can_choose_verifier(self.person, self.case)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"case": self.case}

    def act(self, form: Any) -> str:
        plan.verifier_choose(self.case, acting=self.person, **form.cleaned_data)
        return self.back()


class PlanReturn(OfCase):
    """Return the plan."""

    form_class = forms.ReasonForm
    heading = gettext_lazy("Return the plan")
    action = gettext_lazy("Return the plan")

    def allowed(self) -> Verdict:
        return policies.can_approve(self.person, self.case)

    def act(self, form: Any) -> str:
        plan.plan_return(self.case, acting=self.person, **form.cleaned_data)
        return self.back()


class Judge(OfCase):
    """The verdict of the verifier."""

    form_class = forms.JudgeForm
    template_name = "audits/nc/judge.html"
    heading = gettext_lazy("Judge the effect")
    action = gettext_lazy("Save the verdict")

    def allowed(self) -> Verdict:
        return policies.can_verify(self.person, check) if (check := check_of(self.case)) else ALLOW

    def page(self) -> dict[str, Any]:
        return super().page() | {"check": check_of(self.case), "actions": plan_of(self.case)}

    def act(self, form: Any) -> str:
        values = dict(form.cleaned_data)
        effective = values.pop("verdict") == EffectivenessCheck.Verdict.EFFECTIVE
        kept = self.kept(values.pop("file"))
        effect.effect_judge(self.case, acting=self.person, effective=effective, files=kept, **values)
        if not effective:
            messages.info(self.request, _("The case is open again in a further round."))
        return self.back()


class Decide(OfCase):
    """Whether risks and documents change."""

    form_class = forms.DecideForm
    heading = gettext_lazy("Decide on risks and documents")
    action = gettext_lazy("Save the decision")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"case": self.case}

    def get_initial(self) -> dict[str, Any]:
        names = ("risk_decision", "risk", "risk_note", "document_decision", "document", "document_note")
        return {name: getattr(self.case, name) for name in names}

    def act(self, form: Any) -> str:
        effect.change_decide(self.case, acting=self.person, **form.cleaned_data)
        return self.back()


class Close(OfCase):
    """Close a case."""

    form_class = forms.CloseForm
    heading = gettext_lazy("Close the nonconformity")
    action = gettext_lazy("Close the nonconformity")

    def allowed(self) -> Verdict:
        return policies.can_close(self.person, self.case)

    def act(self, form: Any) -> str:
        effect.nonconformity_close(self.case, acting=self.person, **form.cleaned_data)
        return self.back()


class Reopen(OfCase):
    """Reopen a case."""

    form_class = forms.ReasonForm
    heading = gettext_lazy("Reopen the nonconformity")
    action = gettext_lazy("Reopen the nonconformity")

    def allowed(self) -> Verdict:
        return policies.can_reopen(self.person, self.case)

    def act(self, form: Any) -> str:
        effect.nonconformity_reopen(self.case, acting=self.person, **form.cleaned_data)
        return self.back()


class Cancel(OfCase):
    """Cancel a case."""

    form_class = forms.ReasonForm
    heading = gettext_lazy("Cancel the nonconformity")
    action = gettext_lazy("Cancel the nonconformity")

    def allowed(self) -> Verdict:
        return policies.can_cancel(self.person, self.case)

    def act(self, form: Any) -> str:
        effect.nonconformity_cancel(self.case, acting=self.person, **form.cleaned_data)
        return self.back()


class EvidenceAdd(OfCase):
    """Add evidence of the case."""

    form_class = forms.EvidenceForm
    heading = gettext_lazy("Add evidence")
    action = gettext_lazy("Add the evidence")

    def allowed(self) -> Verdict:
        mine = self.case.reported_by_id == self.person.pk and not self.case.is_ended
        return ALLOW if mine else policies.can_handle(self.person, self.case)

    def act(self, form: Any) -> str:
        kept = self.kept(form.cleaned_data["file"])
        corrective.evidence_attach(
            self.case,
            acting=self.person,
            file=kept[0] if kept else None,
            reference=form.cleaned_data["reference"],
        )
        return self.back()


class CaseButton(ActionView):
    """A step without words of its own."""

    policy = policies.insider

    @cached_property
    def case(self) -> Nonconformity:
        """The case of the address."""
        found: Nonconformity = self.find(CASES, pk=self.kwargs["pk"])
        return found


class Analyse(CaseButton):
    """Begin the cause analysis."""

    def act(self) -> str:
        return nonconformities.analysis_begin(self.case, acting=self.person).get_absolute_url()


class PlanSubmit(CaseButton):
    """Submit the plan."""

    def act(self) -> str:
        return plan.plan_submit(self.case, acting=self.person).get_absolute_url()


class PlanApprove(CaseButton):
    """Approve the plan."""

    def act(self) -> str:
        return plan.plan_approve(self.case, acting=self.person).get_absolute_url()
