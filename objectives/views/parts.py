"""Forms for the parts of a draft: objectives, targets, tasks."""

from typing import Any, ClassVar

from django.db import models
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from objectives import forms, policies, services
from objectives.models import ImplementingTask, ObjectiveSet, QualityObjective, Target
from qms.policies import PagePolicy, Verdict, require
from qms.views import ActionView, FormPage

KINDS: dict[str, type[models.Model]] = {
    "objectives": QualityObjective,
    "targets": Target,
    "tasks": ImplementingTask,
}


class _PartForm(FormPage):
    """A form about a part of a draft; who may not edit is told so before filling it in."""

    template_name = "objectives/form.html"
    model: type[models.Model] = QualityObjective
    heading: Any = ""
    action: Any = ""
    policy: ClassVar[PagePolicy] = policies.staff

    def part(self) -> Any:
        """The record of the address."""
        rows: Any = self.model._default_manager
        return self.find(
            rows.select_related("objective_set__agency", "objective_set__unit"), pk=self.kwargs["pk"]
        )

    def get_set(self) -> ObjectiveSet:
        """The set it belongs to."""
        found: ObjectiveSet = self.part().objective_set
        return found

    def allowed(self) -> Verdict:
        return policies.can_edit(self.person, self.get_set())

    def page(self) -> dict[str, Any]:
        one = self.get_set()
        require(policies.can_edit(self.person, one))
        return {
            "heading": self.heading,
            "action": self.action,
            "back": one.get_absolute_url(),
            "crumbs": [(one.title, one.get_absolute_url())],
        }


class ObjectiveAdd(_PartForm):
    """Add an objective."""

    form_class = forms.ObjectiveForm
    heading = _("Add an objective")
    action = _("Add the objective")

    def get_set(self) -> ObjectiveSet:
        found: ObjectiveSet = self.find(
            ObjectiveSet.objects.select_related("agency", "unit"), pk=self.kwargs["pk"]
        )
        return found

    def act(self, form: Any) -> str:
        one = self.get_set()
        made = services.objective_add(one, acting=self.person, **form.cleaned_data)
        return f"{one.get_absolute_url()}#o-{made.pk}"


class ObjectiveEdit(_PartForm):
    """Change an objective."""

    form_class = forms.ObjectiveForm
    heading = _("Change the objective")
    action = _("Save the objective")

    def get_initial(self) -> dict[str, Any]:
        part = self.part()
        return {"number": part.number, "text": part.text, "plan_text": part.plan_text}

    def act(self, form: Any) -> str:
        part = services.objective_update(self.part(), acting=self.person, **form.cleaned_data)
        return f"{part.objective_set.get_absolute_url()}#o-{part.pk}"


class _AgencyForm(_PartForm):
    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"agency": self.agency}


class TargetAdd(_AgencyForm):
    """Add a target to an objective."""

    form_class = forms.TargetForm
    heading = _("Add a target")
    action = _("Add the target")

    def act(self, form: Any) -> str:
        objective = self.part()
        services.target_add(objective, acting=self.person, **form.cleaned_data)
        return f"{objective.objective_set.get_absolute_url()}#o-{objective.pk}"


class TargetEdit(_AgencyForm):
    """Change a target."""

    model = Target
    form_class = forms.TargetForm
    heading = _("Change the target")
    action = _("Save the target")

    def get_initial(self) -> dict[str, Any]:
        return forms.TargetForm.initial_of(self.part())

    def act(self, form: Any) -> str:
        target = services.target_update(self.part(), acting=self.person, **form.cleaned_data)
        return f"{target.objective_set.get_absolute_url()}#o-{target.objective_id}"


class TaskAdd(_AgencyForm):
    """Add a task to an objective."""

    form_class = forms.TaskForm
    heading = _("Add a task")
    action = _("Add the task")

    def place(self) -> tuple[QualityObjective, ImplementingTask | None]:
        """Objective and parent task."""
        return self.part(), None

    def act(self, form: Any) -> str:
        objective, parent = self.place()
        services.task_add(objective, parent=parent, acting=self.person, **task_values(form))
        return f"{objective.objective_set.get_absolute_url()}#o-{objective.pk}"


class SubTaskAdd(TaskAdd):
    """Add a task below another."""

    model = ImplementingTask
    heading = _("Add a sub-task")
    action = _("Add the sub-task")

    def place(self) -> tuple[QualityObjective, ImplementingTask | None]:
        parent = self.part()
        return parent.objective, parent


class TaskEdit(_AgencyForm):
    """Change a task."""

    model = ImplementingTask
    form_class = forms.TaskForm
    heading = _("Change the task")
    action = _("Save the task")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"task": self.part()}

    def get_initial(self) -> dict[str, Any]:
        return forms.TaskForm.initial_of(self.part())

    def act(self, form: Any) -> str:
        task = services.task_update(self.part(), acting=self.person, **task_values(form))
        return f"{task.objective_set.get_absolute_url()}#o-{task.objective_id}"


def task_values(form: Any) -> dict[str, Any]:
    """What the services take, from a valid TaskForm."""
    return {
        "text": form.cleaned_data["text"],
        "method": form.cleaned_data["method"],
        "time_text": form.cleaned_data["time_text"],
        "leads": form.parties_of("leads"),
        "coordinators": form.parties_of("coordinators"),
    }


class _PartAction(ActionView):
    """An action on an objective, a target or a task."""

    policy: ClassVar[PagePolicy] = policies.staff

    def part(self) -> Any:
        """The record of the address."""
        model = KINDS.get(self.kwargs["kind"])
        if model is None:
            raise Http404
        rows: Any = model._default_manager
        return self.find(rows.select_related("objective_set"), pk=self.kwargs["pk"])

    @staticmethod
    def back(part: Any) -> str:
        """The set's page, at the objective."""
        objective = part if isinstance(part, QualityObjective) else part.objective
        return f"{part.objective_set.get_absolute_url()}#o-{objective.pk}"


class PartMove(_PartAction):
    """Up or down."""

    def act(self) -> str:
        part = self.part()
        services.part_move(part, up=self.request.POST.get("to") == "up", acting=self.person)
        return self.back(part)


class PartRemove(_PartAction):
    """Out of the draft."""

    def act(self) -> str:
        part = self.part()
        back = (
            part.objective_set.get_absolute_url() if part._meta.model is QualityObjective else self.back(part)
        )
        services.part_remove(part, acting=self.person)
        return back
