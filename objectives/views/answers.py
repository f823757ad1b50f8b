"""One link in a mail, one screen, one answer (see objectives/answering.py)."""

from typing import Any, ClassVar

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from objectives import answering, forms_plans, policies
from objectives import plan_policies as may
from objectives.models import ManualEntry, PlanItem
from objectives.services import plans_work
from objectives.views.entries import EntryRecord
from objectives.views.plan_items import ItemMixin
from objectives.views.plans import PlanFormPage
from qms import agency_settings, files, notation
from qms.exceptions import Refused
from qms.policies import PagePolicy, require


class LinkExpired(Refused):
    """The link of a mail is too old."""


def asked(page: Any, read: Any) -> Any:
    """What a link asks of the person who opened it; refused when it is too old or another's, else 404."""
    days = int(agency_settings.get(page.agency, "objectives.answer_days"))
    try:
        question = read(page.kwargs["token"], days=days)
    except answering.Forged:
        raise Http404 from None
    except answering.Expired:
        raise LinkExpired(_("This link has expired. You find the task on your home page.")) from None
    if question.person != page.person.pk:
        raise Refused(_("This link was sent to another person."))
    return question


class Answer(EntryRecord):
    """The figure a reminder asked for: signed in as the person it was sent to, one form, done."""

    template_name = "objectives/answer.html"
    policy: ClassVar[PagePolicy] = policies.staff

    def read(self) -> answering.Question:
        """What the link asks; refused when it is not this person's or too old, 404 when it is not ours."""
        question: answering.Question = asked(self, answering.read)
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


class AnswerItem(ItemMixin, PlanFormPage):
    """How far an item of the plan is, asked by a reminder: words, files, and whether it is done."""

    guarded = False
    form_class = forms_plans.ItemAnswerForm
    heading = gettext_lazy("Answer about an item of the annual plan")
    action = gettext_lazy("Send my answer")

    def get_item(self) -> PlanItem:
        if "pk" not in self.kwargs:
            self.kwargs["pk"] = asked(self, answering.read_item).item
        return super().get_item()

    def guard(self) -> None:
        require(may.can_note(self.person, self.get_item()))

    def back(self) -> str:
        return self.get_item().get_absolute_url()

    def crumbs(self) -> list[tuple[str, str]]:
        number = _("Item %(number)s") % {"number": self.get_item().number}
        return [(number, self.back())]

    def get_form_kwargs(self) -> dict[str, Any]:
        may_report = bool(may.can_report(self.person, self.get_item()))
        return super().get_form_kwargs() | {"may_report": may_report}

    def page(self) -> dict[str, Any]:
        item = self.get_item()
        due = _("until %(day)s") % {"day": notation.date(item.due_on)} if item.due_on else ""
        return super().page() | {"about": " · ".join(filter(None, (item.text, item.time_text, due)))}

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        item = self.get_item()
        if not item.is_open or item.state == PlanItem.State.WAITING:
            messages.info(request, _("This item is reported or closed already."))
            return HttpResponseRedirect(item.get_absolute_url())
        return super().get(request, *args, **kwargs)

    def act(self, form: Any) -> str:
        item, data = self.get_item(), form.cleaned_data
        with transaction.atomic():
            plans_work.item_note(item, text=data["text"], progress=data["progress"], acting=self.person)
            for upload in data["evidence"]:
                stored = files.store(self.agency, upload.name, upload, acting=self.person)
                plans_work.evidence_add(item, file=stored, acting=self.person)
            if data.get("is_done"):
                plans_work.item_report(item, acting=self.person)
        messages.success(self.request, _("Your answer is kept."))
        return reverse("home")
