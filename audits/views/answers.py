"""One link in a mail, one screen, one answer: the owner of a corrective action (see audits/answering.py)."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from audits import answering
from audits import policies_improvement as policies
from audits.forms import cases as forms
from audits.models import CorrectiveAction, DeadlineExtension, Nonconformity
from audits.selectors.cases import words_on_actions
from audits.services import corrective
from objectives.views.answers import LinkExpired, asked
from qms import clock, files
from qms.exceptions import Invalid
from qms.policies import ALLOW, Verdict, require
from qms.views.base import FormPage


class AnswerAction(FormPage):
    """Done with evidence, how far it is, or more time: without the pages of the portal around it."""

    guarded = False
    policy = policies.insider
    form_class = forms.AnswerForm
    template_name = "audits/nc/answer_action.html"

    @cached_property
    def subject(self) -> CorrectiveAction:
        """The action the link asks about, in the person's scope."""
        rows = CorrectiveAction.objects.select_related(
            "nonconformity__unit", "nonconformity__agency", "nonconformity__owner", "owner"
        )
        found: CorrectiveAction = self.find(rows, pk=asked(self, answering.read).action)
        return found

    @property
    def case(self) -> Nonconformity:
        """The case of the action."""
        return self.subject.nonconformity

    @cached_property
    def waiting(self) -> DeadlineExtension | None:
        """More time that was asked for and not decided on."""
        return self.subject.extensions.filter(state=DeadlineExtension.State.ASKED).first()

    @property
    def is_to_do(self) -> bool:
        """Whether an answer is still expected."""
        begun = self.subject.is_correction or self.case.state == Nonconformity.State.IN_PROGRESS
        return self.subject.state == CorrectiveAction.State.OPEN and begun and not self.case.is_ended

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The question; the owner whose link is too old is led to the page of the case."""
        try:
            return super().get(request, *args, **kwargs)
        except LinkExpired:
            question = answering.read(self.kwargs["token"], days=None)
            if question.person != self.person.pk:
                raise
            action = self.find(CorrectiveAction.objects.select_related("nonconformity"), pk=question.action)
            return HttpResponseRedirect(action.get_absolute_url())

    def allowed(self) -> Verdict:
        return policies.can_report(self.person, self.subject) if self.is_to_do else ALLOW

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"may_ask": self.waiting is None}

    def page(self) -> dict[str, Any]:
        today = clock.today()
        return {
            "action": self.subject,
            "case": self.case,
            "status": self.subject.status_on(today),
            "is_to_do": self.is_to_do,
            "waiting": self.waiting,
            "last": self.subject.extensions.exclude(state=DeadlineExtension.State.ASKED).last(),
            "said": words_on_actions(self.case, self.person).get(self.subject.pk, []),
        }

    def act(self, form: Any) -> str:
        if not self.is_to_do:
            raise Invalid(_("No answer is expected at the moment."))
        require(policies.can_report(self.person, self.subject))
        data, action = form.cleaned_data, self.subject
        kept = tuple(files.store(self.agency, one.name, one, acting=self.person) for one in data["evidence"])
        with transaction.atomic():
            if data["answer"] == form.DONE:
                corrective.action_report(
                    action,
                    acting=self.person,
                    note=data["note"],
                    files=kept,
                    reference=data["reference"],
                    done_on=data["done_on"],
                )
            elif data["answer"] == form.UNDER_WAY:
                words = ", ".join(filter(None, (data["note"], data["reference"])))
                corrective.action_note(action, acting=self.person, text=words, files=kept)
            else:
                corrective.extension_ask(
                    action, acting=self.person, new_deadline=data["new_deadline"], reason=data["note"]
                )
                if kept:
                    corrective.action_note(action, acting=self.person, text=data["note"], files=kept)
        messages.success(self.request, _("Your answer is kept. You can close this page."), extra_tags="stay")
        return reverse("audits:nc-action-answer", args=[self.kwargs["token"]])
