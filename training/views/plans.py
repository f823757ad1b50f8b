"""Training needs, and the plan of a year."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib import messages
from django.db.models import Count, Sum
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from qms import clock, registry
from qms.models import AuditEntry
from qms.policies import Verdict
from training import forms, papers, policies, services
from training.models import PlanItem, TrainingNeed, TrainingPlan
from training.views.base import AppForm, AppList, AppPage, ForAgency, Step, Workbook

NEEDS = TrainingNeed.objects.select_related("requirement", "unit", "proposed_by", "agency")
PLANS = TrainingPlan.objects.select_related("agency", "drafted_by", "approved_by", "paper")
NEED_TONES = {"open": "waiting", "planned": "in_progress", "declined": "cancelled"}
PLAN_TONES = {"draft": "draft", "submitted": "submitted", "approved": "approved"}


class _Needs:
    """What list and workbook share."""

    request: HttpRequest
    person: Any

    @cached_property
    def form(self) -> forms.NeedFilter:
        """The filter of the address."""
        form = forms.NeedFilter(self.request.GET)
        form.is_valid()
        return form

    def needs(self) -> Any:
        """The rows the filter leaves."""
        asked = getattr(self.form, "cleaned_data", {})
        rows = NEEDS.visible_to(self.person).annotate(head_count=Count("people"))
        given = {name: asked[name] for name in ("year", "state", "origin") if asked.get(name)}
        return rows.filter(**given).order_by("-year", "state", "-created_at")


class NeedList(_Needs, AppList):
    """What has to be learned."""

    template_name = "training/need_list.html"
    tab = "needs"

    def rows(self) -> Any:
        return self.needs()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return context | {
            "rows": [(row, NEED_TONES[row.state]) for row in context["rows"]],
            "form": self.form,
            "export_url": reverse("training:need-export"),
            "filtered": bool(self.request.GET),
        }


class NeedExport(_Needs, Workbook):
    """Needs as a workbook."""

    filename = "nhu-cau-dao-tao.xlsx"

    def header(self) -> list[str]:
        return [
            _("Year"),
            _("What is to be learned"),
            _("Origin"),
            _("Why"),
            _("Requirement of competence"),
            _("Unit"),
            _("Number of people"),
            _("Comes from"),
            _("Proposed by"),
            _("State"),
        ]

    def lines(self) -> Iterable[Sequence[Any]]:
        for row in self.needs():
            yield (
                row.year,
                row.title,
                row.get_origin_display(),
                row.reason,
                str(row.requirement or ""),
                row.unit.name if row.unit else "",
                row.head_count,
                row.source_label,
                str(row.proposed_by or ""),
                row.get_state_display(),
            )


class NeedDetail(AppPage):
    """One need, whose it is, and what became of it."""

    template_name = "training/need_detail.html"
    tab = "needs"

    def page(self) -> dict[str, Any]:
        need: TrainingNeed = self.find(NEEDS, pk=self.kwargs["pk"])
        return {
            "need": need,
            "tone": NEED_TONES[need.state],
            "people": need.people.select_related("unit"),
            "items": need.items.select_related("plan"),
            "may_settle": policies.can_settle_need(self.person, need),
            "trail": AuditEntry.objects.visible_to(self.person).filter(subject_id=str(need.pk))[:12],
        }


class NeedCreate(ForAgency):
    """Propose a need, also from a finding or another record."""

    form_class = forms.NeedForm
    tab = "needs"
    heading = gettext_lazy("Propose a training need")
    action = gettext_lazy("Propose the need")

    def allowed(self) -> Verdict:
        return policies.can_propose(self.person)

    def back(self) -> str:
        return reverse("training:need-list")

    @cached_property
    def source(self) -> Any:
        """The record the need comes from and what it says, when the address names one."""
        return registry.source_find(self.person, self.request.GET.get("source", ""))

    def page(self) -> dict[str, Any]:
        return {"about": self.source[1].name if self.source else ""}

    def get_initial(self) -> dict[str, Any]:
        found: dict[str, Any] = {"year": clock.today().year, "origin": TrainingNeed.Origin.UNIT}
        if self.source is None:
            return found | {"unit": self.person.unit_id}
        facts = self.source[1]
        unit = facts.unit.pk if facts.unit else None
        return found | {
            "origin": TrainingNeed.Origin.RECORD,
            "title": facts.title[:255],
            "reason": facts.evidence,
            "unit": unit,
        }

    def act(self, form: Any) -> str:
        data = dict(form.cleaned_data)
        if self.source is not None:
            facts = self.source[1]
            data |= {"source_label": f"{facts.name}: {facts.title}"[:300], "source_url": facts.url[:300]}
        return services.need_propose(self.agency, acting=self.person, **data).get_absolute_url()


class NeedsFromGaps(Step):
    """Make needs of the gaps of the matrix."""

    def act(self) -> str:
        made = services.needs_from_gaps(self.agency, year=clock.today().year, acting=self.person)
        words = ngettext("%(n)s need added.", "%(n)s needs added.", len(made)) % {"n": len(made)}
        messages.success(self.request, words if made else _("Every gap has a need already."))
        return reverse("training:need-list")


class NeedDecline(AppForm):
    """Do not take a need up."""

    form_class = forms.ReasonForm
    tab = "needs"
    heading = gettext_lazy("Do not take up the need")
    action = gettext_lazy("Do not take up the need")

    @cached_property
    def need(self) -> TrainingNeed:
        """The need of the address."""
        found: TrainingNeed = self.find(NEEDS, pk=self.kwargs["pk"])
        return found

    def allowed(self) -> Verdict:
        return policies.can_settle_need(self.person, self.need)

    def back(self) -> str:
        return self.need.get_absolute_url()

    def page(self) -> dict[str, Any]:
        return {"about": self.need.title}

    def act(self, form: Any) -> str:
        services.need_decline(self.need, acting=self.person, **form.cleaned_data)
        return self.back()


class PlanList(AppList):
    """Plans by year."""

    template_name = "training/plan_list.html"
    tab = "plans"

    def rows(self) -> Any:
        rows = PLANS.visible_to(self.person)
        return rows.annotate(item_count=Count("items"), cost=Sum("items__cost")).order_by("-year")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return context | {"rows": [(row, PLAN_TONES[row.state]) for row in context["rows"]]}


class PlanCreate(AppForm):
    """Begin the plan of a year."""

    form_class = forms.YearForm
    policy = policies.can_organise
    tab = "plans"
    heading = gettext_lazy("New training plan")
    action = gettext_lazy("Draft the plan")

    def back(self) -> str:
        return reverse("training:plan-list")

    def get_initial(self) -> dict[str, Any]:
        today = clock.today()
        return {"year": today.year + (today >= dt.date(today.year, 11, 1))}

    def act(self, form: Any) -> str:
        return services.plan_draft(self.agency, acting=self.person, **form.cleaned_data).get_absolute_url()


class PlanDetail(AppPage):
    """The training of a year, and how far it is."""

    template_name = "training/plan_detail.html"
    tab = "plans"

    def page(self) -> dict[str, Any]:
        plan: TrainingPlan = self.find(PLANS, pk=self.kwargs["pk"])
        items = list(plan.items.select_related("requirement").prefetch_related("courses", "needs"))
        open_needs = TrainingNeed.objects.filter(
            agency=plan.agency, year=plan.year, state=TrainingNeed.State.OPEN
        )
        return {
            "plan": plan,
            "tone": PLAN_TONES[plan.state],
            "items": items,
            "cost": sum(item.cost for item in items),
            "heads": sum(item.head_count for item in items),
            "open_needs": open_needs.count(),
            "paper": papers.live(plan.paper),
            "may_edit": policies.can_edit_plan(self.person, plan),
            "may_approve": policies.can_approve_plan(self.person, plan),
            "trail": AuditEntry.objects.visible_to(self.person).filter(subject_id=str(plan.pk))[:12],
        }


class PlanExport(Workbook):
    """A plan as a workbook."""

    filename = "ke-hoach-dao-tao.xlsx"

    def header(self) -> list[str]:
        return [
            _("Month"),
            _("Content of the training"),
            _("Topic"),
            _("For whom"),
            _("Number of people"),
            _("Trainer"),
            _("Cost (đồng)"),
            _("Requirement of competence"),
            _("Courses"),
        ]

    def lines(self) -> Iterable[Sequence[Any]]:
        plan: TrainingPlan = self.find(PLANS, pk=self.kwargs["pk"])
        for item in plan.items.select_related("requirement").prefetch_related("courses"):
            courses = "; ".join(f"{one.code} ({one.get_state_display()})" for one in item.courses.all())
            yield (
                item.month,
                item.title,
                item.get_topic_display(),
                item.audience,
                item.head_count,
                item.trainer,
                item.cost,
                str(item.requirement or ""),
                courses,
            )


class OfPlan(AppForm):
    """A form about one plan."""

    tab = "plans"

    @cached_property
    def plan(self) -> TrainingPlan:
        """The plan of the address."""
        found: TrainingPlan = self.find(PLANS, pk=self.kwargs["pk"])
        return found

    def back(self) -> str:
        return self.plan.get_absolute_url()

    def page(self) -> dict[str, Any]:
        return {"about": str(self.plan)}


class ItemAdd(OfPlan):
    """Plan a training."""

    form_class = forms.ItemForm
    heading = gettext_lazy("New training in the plan")
    action = gettext_lazy("Add to the plan")

    def allowed(self) -> Verdict:
        return policies.can_edit_plan(self.person, self.plan)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"agency": self.agency, "year": self.plan.year}

    def act(self, form: Any) -> str:
        services.item_add(self.plan, acting=self.person, **form.cleaned_data)
        return self.back()


class ItemRemove(Step):
    """Take a training out of a draft."""

    def act(self) -> str:
        item = self.find(PlanItem.objects.select_related("plan"), pk=self.kwargs["pk"])
        url: str = item.plan.get_absolute_url()
        services.item_remove(item, acting=self.person)
        return url


class PlanReturn(OfPlan):
    """Send the plan back."""

    form_class = forms.ReasonForm
    heading = gettext_lazy("Return the plan")
    action = gettext_lazy("Return the plan")

    def allowed(self) -> Verdict:
        return policies.can_approve_plan(self.person, self.plan)

    def act(self, form: Any) -> str:
        services.plan_return(self.plan, acting=self.person, **form.cleaned_data)
        return self.back()


class PlanPaper(OfPlan):
    """Draft the official paper of the plan."""

    form_class = forms.PaperForm
    heading = gettext_lazy("Prepare the training plan as a paper")
    action = gettext_lazy("Prepare the paper")

    def allowed(self) -> Verdict:
        return policies.can_organise_in(self.person, self.plan)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"agency": self.agency}

    def act(self, form: Any) -> str:
        paper = papers.plan_paper(self.plan, signer=form.cleaned_data["signer"], acting=self.person)
        return paper.get_absolute_url()


class PlanSubmit(Step):
    """Send the plan to a leader."""

    def act(self) -> str:
        plan = self.find(PLANS, pk=self.kwargs["pk"])
        return services.plan_submit(plan, acting=self.person).get_absolute_url()


class PlanApprove(Step):
    """Approve the plan."""

    def act(self) -> str:
        plan = self.find(PLANS, pk=self.kwargs["pk"])
        return services.plan_approve(plan, acting=self.person).get_absolute_url()
