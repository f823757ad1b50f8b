"""Management reviews: the list, the page of one, every step of its way, its decisions and papers."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audits import papers_review as papers
from audits import policies_improvement as policies
from audits.agenda import BY_CODE
from audits.forms import reviews as forms
from audits.forms.cases import ReasonForm
from audits.models import ManagementReview, ReviewDecision, ReviewInput
from audits.selectors.reviews import cases_from, review_list
from audits.services import reviews as services
from audits.services.review_papers import review_paper
from documents.selectors import live
from qms import clock, registry
from qms.models import AuditEntry
from qms.policies import Verdict
from qms.views.base import ActionView, FormPage, ListPage, PageView

REVIEWS = ManagementReview.objects.select_related(
    "agency", "chair", "secretary", "previous", "minutes", "notice"
)
CHIPS = {"preparing": "in_progress", "held": "waiting", "concluded": "done", "cancelled": "cancelled"}


class ReviewList(ListPage):
    """Every review with its decisions."""

    policy = policies.insider
    template_name = "audits/review/list.html"
    page_size = 20

    def rows(self) -> Any:
        return review_list(self.person)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        shown = list(context["rows"])
        for review in shown:
            review.chip = CHIPS[review.state]
        may = policies.can_prepare(self.person)
        return context | {"rows": shown, "may_prepare": may, "today": clock.today()}


class ReviewDetail(PageView):
    """One review: agenda, meeting, decisions, papers."""

    policy = policies.insider
    template_name = "audits/review/detail.html"

    def page(self) -> dict[str, Any]:
        rows = REVIEWS.prefetch_related("attendees__person", "decisions__owner", "decisions__file", "inputs")
        review = self.find(rows, pk=self.kwargs["pk"])
        me, today = self.person, clock.today()
        held = review.state in {"held", "concluded"}
        cases = cases_from(review, me)
        new = reverse("audits:nc-create") if held else "-"
        inputs = [
            {
                "row": row,
                "topic": BY_CODE.get(row.topic),
                "missing": row.is_missing,
                "cases": cases.get(row.pk, []),
                "starts": [one for one in registry.actions_for(row, me) if one.url.startswith(new)],
            }
            for row in review.inputs.all()
        ]
        decisions = [
            {
                "one": one,
                "cases": cases.get(one.pk, []),
                "starts": registry.actions_for(one, me) if held else [],
                "status": one.status_on(today),
                "may_report": one.state == one.State.OPEN
                and review.state == ManagementReview.State.CONCLUDED
                and policies.can_report_decision(me, one),
                "may_cancel": one.state == one.State.OPEN
                and review.state == ManagementReview.State.CONCLUDED
                and policies.can_cancel_decision(me, one),
            }
            for one in review.decisions.all()
        ]
        minutes, notice = live(review.minutes), live(review.notice)
        return {
            "review": review,
            "chip": CHIPS[review.state],
            "inputs": inputs,
            "missing": [entry["topic"] for entry in inputs if entry["missing"]],
            "decisions": decisions,
            "attendees": review.attendees.all(),
            "may_edit": review.is_open and policies.can_edit_review(me, review),
            "may_supplement": review.is_open and policies.can_supplement(me, review),
            "may_minute": review.state == "held" and policies.can_minute(me, review),
            "may_conclude": review.state == "held" and policies.can_conclude(me, review),
            "minutes": minutes,
            "notice": notice,
            "may_paper": held and policies.secretariat(me),
            "held": held,
            "today": today,
            "trail": AuditEntry.objects.visible_to(me).filter(subject_id=str(review.pk)).order_by("-at")[:20],
        }


class ReviewFormPage(FormPage):
    """A form of reviews: `heading`, `action` (verb and object on the button), `back`."""

    policy = policies.insider
    template_name = "audits/review/form.html"
    heading: Any = ""
    action: Any = ""

    def back(self) -> str:
        """Where “Not yet” leads."""
        return reverse("audits:review-list")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The form with its words."""
        words = {"heading": self.heading, "action": self.action, "back": self.back()}
        return words | super().get_context_data(**kwargs)


class ReviewCreate(ReviewFormPage):
    """Prepare a review."""

    policy = policies.can_prepare
    form_class = forms.ReviewForm
    heading = gettext_lazy("Prepare a management review")
    action = gettext_lazy("Prepare the review")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"agency": self.agency}

    def get_initial(self) -> dict[str, Any]:
        today = clock.today()
        return {
            "title": _("Management review %(year)s") % {"year": today.year},
            "period_from": dt.date(today.year, 1, 1),
            "period_to": dt.date(today.year, 12, 31),
            "planned_on": max(today, dt.date(today.year, 12, 15)),
            "secretary": self.person,
        }

    def act(self, form: Any) -> str:
        values = dict(form.cleaned_data)
        review = services.review_open(
            self.agency, acting=self.person, year=values["period_to"].year, **values
        )
        messages.success(self.request, _("Prepared; the portal has filled in what it knows."))
        return review.get_absolute_url()


class OfReview(ReviewFormPage):
    """A form about one review."""

    @cached_property
    def review(self) -> ManagementReview:
        """The review of the address."""
        found: ManagementReview = self.find(REVIEWS, pk=self.kwargs["pk"])
        return found

    def back(self) -> str:
        return self.review.get_absolute_url()

    def page(self) -> dict[str, Any]:
        return {"review": self.review, "about": f"{self.review.code} · {self.review.title}"}


class ReviewEdit(OfReview):
    """Change the frame of a review."""

    form_class = forms.ReviewForm
    heading = gettext_lazy("Change the review")
    action = gettext_lazy("Save the review")

    def allowed(self) -> Verdict:
        return policies.can_edit_review(self.person, self.review)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"agency": self.agency}

    def get_initial(self) -> dict[str, Any]:
        return {name: getattr(self.review, name) for name in services.CHANGEABLE}

    def act(self, form: Any) -> str:
        services.review_change(self.review, acting=self.person, **form.cleaned_data)
        return self.back()


class ReviewInvite(OfReview):
    """Choose who is invited."""

    form_class = forms.InviteForm
    heading = gettext_lazy("Invite to the review")
    action = gettext_lazy("Save the invitations")

    def allowed(self) -> Verdict:
        return policies.can_edit_review(self.person, self.review)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"agency": self.agency}

    def get_initial(self) -> dict[str, Any]:
        return {"people": list(self.review.attendees.values_list("person", flat=True))}

    def act(self, form: Any) -> str:
        people = list(form.cleaned_data["people"])
        services.attendees_set(self.review, acting=self.person, people=people)
        return self.back()


class ReviewHold(OfReview):
    """Record the meeting."""

    proposals = ("held_on",)
    form_class = forms.MeetingForm
    heading = gettext_lazy("Record the meeting")
    action = gettext_lazy("Record the meeting")

    def allowed(self) -> Verdict:
        return policies.can_edit_review(self.person, self.review)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"review": self.review}

    def get_initial(self) -> dict[str, Any]:
        present = list(self.review.attendees.values_list("person", flat=True))
        return {"held_on": clock.today(), "place": self.review.place, "present": present}

    def page(self) -> dict[str, Any]:
        warning = _("From here the inputs stand as they are; they are not collected again.")
        return super().page() | {"warning": warning}

    def act(self, form: Any) -> str:
        values = dict(form.cleaned_data)
        values["present"] = list(values["present"])
        services.review_hold(self.review, acting=self.person, **values)
        return self.back()


class ReviewConclude(OfReview):
    """The chair concludes."""

    form_class = forms.ConcludeForm
    heading = gettext_lazy("Conclude the review")
    action = gettext_lazy("Conclude the review")

    def allowed(self) -> Verdict:
        return policies.can_conclude(self.person, self.review)

    def page(self) -> dict[str, Any]:
        warning = _("Every decision becomes the task of its owner; afterwards nothing changes any more.")
        return super().page() | {"warning": warning}

    def act(self, form: Any) -> str:
        services.review_conclude(self.review, acting=self.person, **form.cleaned_data)
        return self.back()


class ReviewCancel(OfReview):
    """Give a review up."""

    form_class = ReasonForm
    heading = gettext_lazy("Cancel the review")
    action = gettext_lazy("Cancel the review")

    def allowed(self) -> Verdict:
        return policies.can_edit_review(self.person, self.review)

    def act(self, form: Any) -> str:
        services.review_cancel(self.review, acting=self.person, **form.cleaned_data)
        return self.back()


class DecisionAdd(OfReview):
    """Write a decision down."""

    guarded = False
    form_class = forms.DecisionForm
    heading = gettext_lazy("Write a decision down")
    action = gettext_lazy("Save the decision")

    def allowed(self) -> Verdict:
        return policies.can_minute(self.person, self.review)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"agency": self.agency}

    def get_initial(self) -> dict[str, Any]:
        return {"topic": self.request.GET.get("topic", ""), "kind": ReviewDecision.Kind.IMPROVEMENT}

    def act(self, form: Any) -> str:
        services.decision_add(self.review, acting=self.person, **form.cleaned_data)
        return self.back()


class ReviewPaper(OfReview):
    """Draft the minutes, or the notice of the conclusions."""

    guarded = False
    form_class = forms.PaperForm
    what = ""

    @property
    def heading(self) -> str:
        """Which paper."""
        if self.what == papers.MINUTES:
            return _("Draft the minutes")
        return _("Draft the notice of the conclusions")

    @property
    def action(self) -> str:
        """Which paper."""
        return self.heading

    def allowed(self) -> Verdict:
        return policies.secretariat(self.person)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"agency": self.agency}

    def get_initial(self) -> dict[str, Any]:
        return {"signer": self.review.chair_id}

    def act(self, form: Any) -> str:
        signer = form.cleaned_data["signer"]
        paper = review_paper(self.review, purpose=self.what, signer=signer, acting=self.person)
        return paper.get_absolute_url()


class _OfInput(ReviewFormPage):
    @cached_property
    def row(self) -> ReviewInput:
        """The topic of the address."""
        rows = ReviewInput.objects.select_related("review__agency", "review__secretary")
        found: ReviewInput = self.find(rows, pk=self.kwargs["pk"])
        return found

    def back(self) -> str:
        return f"{self.row.review.get_absolute_url()}#t-{self.row.topic}"

    def page(self) -> dict[str, Any]:
        topic = BY_CODE.get(self.row.topic)
        return {"review": self.row.review, "about": topic.label if topic else "", "lines": self.row.lines}


class InputSupplement(_OfInput):
    """Add words to a topic."""

    form_class = forms.NoteForm
    heading = gettext_lazy("Supplement the topic")
    action = gettext_lazy("Save the words")

    def allowed(self) -> Verdict:
        return policies.can_supplement(self.person, self.row.review)

    def get_initial(self) -> dict[str, Any]:
        return {"note": self.row.note}

    def act(self, form: Any) -> str:
        services.input_supplement(self.row, acting=self.person, **form.cleaned_data)
        return self.back()


class InputDiscuss(_OfInput):
    """Write down opinions and conclusion of a topic."""

    form_class = forms.DiscussForm
    heading = gettext_lazy("Write opinions and conclusion down")
    action = gettext_lazy("Save opinions and conclusion")

    def allowed(self) -> Verdict:
        return policies.can_minute(self.person, self.row.review)

    def get_initial(self) -> dict[str, Any]:
        return {"opinion": self.row.opinion, "conclusion": self.row.conclusion}

    def act(self, form: Any) -> str:
        services.input_discuss(self.row, acting=self.person, **form.cleaned_data)
        return self.back()


class ReviewCollect(ActionView):
    """Collect the inputs anew."""

    policy = policies.insider

    def act(self) -> str:
        review = self.find(REVIEWS, pk=self.kwargs["pk"])
        services.review_collect(review, acting=self.person)
        messages.success(self.request, _("Collected anew. Words people added stay."))
        return str(review.get_absolute_url())
