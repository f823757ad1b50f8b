"""Annual plans: the list, the plan with its items, and the steps of its life."""

from typing import Any, ClassVar

from django.contrib import messages
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from documents.selectors import live
from objectives import forms, forms_plans, plan_charts, plan_papers, policies, words
from objectives import plan_policies as may
from objectives.models import MaintenancePlan, PlanState
from objectives.selectors.plans import Board, Line, plan_of_year, plan_rows
from objectives.services import plans, plans_life
from objectives.services.plans_clone import plan_changes, plan_clone
from qms import clock
from qms.context import chosen_year
from qms.policies import ALLOW, PagePolicy, Verdict, require, signed_in
from qms.views import ActionView, FormPage, PageView

STAGES = [
    ("draft", gettext_lazy("Draft")),
    ("in_review", gettext_lazy("Approval")),
    ("approved", gettext_lazy("Paper")),
    ("in_force", gettext_lazy("In force")),
]


class PlanList(PageView):
    """This year's plan in short, and every plan the person may see."""

    template_name = "objectives/plans/list.html"
    policy = signed_in

    def page(self) -> dict[str, Any]:
        year = chosen_year(self.request)
        plan = plan_of_year(self.person, year)
        rows = list(plan_rows(self.person))
        return {
            "plan": plan,
            "board": Board(plan, clock.today()) if plan else None,
            "rows": rows,
            "former": None if plan else next((row for row in rows if row.year < year), None),
            "may_draft": may.may_start(self.person),
        }


class PlanMixin:
    """The plan a page is about."""

    def get_plan(self) -> MaintenancePlan:
        """The plan of the address, in the person's scope."""
        view: Any = self
        if not hasattr(view, "_plan"):
            rows = MaintenancePlan.objects.select_related(
                "agency", "drafter", "approver", "paper", "cloned_from"
            )
            view._plan = view.find(rows, pk=view.kwargs["pk"])
        found: MaintenancePlan = view._plan
        return found

    def tabs(self, plan: MaintenancePlan, current: str) -> list[dict[str, Any]]:
        """The ways to look at a plan."""
        ways = [("plan", _("Items and time"))]
        if plan.is_published:
            ways += [
                ("plan-board", _("Board")),
                ("plan-calendar", _("Calendar")),
                ("plan-year", _("The year on one page")),
            ]
        return [
            {
                "label": label,
                "url": reverse(f"objectives:{name}", args=[plan.pk]),
                "current": name == current,
                "count": None,
            }
            for name, label in ways
        ]


class PlanPage(PlanMixin, PageView):
    """The items of a plan over the year, its sections, and what may be done now."""

    template_name = "objectives/plans/plan.html"
    policy = signed_in

    def page(self) -> dict[str, Any]:
        plan, person = self.get_plan(), self.person
        board = Board(plan, clock.today())
        form = forms_plans.PlanFilters(self.request.GET or None, leads=board.lead_choices)
        if form.is_bound and form.is_valid():
            board.lead = form.cleaned_data["lead"]
            board.standing = form.cleaned_data["standing"]
        paper = live(plan.paper)
        own = bool(policies.staff(person)) and person.agency_id == plan.agency_id
        changes = plan_changes(plan) if own and not plan.is_published else None
        if changes:
            for line in board.all_lines:
                line.change = changes.mark(line.item)
        items = [line.item for line in board.all_lines]
        return {
            "plan": plan,
            "board": board,
            "filters": form,
            "tabs": self.tabs(plan, "plan"),
            "axis": plan_charts.head(plan.year),
            "stages": _stages(plan),
            "is_colleague": own,
            "changes": changes,
            "warnings": list(plan_papers.plan_warnings(plan, items)) if own and not plan.is_published else [],
            "problems": plans_life.plan_missing(plan) if plan.is_draft else [],
            "bases": list(plan.bases.select_related("legal_basis")),
            "archived": list(plan.items.exclude(archived_at=None)) if plan.is_draft else [],
            "paper": plan.paper,
            **self._may(plan, paper is not None),
        }

    def _may(self, plan: MaintenancePlan, has_paper: bool) -> dict[str, Any]:
        person = self.person
        state = plan.state
        return {
            "may_edit": may.can_edit(person, plan),
            "may_submit": state == PlanState.DRAFT and may.can_submit(person, plan),
            "may_approve": state == PlanState.IN_REVIEW and may.can_approve(person, plan),
            "why_not_approve": may.can_approve(person, plan).reason if state == PlanState.IN_REVIEW else "",
            "may_publish": state == PlanState.APPROVED and not has_paper and may.can_publish(person, plan),
            "may_reopen": state == PlanState.APPROVED and not has_paper and may.can_reopen(person, plan),
            "may_clone": plan.is_published and person.agency_id == plan.agency_id and may.may_draft(person),
        }


def _stages(plan: MaintenancePlan) -> list[dict[str, Any]]:
    if plan.state == PlanState.SUPERSEDED:
        return []
    codes = [code for code, _label in STAGES]
    at = codes.index(plan.state)
    days = {
        "draft": plan.created_at,
        "in_review": plan.submitted_at,
        "approved": plan.approved_at,
        "in_force": plan.in_force_from,
    }
    return [
        {
            "label": label,
            "state": "done" if place < at else "current" if place == at else "",
            "when": words.day(days[code]) if place <= at and days[code] else "",
        }
        for place, (code, label) in enumerate(STAGES)
    ]


class PlanFormPage(FormPage):
    """A form of the annual plan; who may not is told before filling it in."""

    template_name = "objectives/plans/form.html"
    heading: Any = ""
    action: Any = ""
    policy: ClassVar[PagePolicy] = policies.staff

    def guard(self) -> None:
        """Refuse before the form is shown."""

    def allowed(self) -> Verdict:
        self.guard()
        return ALLOW

    def back(self) -> str:
        """Where the form came from."""
        raise NotImplementedError

    def crumbs(self) -> list[tuple[str, str]]:
        """What stands above the heading."""
        return []

    def page(self) -> dict[str, Any]:
        self.guard()
        return {
            "heading": self.heading,
            "action": self.action,
            "back": self.back(),
            "crumbs": self.crumbs(),
        }


class PlanCreate(PlanFormPage):
    """Start a draft."""

    form_class = forms_plans.PlanForm
    policy: ClassVar[PagePolicy] = may.may_start
    heading = gettext_lazy("Draft an annual plan")
    action = gettext_lazy("Start the draft")

    def back(self) -> str:
        return reverse("objectives:plan-list")

    def get_initial(self) -> dict[str, Any]:
        asked = self.request.GET.get("year", "")
        year = int(asked) if asked.isdigit() else clock.today().year
        return {"year": year, "title": f"Kế hoạch duy trì và cải tiến HTQLCL năm {year}"}

    def act(self, form: Any) -> str:
        plan = plans.plan_create(agency=self.agency, acting=self.person, **form.cleaned_data)
        return plan.get_absolute_url()


class _OnePlan(PlanMixin, PlanFormPage):
    """A form about one plan."""

    def back(self) -> str:
        return self.get_plan().get_absolute_url()

    def crumbs(self) -> list[tuple[str, str]]:
        return [(str(self.get_plan()), self.back())]


class PlanEdit(_OnePlan):
    """Change title and sections of a draft."""

    form_class = forms_plans.PlanForm
    heading = gettext_lazy("Title and sections of the plan")
    action = gettext_lazy("Save the changes")

    def guard(self) -> None:
        require(may.can_edit(self.person, self.get_plan()))

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"editing": True}

    def get_initial(self) -> dict[str, Any]:
        return forms_plans.PlanForm.initial_of(self.get_plan())

    def act(self, form: Any) -> str:
        return plans.plan_update(self.get_plan(), acting=self.person, **form.cleaned_data).get_absolute_url()


class PlanBases(_OnePlan):
    """What the plan cites."""

    form_class = forms_plans.PlanBasesForm
    heading = gettext_lazy("Legal bases of the plan")
    action = gettext_lazy("Save the legal bases")

    def guard(self) -> None:
        require(may.can_edit(self.person, self.get_plan()))

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"agency": self.agency}

    def get_initial(self) -> dict[str, Any]:
        return {"bases": [row.legal_basis_id for row in self.get_plan().bases.all()]}

    def act(self, form: Any) -> str:
        plans.plan_bases(self.get_plan(), bases=list(form.cleaned_data["bases"]), acting=self.person)
        return self.back()


class PlanReturn(_OnePlan):
    """Give a submitted draft back."""

    form_class = forms.ReasonForm
    heading = gettext_lazy("Return the plan to the drafter")
    action = gettext_lazy("Return the plan")

    def guard(self) -> None:
        require(may.can_approve(self.person, self.get_plan()))

    def act(self, form: Any) -> str:
        plans_life.plan_return(self.get_plan(), reason=form.cleaned_data["reason"], acting=self.person)
        return self.back()


class PlanReopen(_OnePlan):
    """Take an approved plan back."""

    form_class = forms.ReasonForm
    heading = gettext_lazy("Take the plan back into drafting")
    action = gettext_lazy("Take the plan back")

    def guard(self) -> None:
        require(may.can_reopen(self.person, self.get_plan()))

    def act(self, form: Any) -> str:
        plans_life.plan_reopen(self.get_plan(), reason=form.cleaned_data["reason"], acting=self.person)
        return self.back()


class PlanPublish(_OnePlan):
    """Prepare the paper."""

    form_class = forms.PublishForm
    heading = gettext_lazy("Prepare the paper of the plan")
    action = gettext_lazy("Prepare the paper")

    def guard(self) -> None:
        require(may.can_publish(self.person, self.get_plan()))

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"agency": self.agency}

    def page(self) -> dict[str, Any]:
        return super().page() | {"warnings": list(plan_papers.plan_warnings(self.get_plan()))}

    def act(self, form: Any) -> str:
        paper = plans_life.plan_publish(
            self.get_plan(), signer=form.cleaned_data["signer"], acting=self.person
        )
        return paper.get_absolute_url()


class PlanClone(_OnePlan):
    """Make the plan of another year from this one."""

    guarded = False
    form_class = forms_plans.CloneForm
    heading = gettext_lazy("Make the plan of another year")
    action = gettext_lazy("Make the draft")

    def guard(self) -> None:
        require(may.may_draft(self.person))

    def get_initial(self) -> dict[str, Any]:
        return {"year": self.get_plan().year + 1}

    def act(self, form: Any) -> str:
        made = plan_clone(self.get_plan(), year=form.cleaned_data["year"], acting=self.person)
        messages.success(
            self.request, _("The draft is made. Look through what changed before you submit it.")
        )
        return made.get_absolute_url()


class _PlanAction(PlanMixin, ActionView):
    """A step of a plan's life."""

    policy: ClassVar[PagePolicy] = policies.staff
    told: Any = ""

    def step(self, plan: MaintenancePlan) -> None:
        """Call the service."""
        raise NotImplementedError

    def act(self) -> str:
        plan = self.get_plan()
        self.step(plan)
        messages.success(self.request, str(self.told))
        return plan.get_absolute_url()


class PlanSubmit(_PlanAction):
    """Send a draft for approval."""

    told = gettext_lazy("Submitted for approval.")

    def step(self, plan: MaintenancePlan) -> None:
        plans_life.plan_submit(plan, acting=self.person)


class PlanApprove(_PlanAction):
    """Approve what another person drafted."""

    told = gettext_lazy("The plan is approved.")

    def step(self, plan: MaintenancePlan) -> None:
        plans_life.plan_approve(plan, acting=self.person)


class PlanDiscard(PlanMixin, ActionView):
    """Throw a draft away."""

    policy: ClassVar[PagePolicy] = policies.staff

    def act(self) -> str:
        plans.plan_discard(self.get_plan(), acting=self.person)
        messages.success(self.request, _("The draft is discarded."))
        return reverse("objectives:plan-list")


def line_of(item: Any) -> Line:
    """One item as lists show it."""
    return Line(item, 0, clock.today(), getattr(item, "evidence_count", 0))
