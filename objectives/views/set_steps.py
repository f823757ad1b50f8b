"""Starting a set, changing its head, and the steps of its life."""

from typing import Any, ClassVar

from django.contrib import messages
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from objectives import forms, policies, services
from objectives.models import ObjectiveSet
from objectives.papers import set_warnings
from objectives.views.sets import SetMixin
from qms.policies import PagePolicy, Verdict
from qms.views import ActionView, FormPage


class SetCreate(FormPage):
    """Start a draft."""

    template_name = "objectives/form.html"
    form_class = forms.SetForm
    policy: ClassVar[PagePolicy] = policies.may_start

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"person": self.person}

    def get_initial(self) -> dict[str, Any]:
        asked = self.request.GET.get("year", "")
        year = int(asked) if asked.isdigit() else None
        return {"year": year, "title": _("Quality objectives of %(year)s") % {"year": year}} if year else {}

    def page(self) -> dict[str, Any]:
        return {
            "heading": _("Draft objectives"),
            "action": _("Start the draft"),
            "back": reverse("objectives:set-list"),
        }

    def act(self, form: Any) -> str:
        data = form.cleaned_data
        made = services.objective_set_create(agency=self.agency, acting=self.person, **data)
        return made.get_absolute_url()


class SetFormPage(SetMixin, FormPage):
    """A form about one set."""

    template_name = "objectives/form.html"
    heading: Any = ""
    action: Any = ""
    policy: ClassVar[PagePolicy] = policies.staff

    def page(self) -> dict[str, Any]:
        one = self.get_set()
        return {
            "heading": self.heading,
            "action": self.action,
            "back": one.get_absolute_url(),
            "crumbs": [(one.title, one.get_absolute_url())],
        }


class SetEdit(SetFormPage):
    """Change the head of a draft."""

    form_class = forms.SetForm
    heading = gettext_lazy("Title and reporting periods")
    action = gettext_lazy("Save the changes")

    def allowed(self) -> Verdict:
        return policies.can_edit(self.person, self.get_set())

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"person": self.person, "editing": self.get_set()}

    def get_initial(self) -> dict[str, Any]:
        one = self.get_set()
        return {"title": one.title, "window_rule": one.window_rule}

    def act(self, form: Any) -> str:
        one = services.objective_set_update(self.get_set(), acting=self.person, **form.cleaned_data)
        return one.get_absolute_url()


class SetBases(SetFormPage):
    """What the decision cites."""

    form_class = forms.BasesForm
    heading = gettext_lazy("Legal bases of the decision")
    action = gettext_lazy("Save the legal bases")

    def allowed(self) -> Verdict:
        return policies.can_edit(self.person, self.get_set())

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"agency": self.agency}

    def get_initial(self) -> dict[str, Any]:
        rows = list(self.get_set().bases.all())
        return {
            kind: [row.legal_basis_id for row in rows if row.kind == kind]
            for kind in ("basis", "implementing")
        }

    def act(self, form: Any) -> str:
        one = self.get_set()
        services.set_bases(one, bases=form.chosen, acting=self.person)
        return one.get_absolute_url()


class SetReturn(SetFormPage):
    """Give a submitted draft back."""

    form_class = forms.ReasonForm
    heading = gettext_lazy("Return the objectives to the drafter")
    action = gettext_lazy("Return the objectives")

    def allowed(self) -> Verdict:
        return policies.can_approve(self.person, self.get_set())

    def act(self, form: Any) -> str:
        one = self.get_set()
        services.set_return(one, reason=form.cleaned_data["reason"], acting=self.person)
        return one.get_absolute_url()


class SetReopen(SetFormPage):
    """Take approved objectives back."""

    form_class = forms.ReasonForm
    heading = gettext_lazy("Take the objectives back into drafting")
    action = gettext_lazy("Take the objectives back")

    def allowed(self) -> Verdict:
        return policies.can_reopen(self.person, self.get_set())

    def act(self, form: Any) -> str:
        one = self.get_set()
        services.set_reopen(one, reason=form.cleaned_data["reason"], acting=self.person)
        return one.get_absolute_url()


class SetPublish(SetFormPage):
    """Prepare the decision."""

    form_class = forms.PublishForm
    heading = gettext_lazy("Prepare the decision that publishes the objectives")
    action = gettext_lazy("Prepare the decision")

    def allowed(self) -> Verdict:
        return policies.can_publish(self.person, self.get_set())

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"agency": self.agency}

    def page(self) -> dict[str, Any]:
        return super().page() | {"warnings": list(set_warnings(self.get_set()))}

    def act(self, form: Any) -> str:
        paper = services.set_publish(self.get_set(), signer=form.cleaned_data["signer"], acting=self.person)
        return paper.get_absolute_url()


class _SetAction(SetMixin, ActionView):
    """A step of a set's life."""

    policy: ClassVar[PagePolicy] = policies.staff
    told: Any = ""

    def step(self, one: ObjectiveSet) -> None:
        """Call the service."""
        raise NotImplementedError

    def act(self) -> str:
        one = self.get_set()
        self.step(one)
        messages.success(self.request, str(self.told))
        return one.get_absolute_url()


class SetSubmit(_SetAction):
    """Send a draft for approval."""

    told = gettext_lazy("Submitted for approval.")

    def step(self, one: ObjectiveSet) -> None:
        services.set_submit(one, acting=self.person)


class SetApprove(_SetAction):
    """Approve what another person drafted."""

    told = gettext_lazy("The objectives are approved.")

    def step(self, one: ObjectiveSet) -> None:
        services.set_approve(one, acting=self.person)


class UnitSetStart(_SetAction):
    """Bring the objectives of a unit into force."""

    told = gettext_lazy("The objectives of the unit are in force.")

    def step(self, one: ObjectiveSet) -> None:
        services.unit_set_start(one, acting=self.person)


class SetClose(_SetAction):
    """Close the figures of a year that is over."""

    told = gettext_lazy("The figures of the year are closed.")

    def step(self, one: ObjectiveSet) -> None:
        services.set_close(one, acting=self.person)


class SetDiscard(SetMixin, ActionView):
    """Throw a draft away."""

    policy: ClassVar[PagePolicy] = policies.staff

    def act(self) -> str:
        services.objective_set_discard(self.get_set(), acting=self.person)
        messages.success(self.request, _("The draft is discarded."))
        return reverse("objectives:set-list")
