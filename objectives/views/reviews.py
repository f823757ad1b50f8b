"""Reviews of objectives: the page, the judgement of each target, the steps, the report."""

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from django.contrib import messages
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from documents.selectors import live
from objectives import forms, forms_cycle, policies, review_papers, services, words
from objectives import policies_cycle as cycle
from objectives.models import ObjectiveReview, ReviewLine
from objectives.views.sets import SetMixin
from objectives.views.table_export import TableExport
from qms import clock
from qms.policies import PagePolicy, Verdict, require, signed_in
from qms.views import ActionView, FormPage, PageView

STAGES = [
    ("draft", gettext_lazy("Draft")),
    ("in_review", gettext_lazy("Approval")),
    ("approved", gettext_lazy("Approved")),
]


class ReviewMixin:
    """The review a page is about."""

    def get_review(self) -> ObjectiveReview:
        """The review of the address, in the person's scope."""
        view: Any = self
        rows = ObjectiveReview.objects.select_related(
            "agency", "objective_set__agency", "objective_set__unit", "drafter", "approver", "paper"
        )
        found: ObjectiveReview = view.find(rows, pk=view.kwargs["pk"])
        return found


def review_rows(review: ObjectiveReview) -> list[dict[str, Any]]:
    """The lines ready to show: words of the figures, and where they moved against last year."""
    lines = review.lines.select_related("target__objective", "before_target")
    found = []
    for line in lines:
        line.review = review
        line.target.objective_set = review.objective_set
        found.append(
            {
                "line": line,
                "goal": words.goal_of(line.target),
                "result": review_papers.result_words(line),
                "before": review_papers.before_words(line),
                "movement": review_papers.movement(line),
                "strict": words.rate_of(line.target, line.strict_numerator, line.strict_denominator)
                if line.strict_denominator and line.strict_denominator != line.denominator
                else "",
                "url": words.target_url(line.target, review.period.code),
            }
        )
    return found


class ReviewPage(ReviewMixin, PageView):
    """One review: every target with its frozen figure, judgement, cause and measure."""

    template_name = "objectives/review.html"
    policy = signed_in

    def page(self) -> dict[str, Any]:
        review, person = self.get_review(), self.person
        is_colleague = bool(policies.staff(person)) and person.agency_id == review.agency_id
        rows = review_rows(review)
        approve = cycle.can_approve_review(person, review)
        in_review = review.state == ObjectiveReview.State.IN_REVIEW
        return {
            "review": review,
            "period": words.period_name(review.period),
            "before_period": str(review.objective_set.year - 1)
            if any(row["line"].before_target_id for row in rows)
            else "",
            "rows": rows,
            "counts": _counts(rows),
            "stages": _stages(review),
            "comments": list(review.comments.select_related("author")) if is_colleague else [],
            "problems": services.review_problems(review) if review.is_draft and is_colleague else [],
            "is_colleague": is_colleague,
            "may_edit": cycle.can_edit_review(person, review),
            "may_submit": review.is_draft and cycle.can_submit_review(person, review),
            "may_approve": in_review and approve,
            "why_not_approve": approve.reason if in_review else "",
            "may_comment": cycle.can_comment_review(person, review),
            "comment_form": forms_cycle.CommentForm(),
            "may_report": review.state == ObjectiveReview.State.APPROVED
            and live(review.paper) is None
            and cycle.can_submit_review(person, review),
        }


def _counts(rows: list[dict[str, Any]]) -> list[tuple[str, int]]:
    order = ["not_achieved", "at_risk", "insufficient_data", "no_occurrence", "achieved"]
    counted = [(status, sum(1 for row in rows if row["line"].status == status)) for status in order]
    return [(status, count) for status, count in counted if count]


def _stages(review: ObjectiveReview) -> list[dict[str, Any]]:
    codes = [code for code, _label in STAGES]
    at = codes.index(review.state)
    dates = {"draft": review.created_at, "in_review": review.submitted_at, "approved": review.approved_at}
    done = review.state == ObjectiveReview.State.APPROVED
    return [
        {
            "label": label,
            "state": "done" if place < at or done else "current" if place == at else "",
            "when": words.day(dates[code]) if place <= at and dates[code] else "",
        }
        for place, (code, label) in enumerate(STAGES)
    ]


class ReviewStart(SetMixin, ActionView):
    """Draft a review of a set."""

    policy: ClassVar[PagePolicy] = policies.staff

    def act(self) -> str:
        kind = self.request.POST.get("kind", "")
        if kind not in ObjectiveReview.Kind.values:
            kind = ObjectiveReview.Kind.YEAR.value
        review = services.review_start(self.get_set(), kind=kind, acting=self.person)
        return review.get_absolute_url()


class _ReviewForm(ReviewMixin, FormPage):
    template_name = "objectives/form.html"
    heading: Any = ""
    action: Any = ""
    policy: ClassVar[PagePolicy] = policies.staff

    def page(self) -> dict[str, Any]:
        review = self.get_review()
        one = review.objective_set
        return {
            "heading": self.heading,
            "action": self.action,
            "back": review.get_absolute_url(),
            "crumbs": [(one.title, one.get_absolute_url()), (str(review), review.get_absolute_url())],
        }


class ReviewJudge(_ReviewForm):
    """Judge one target."""

    template_name = "objectives/review_judge.html"
    form_class = forms_cycle.JudgeForm
    action = gettext_lazy("Save the judgement")

    def get_line(self) -> ReviewLine:
        """The line of the address."""
        found: ReviewLine = self.find(
            ReviewLine.objects.select_related(
                "review__objective_set__agency",
                "review__objective_set__unit",
                "target__objective_set",
                "before_target",
            ),
            pk=self.kwargs["pk"],
        )
        return found

    def get_review(self) -> ObjectiveReview:
        return self.get_line().review

    def allowed(self) -> Verdict:
        return cycle.can_edit_review(self.person, self.get_review())

    def page(self) -> dict[str, Any]:
        line = self.get_line()
        require(cycle.can_edit_review(self.person, line.review))
        return super().page() | {
            "heading": _("Judge target %(code)s") % {"code": line.target.code},
            "line": line,
            "goal": words.goal_of(line.target),
            "result": review_papers.result_words(line),
            "before": review_papers.before_words(line),
        }

    def get_initial(self) -> dict[str, Any]:
        line = self.get_line()
        return {name: getattr(line, name) for name in ("status", "status_reason", "cause", "measure")}

    def act(self, form: Any) -> str:
        line = services.review_line_judge(self.get_line(), acting=self.person, **form.cleaned_data)
        return line.get_absolute_url()


class ReviewConclude(_ReviewForm):
    """Write the general assessment."""

    form_class = forms_cycle.ConclusionForm
    heading = gettext_lazy("General assessment")
    action = gettext_lazy("Save the assessment")

    def allowed(self) -> Verdict:
        return cycle.can_edit_review(self.person, self.get_review())

    def page(self) -> dict[str, Any]:
        require(cycle.can_edit_review(self.person, self.get_review()))
        return super().page()

    def get_initial(self) -> dict[str, Any]:
        return {"conclusion": self.get_review().conclusion}

    def act(self, form: Any) -> str:
        review = services.review_conclude(
            self.get_review(), conclusion=form.cleaned_data["conclusion"], acting=self.person
        )
        return review.get_absolute_url()


class ReviewComment(_ReviewForm):
    """Say something as a member of the board."""

    form_class = forms_cycle.CommentForm
    heading = gettext_lazy("Comment of the board")
    action = gettext_lazy("Add the comment")

    def allowed(self) -> Verdict:
        return cycle.can_comment_review(self.person, self.get_review())

    def act(self, form: Any) -> str:
        review = self.get_review()
        services.review_comment(review, text=form.cleaned_data["text"], acting=self.person)
        return f"{review.get_absolute_url()}#comments"


class ReviewReturn(_ReviewForm):
    """Give a submitted review back."""

    form_class = forms.ReasonForm
    heading = gettext_lazy("Return the review to the drafter")
    action = gettext_lazy("Return the review")

    def allowed(self) -> Verdict:
        return cycle.can_approve_review(self.person, self.get_review())

    def act(self, form: Any) -> str:
        review = services.review_return(
            self.get_review(), reason=form.cleaned_data["reason"], acting=self.person
        )
        return review.get_absolute_url()


class ReviewReport(_ReviewForm):
    """Prepare the report as an official paper."""

    form_class = forms.PublishForm
    heading = gettext_lazy("Prepare the report on the objectives")
    action = gettext_lazy("Prepare the report")

    def allowed(self) -> Verdict:
        return cycle.can_submit_review(self.person, self.get_review())

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"agency": self.agency}

    def act(self, form: Any) -> str:
        paper = services.review_report(
            self.get_review(), signer=form.cleaned_data["signer"], acting=self.person
        )
        return paper.get_absolute_url()


class _ReviewAction(ReviewMixin, ActionView):
    policy: ClassVar[PagePolicy] = policies.staff
    told: Any = ""

    def step(self, review: ObjectiveReview) -> None:
        """Call the service."""
        raise NotImplementedError

    def act(self) -> str:
        review = self.get_review()
        self.step(review)
        messages.success(self.request, str(self.told))
        return review.get_absolute_url()


class ReviewRefresh(_ReviewAction):
    """Take the figures anew."""

    told = gettext_lazy("The figures are taken anew.")

    def step(self, review: ObjectiveReview) -> None:
        services.review_refresh(review, acting=self.person)


class ReviewSubmit(_ReviewAction):
    """Send for approval."""

    told = gettext_lazy("Submitted for approval.")

    def step(self, review: ObjectiveReview) -> None:
        services.review_submit(review, acting=self.person)


class ReviewApprove(_ReviewAction):
    """Approve what another person drafted."""

    told = gettext_lazy("The review is approved.")

    def step(self, review: ObjectiveReview) -> None:
        services.review_approve(review, acting=self.person)


class ReviewExport(ReviewMixin, TableExport):
    """A review."""

    policy = signed_in

    @property
    def filename(self) -> str:  # type: ignore[override]
        """Named after its period."""
        return f"danh-gia-muc-tieu-{self.get_review().period.code}.xlsx"

    def title(self) -> str:
        return str(self.get_review())

    def header(self) -> list[str]:
        return [
            _("Code"),
            _("Target"),
            _("Figure to reach"),
            _("Numerator"),
            _("Denominator"),
            _("Result"),
            _("Last year"),
            _("By the figures"),
            _("Judgement"),
            _("Why judged otherwise"),
            _("Cause"),
            _("Measure"),
        ]

    def lines(self) -> Iterable[Sequence[Any]]:
        for row in review_rows(self.get_review()):
            line = row["line"]
            yield (
                line.target.code,
                line.target.text,
                row["goal"],
                line.numerator,
                line.denominator,
                row["result"],
                row["before"],
                line.get_proposed_display(),
                line.get_status_display(),
                line.status_reason,
                line.cause,
                line.measure,
            )


def reviews_of(person: Any, objective_set: Any) -> list[dict[str, Any]]:
    """Both reviews of a set for its page: what is there, and what may be started."""
    found = {
        row.kind: row
        for row in ObjectiveReview.objects.visible_to(person).filter(objective_set=objective_set)
    }
    may = bool(cycle.can_review(person, objective_set))
    rows = []
    for kind, label in ObjectiveReview.Kind.choices:
        opens_on = ObjectiveReview(objective_set=objective_set, kind=kind).opens_on
        rows.append(
            {
                "kind": kind,
                "label": label,
                "review": found.get(kind),
                "url": reverse("objectives:review-start", args=[objective_set.pk]),
                "may_start": may and kind not in found and opens_on <= clock.today(),
                "opens_on": opens_on if opens_on > clock.today() else None,
            }
        )
    return rows
