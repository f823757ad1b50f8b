"""One link in a mail, one screen, one answer (see objectives/answering.py)."""

from typing import Any, ClassVar

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from objectives import answering, policies
from objectives.models import ManualEntry
from objectives.views.entries import EntryRecord
from qms import agency_settings
from qms.exceptions import Refused
from qms.policies import PagePolicy


class Answer(EntryRecord):
    """The figure a reminder asked for: signed in as the person it was sent to, one form, done."""

    template_name = "objectives/answer.html"
    policy: ClassVar[PagePolicy] = policies.staff

    def read(self) -> answering.Question:
        """What the link asks; refused when it is not this person's or too old, 404 when it is not ours."""
        days = int(agency_settings.get(self.agency, "objectives.answer_days"))
        try:
            question = answering.read(self.kwargs["token"], days=days)
        except answering.Forged:
            raise Http404 from None
        except answering.Expired:
            raise Refused(_("This link has expired. You find the task on your home page.")) from None
        if question.person != self.person.pk:
            raise Refused(_("This link was sent to another person."))
        return question

    def cell(self) -> Any:
        question = self.read()
        self.kwargs |= {"target": question.target, "unit": question.unit, "period": question.period}
        return super().cell()

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        target, unit, period = self.cell()
        there = ManualEntry.objects.filter(
            target=target,
            unit=unit,
            period=period.code,
            state__in=[ManualEntry.State.WAITING, ManualEntry.State.CONFIRMED],
        ).first()
        if there is not None:
            messages.info(request, _("These figures are entered already."))
            return HttpResponseRedirect(there.get_absolute_url())
        return super().get(request, *args, **kwargs)

    def act(self, form: Any) -> str:
        super().act(form)
        return reverse("home")
