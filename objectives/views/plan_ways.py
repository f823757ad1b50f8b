"""Other ways to look at a plan: board, calendar with its feed, the year on one page, my unit, exports."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.generic import View

from objectives import forms_plans, policies
from objectives.models import MaintenancePlan, PlanItem, PlanState
from objectives.plan_calendar import Entry, calendar_text
from objectives.selectors.plans import Board, Line, events, mine, month_of, pace, plan_of_year, year_groups
from objectives.services import plan_feeds, plans_work
from objectives.views.plan_items import ItemMixin
from objectives.views.plans import PlanMixin
from objectives.views.table_export import TableExport
from qms import charts, clock
from qms.context import chosen_year
from qms.exceptions import Invalid
from qms.policies import PagePolicy, public, signed_in
from qms.views import ActionView, PageView
from qms.views.base import PortalMixin


class PublishedPlan(PlanMixin):
    """A plan that is or was in force."""

    def get_plan(self) -> MaintenancePlan:
        plan = super().get_plan()
        if not plan.is_published:
            raise Http404
        return plan


class BoardPage(PublishedPlan, PageView):
    """The items as cards in columns of their states; buttons and keys move them, the mouse too."""

    template_name = "objectives/plans/board.html"
    policy = signed_in

    def page(self) -> dict[str, Any]:
        plan = self.get_plan()
        board = Board(plan, clock.today())
        form = forms_plans.PlanFilters(self.request.GET or None, leads=board.lead_choices)
        if form.is_bound and form.is_valid():
            board.lead = form.cleaned_data["lead"]
            board.standing = form.cleaned_data["standing"]
        columns = board.columns()
        for column in columns:
            column["cards"] = [{"line": line, "steps": self._steps(line)} for line in column["lines"]]
        return {
            "plan": plan,
            "filters": form,
            "columns": columns,
            "tabs": self.tabs(plan, "plan-board"),
        }

    def _steps(self, line: Line) -> list[dict[str, Any]]:
        """The columns a card may go to, with the words of the button and whether a form is asked first."""
        from objectives import plan_policies as may

        item, person = line.item, self.person
        found = []

        def step(to: str, verb: str, form: str = "") -> None:
            url = reverse(f"objectives:{form}", args=[item.pk]) if form else ""
            found.append({"to": to, "verb": verb, "form": url})

        if item.state == "planned" and may.can_report(person, item):
            step("doing", _("Begin"))
        if item.state in {"planned", "in_progress"} and may.can_report(person, item):
            step("waiting", _("Report as done"), "plan-item-report")
            if item.is_optional:
                step("ended", _("Close as no occurrence"), "plan-item-not-needed")
        if item.state == "waiting" and may.can_confirm(person, item):
            step("done", _("Confirm as done"))
            step("doing", _("Return the report"), "plan-item-return")
        return found


class CardMove(ItemMixin, ActionView):
    """A card dropped on a column: the same services as the buttons; forms are asked where one is needed."""

    policy: ClassVar[PagePolicy] = policies.staff

    def act(self) -> str:
        item = self.get_item()
        to = self.request.POST.get("to", "")
        if to == "doing" and item.state == PlanItem.State.PLANNED:
            plans_work.item_begin(item, acting=self.person)
        elif to == "done" and item.state == PlanItem.State.WAITING:
            plans_work.item_confirm(item, acting=self.person)
        else:
            raise Invalid(_("The item cannot go there from its present state."))
        return reverse("objectives:plan-board", args=[item.plan_id]) + f"#c-{item.pk}"


class CalendarPage(PublishedPlan, PageView):
    """A month with what begins, is due, or was done; and the address for one's own calendar."""

    template_name = "objectives/plans/calendar.html"
    policy = signed_in

    def page(self) -> dict[str, Any]:
        plan, today = self.get_plan(), clock.today()
        asked = self.request.GET.get("month", "")
        month = int(asked) if asked.isdigit() and 1 <= int(asked) <= 12 else 0
        month = month or (today.month if today.year == plan.year else 1)
        found = events(Board(plan, today).all_lines)
        here = reverse("objectives:plan-calendar", args=[plan.pk])
        feed = plan_feeds.feed_of(self.person)
        return {
            "plan": plan,
            "tabs": self.tabs(plan, "plan-calendar"),
            "month": dt.date(plan.year, month, 1),
            "weeks": month_of(found, plan.year, month, today),
            "agenda": [event for event in found if event.on.year == plan.year and event.on.month == month],
            "months": [
                {"n": n, "url": f"{here}?month={n}", "current": n == month, "count": count}
                for n in range(1, 13)
                for count in [sum(event.on.month == n and event.on.year == plan.year for event in found)]
            ],
            "before": f"{here}?month={month - 1}" if month > 1 else "",
            "after": f"{here}?month={month + 1}" if month < 12 else "",
            "feed_url": (
                f"{settings.PUBLIC_URL}{reverse('objectives:plan-feed', args=[feed.token])}" if feed else ""
            ),
            "may_feed": policies.staff(self.person),
        }


class FeedMake(ActionView):
    """Make a calendar address (the one before stops working)."""

    policy: ClassVar[PagePolicy] = policies.staff

    def act(self) -> str:
        plan_feeds.feed_make(self.person)
        messages.success(self.request, _("The calendar address is made."))
        return f"{self.way_back()}#feed"


class FeedEnd(ActionView):
    """End the calendar address."""

    policy: ClassVar[PagePolicy] = policies.staff

    def act(self) -> str:
        plan_feeds.feed_end(self.person)
        messages.success(self.request, _("The calendar address no longer works."))
        return f"{self.way_back()}#feed"


class Feed(PortalMixin, View):
    """What a calendar program reads: the items a person leads or takes part in, by the secret address."""

    policy = public

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        person = plan_feeds.person_of(token)
        if person is None:
            raise Http404
        today = clock.today()
        plans = MaintenancePlan.objects.filter(agency=person.agency, state=PlanState.IN_FORCE)
        entries = []
        with override("vi"):
            for plan in plans.select_related("agency"):
                leading, helping = mine(plan, person, today)
                for event in events([*leading, *helping]):
                    if event.kind != "begins":
                        entries.append(_entry(event, plan))
        response = HttpResponse(
            calendar_text("Kế hoạch HTQLCL", entries, stamp=clock.now()),
            content_type="text/calendar; charset=utf-8",
        )
        response["Cache-Control"] = "private, max-age=900"
        response["X-Robots-Tag"] = "noindex"
        return response


def _entry(event: Any, plan: MaintenancePlan) -> Entry:
    return Entry(
        uid=f"{event.item.pk}-{event.kind}-{event.on:%Y%m%d}@htqlcl",
        on=event.on,
        title=event.words,
        text=f"{plan.title}\n{event.item.time_text}",
        url=f"{settings.PUBLIC_URL}{event.item.get_absolute_url()}",
    )


class YearPage(PublishedPlan, PageView):
    """Plan against time, and the year on one page: done, late, still open, never happened."""

    template_name = "objectives/plans/year.html"
    policy = signed_in

    def page(self) -> dict[str, Any]:
        plan, today = self.get_plan(), clock.today()
        lines = Board(plan, today).all_lines
        course = pace(lines, plan.year, today)
        now = next((one for one in reversed(course) if one.done is not None), None)
        return {
            "plan": plan,
            "tabs": self.tabs(plan, "plan-year"),
            "groups": year_groups(lines),
            "total": len(lines),
            "pace": course,
            "now": now,
            "behind": max(0, (_due_by(lines, today) - _settled(lines))) if now else 0,
            "due_by_now": _due_by(lines, today),
            "settled": _settled(lines),
            "chart": charts.line_chart(
                [f"T{one.month}" for one in course],
                [
                    charts.Series(_("Planned"), [one.planned for one in course], dashed=True),
                    charts.Series(_("Settled"), [one.done for one in course]),
                ],
                low=0,
                high=max(4, -(-len(lines) // 4) * 4),
                unit="",
                places=0,
                label=_("Items planned and settled, month by month"),
            ),
        }


def _due_by(lines: Sequence[Line], today: dt.date) -> int:
    return sum(line.item.due_on is not None and line.item.due_on < today for line in lines)


def _settled(lines: Sequence[Line]) -> int:
    return sum(not line.item.is_open for line in lines)


class MinePage(PageView):
    """What my unit leads and where it takes part, in the plan of the year."""

    template_name = "objectives/plans/mine.html"
    policy: ClassVar[PagePolicy] = policies.staff

    def page(self) -> dict[str, Any]:
        year = chosen_year(self.request)
        plan = plan_of_year(self.person, year)
        if plan is not None and not plan.is_published:
            plan = None
        leading, helping = mine(plan, self.person, clock.today()) if plan else ([], [])
        return {"plan": plan, "leading": leading, "helping": helping, "unit": self.person.unit}


class PlanExport(PlanMixin, TableExport):
    """The items."""

    policy = signed_in

    @property
    def filename(self) -> str:  # type: ignore[override]
        """Named after the year."""
        return f"ke-hoach-{self.get_plan().year}.xlsx"

    def title(self) -> str:
        return self.get_plan().title

    def header(self) -> list[str]:
        return [
            _("Item no."),
            _("Work item"),
            _("Time"),
            _("Leads"),
            _("Takes part"),
            _("Method"),
            _("Result to show"),
            _("Budget"),
            _("Begins on"),
            _("Deadline"),
            _("State"),
            _("Done on"),
            _("Progress"),
            _("Evidence"),
            _("Reason"),
        ]

    def lines(self) -> Iterable[Sequence[Any]]:
        for line in Board(self.get_plan(), clock.today()).all_lines:
            item = line.item
            yield [
                item.number,
                item.text,
                item.time_text,
                item.lead_words,
                item.coordinator_words,
                item.method,
                item.product,
                item.budget_text,
                item.starts_on,
                item.due_on,
                line.label,
                item.done_on,
                item.progress_text or (item.progress / 100 if item.progress is not None else None),
                line.evidence,
                item.reason,
            ]
