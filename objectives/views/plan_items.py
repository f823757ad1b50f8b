"""Items of a plan: drafting them, and everything that happens to them while the plan is in force."""

from typing import Any, ClassVar

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from objectives import forms, forms_plans, plan_charts, policies
from objectives import plan_policies as may
from objectives.models import MaintenancePlan, PlanItem
from objectives.selectors.plans import items_with_all
from objectives.services import plans, plans_work
from objectives.views.plans import PlanFormPage, PlanMixin, line_of
from qms import clock, registry
from qms.policies import PagePolicy, require, signed_in
from qms.views import ActionView, PageView


class ItemMixin:
    """The item a page is about."""

    def get_item(self) -> PlanItem:
        """The item of the address, in the person's scope."""
        view: Any = self
        if not hasattr(view, "_item"):
            rows = PlanItem.objects.select_related(
                "plan__agency", "plan__paper", "agency", "parent", "reported_by", "confirmed_by"
            ).prefetch_related(
                "parties__unit", "parties__person", "parent__parties__unit", "parent__parties__person"
            )
            view._item = view.find(rows, pk=view.kwargs["pk"])
        found: PlanItem = view._item
        return found


class ItemPage(ItemMixin, PageView):
    """One item: time, people, progress, evidence, parts, history, and what may be done now."""

    template_name = "objectives/plans/item.html"
    policy = signed_in

    def page(self) -> dict[str, Any]:
        item, person = self.get_item(), self.person
        state = item.state
        begun = state in {"planned", "in_progress"}
        kind = next((one for one in registry.fulfilments if one.key == item.fulfilled_by), None)
        rows = item.evidence.filter(withdrawn_at=None).select_related("file", "added_by")
        own = bool(policies.staff(person)) and person.agency_id == item.agency_id
        return {
            "item": item,
            "plan": item.plan,
            "line": line_of(item),
            "axis": plan_charts.head(item.plan.year),
            "kind": kind,
            "parts": [line_of(part) for part in items_with_all(item.plan).filter(parent=item)],
            "notes": list(item.notes.select_related("person")) if own else [],
            "evidence": list(rows) if own else [],
            "is_colleague": own,
            "may_edit": may.can_edit(person, item.plan),
            "may_note": item.is_open and may.can_note(person, item),
            "why_not_note": may.can_note(person, item).reason if own and item.is_open else "",
            "may_begin": state == "planned" and may.can_report(person, item),
            "may_report": begun and may.can_report(person, item),
            "may_confirm": state == "waiting" and may.can_confirm(person, item),
            "why_not_confirm": may.can_confirm(person, item).reason if own and state == "waiting" else "",
            "may_close_out": begun and item.is_optional and may.can_close_out(person, item),
            "may_cancel": begun and may.can_cancel(person, item),
            "may_reopen": not item.is_open and may.can_open_again(person, item),
        }


class _DraftForm(PlanFormPage):
    form_class = forms_plans.PlanItemForm
    template_name = "objectives/plans/item_form.html"

    def plan(self) -> MaintenancePlan:
        """The draft."""
        raise NotImplementedError

    def guard(self) -> None:
        require(may.can_edit(self.person, self.plan()))

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"agency": self.agency}

    def back(self) -> str:
        return self.plan().get_absolute_url()

    def crumbs(self) -> list[tuple[str, str]]:
        return [(str(self.plan()), self.back())]


class ItemAdd(PlanMixin, _DraftForm):
    """Add an item, or (`?parent=`) a part of one."""

    action = gettext_lazy("Add the item")

    @property
    def heading(self) -> str:
        """Names the item it becomes part of."""
        parent = self.parent()
        return _("Add a part to item %(number)s") % {"number": parent.number} if parent else _("Add an item")

    def plan(self) -> MaintenancePlan:
        return self.get_plan()

    def parent(self) -> PlanItem | None:
        """The item it becomes part of."""
        asked = self.request.GET.get("parent", "")
        rows = self.get_plan().items.filter(archived_at=None)
        return next((row for row in rows if str(row.pk) == asked), None)

    def act(self, form: Any) -> str:
        made = plans.item_add(self.get_plan(), parent=self.parent(), acting=self.person, **form.values)
        return f"{self.back()}#i-{made.pk}"


class ItemEdit(ItemMixin, _DraftForm):
    """Change an item of a draft."""

    heading = gettext_lazy("Change the item")
    action = gettext_lazy("Save the item")

    def plan(self) -> MaintenancePlan:
        return self.get_item().plan

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"item": self.get_item()}

    def get_initial(self) -> dict[str, Any]:
        return forms_plans.PlanItemForm.initial_of(self.get_item())

    def act(self, form: Any) -> str:
        item = plans.item_update(self.get_item(), acting=self.person, **form.values)
        return f"{self.back()}#i-{item.pk}"


class ItemAction(ItemMixin, ActionView):
    """A change of an item without a form of its own."""

    policy: ClassVar[PagePolicy] = policies.staff
    told: Any = ""

    def step(self, item: PlanItem) -> None:
        """Call the service."""
        raise NotImplementedError

    def after(self, item: PlanItem) -> str:
        """Where to go."""
        return item.get_absolute_url()

    def act(self) -> "HttpResponse | str":
        item = self.get_item()
        self.step(item)
        if self.told:
            messages.success(self.request, str(self.told))
        return self.after(item)


class _DraftAction(ItemAction):
    def after(self, item: PlanItem) -> str:
        return f"{item.plan.get_absolute_url()}#i-{item.pk}"


class ItemMove(_DraftAction):
    """Up, down, into the one above, out of its whole."""

    def step(self, item: PlanItem) -> None:
        plans.item_move(item, to=self.request.POST.get("to", ""), acting=self.person)


class ItemArchive(_DraftAction):
    """Out of the draft."""

    told = gettext_lazy("The item is taken out; you find it below the table.")

    def step(self, item: PlanItem) -> None:
        plans.item_archive(item, acting=self.person)

    def after(self, item: PlanItem) -> str:
        return item.plan.get_absolute_url()


class ItemRestore(_DraftAction):
    """Back into the draft."""

    told = gettext_lazy("The item is back in the plan.")

    def step(self, item: PlanItem) -> None:
        plans.item_restore(item, acting=self.person)


class ItemBegin(ItemAction):
    """Begin the work."""

    told = gettext_lazy("The item is in progress.")

    def step(self, item: PlanItem) -> None:
        plans_work.item_begin(item, acting=self.person)


class ItemConfirm(ItemAction):
    """Confirm what another person reported."""

    told = gettext_lazy("The item is done.")

    def step(self, item: PlanItem) -> None:
        plans_work.item_confirm(item, acting=self.person)


class ItemForm(ItemMixin, PlanFormPage):
    """A form about one item."""

    def verdict(self) -> Any:
        """May the person do this?"""
        return may.can_report(self.person, self.get_item())

    def guard(self) -> None:
        require(self.verdict())

    def back(self) -> str:
        return self.get_item().get_absolute_url()

    def crumbs(self) -> list[tuple[str, str]]:
        item = self.get_item()
        number = _("Item %(number)s") % {"number": item.number}
        return [(str(item.plan), item.plan.get_absolute_url()), (number, self.back())]

    def page(self) -> dict[str, Any]:
        return super().page() | {"about": self.get_item().text}


class ItemNote(ItemForm):
    """Tell how far it is."""

    guarded = False
    form_class = forms_plans.NoteForm
    heading = gettext_lazy("Tell the progress")
    action = gettext_lazy("Save the note")

    def verdict(self) -> Any:
        return may.can_note(self.person, self.get_item())

    def get_initial(self) -> dict[str, Any]:
        item = self.get_item()
        return {"progress": item.progress, "short": item.progress_text}

    def act(self, form: Any) -> str:
        plans_work.item_note(self.get_item(), acting=self.person, **form.cleaned_data)
        return self.back()


class ItemReport(ItemForm):
    """Report it as done."""

    guarded = False
    form_class = forms_plans.ReportForm
    heading = gettext_lazy("Report the item as done")
    action = gettext_lazy("Report as done")

    def get_initial(self) -> dict[str, Any]:
        return {"done_on": clock.today()}

    def act(self, form: Any) -> str:
        plans_work.item_report(self.get_item(), acting=self.person, **form.cleaned_data)
        messages.success(self.request, _("Reported. Another person confirms it."))
        return self.back()


class _ItemReason(ItemForm):
    form_class = forms.ReasonForm
    service: Any = None

    def act(self, form: Any) -> str:
        type(self).service(self.get_item(), reason=form.cleaned_data["reason"], acting=self.person)
        return self.back()


class ItemReturn(_ItemReason):
    """Give a report back."""

    heading = gettext_lazy("Return the report")
    action = gettext_lazy("Return the report")
    service = staticmethod(plans_work.item_return)

    def verdict(self) -> Any:
        return may.can_confirm(self.person, self.get_item())


class ItemNotNeeded(_ItemReason):
    """Nothing of the kind occurred."""

    heading = gettext_lazy("Close as no occurrence")
    action = gettext_lazy("Close as no occurrence")
    service = staticmethod(plans_work.item_not_needed)

    def verdict(self) -> Any:
        return may.can_close_out(self.person, self.get_item())


class ItemCancel(_ItemReason):
    """Cancel it."""

    heading = gettext_lazy("Cancel the item")
    action = gettext_lazy("Cancel the item")
    service = staticmethod(plans_work.item_cancel)

    def verdict(self) -> Any:
        return may.can_cancel(self.person, self.get_item())


class ItemReopen(_ItemReason):
    """Open it again."""

    heading = gettext_lazy("Open the item again")
    action = gettext_lazy("Open the item again")
    service = staticmethod(plans_work.item_reopen)

    def verdict(self) -> Any:
        return may.can_open_again(self.person, self.get_item())
