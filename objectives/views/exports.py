"""Tables of the yearly cycle as files."""

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from django.utils.translation import gettext as _

from objectives import policies, services, words
from objectives.models.sets import STATUSES
from objectives.selectors.entries import published_of_year, slots
from objectives.selectors.plans import mine, plan_of_year, plan_rows
from objectives.selectors.year import YearBoard, set_of_year
from objectives.views.sets import SetMixin, objectives_of, set_rows
from objectives.views.table_export import TableExport
from qms import clock
from qms.context import chosen_year
from qms.policies import PagePolicy, signed_in


class SetExport(SetMixin, TableExport):
    """The objectives of a set with targets and tasks, in the decreed columns."""

    policy = signed_in

    @property
    def filename(self) -> str:  # type: ignore[override]
        """Named after the year."""
        return f"muc-tieu-chat-luong-{self.get_set().year}.xlsx"

    def title(self) -> str:
        return self.get_set().title

    def header(self) -> list[str]:
        return [
            _("No."),
            _("Objective"),
            _("Targets"),
            _("Task"),
            _("Leads"),
            _("Takes part"),
            _("Method"),
            _("Timeframe"),
        ]

    def lines(self) -> Iterable[Sequence[Any]]:
        for item in objectives_of(self.get_set(), services.SetChanges()):
            objective = item["objective"]
            targets = "\n".join(
                f"{row['target'].code}. {row['target'].text} ({row['goal']})" for row in item["targets"]
            )
            head: tuple[Any, ...] = (objective.number, objective.text, targets)
            if not item["tasks"]:
                yield (*head, "", "", "", "", "")
            for row in item["tasks"]:
                task = row["task"]
                yield (
                    *head,
                    "– " * row["depth"] + task.text,
                    ", ".join(party.label for party in task.leads),
                    ", ".join(party.label for party in task.coordinators),
                    task.method,
                    task.time_text,
                )
                head = ("", "", "")


class SetListExport(TableExport):
    """Every set of objectives the person may see."""

    policy = signed_in
    filename = "muc-tieu-chat-luong.xlsx"

    def title(self) -> str:
        return _("Sets of the agency and its units, by year")

    def header(self) -> list[str]:
        return [
            _("Year"),
            _("Title"),
            _("Of"),
            _("Objectives"),
            _("Targets"),
            _("Decision"),
            _("In force from"),
            _("State"),
        ]

    def lines(self) -> Iterable[Sequence[Any]]:
        for one in set_rows(self.person):
            paper = one.paper
            yield (
                str(one.year),
                one.title,
                one.owner_label,
                one.objective_count,
                one.target_count,
                paper.reference if paper and paper.number else "",
                one.in_force_from,
                one.get_state_display(),
            )


class PlanListExport(TableExport):
    """Every annual plan the person may see."""

    policy = signed_in
    filename = "ke-hoach-hang-nam.xlsx"

    def title(self) -> str:
        return _("Plans by year")

    def header(self) -> list[str]:
        return [_("Year"), _("Title"), _("Paper"), _("Items"), _("Done"), _("State")]

    def lines(self) -> Iterable[Sequence[Any]]:
        for one in plan_rows(self.person):
            paper = one.paper
            yield (
                str(one.year),
                one.title,
                paper.reference if paper and paper.number else "",
                one.item_count,
                one.done_count,
                one.get_state_display(),
            )


class MineExport(TableExport):
    """What my unit leads and where it takes part, in the plan of the year."""

    policy: ClassVar[PagePolicy] = policies.staff
    filename = "viec-cua-don-vi.xlsx"

    def title(self) -> str:
        return f"{_('Items of my unit')} {chosen_year(self.request)}"

    def header(self) -> list[str]:
        return [_("Part"), _("Item no."), _("Work item"), _("Time"), _("Leads"), _("Deadline"), _("State")]

    def lines(self) -> Iterable[Sequence[Any]]:
        plan = plan_of_year(self.person, chosen_year(self.request))
        if plan is None or not plan.is_published:
            return
        leading, helping = mine(plan, self.person, clock.today())
        for part, lines in ((_("Leads"), leading), (_("Takes part"), helping)):
            for line in lines:
                item = line.item
                yield (
                    part,
                    item.number,
                    item.text,
                    item.time_text,
                    item.lead_words,
                    item.due_on,
                    line.label,
                )


class EntriesExport(TableExport):
    """The figures asked of the units in a year, one row per target, unit and period."""

    policy: ClassVar[PagePolicy] = policies.staff
    filename = "so-lieu-don-vi.xlsx"

    def title(self) -> str:
        return _("Figures of the units, %(year)s") % {"year": chosen_year(self.request)}

    def header(self) -> list[str]:
        return [
            _("Unit"),
            _("Code"),
            _("Target"),
            _("Figure to reach"),
            _("Period"),
            _("Due on"),
            _("Numerator"),
            _("Denominator"),
            _("State"),
            _("Entered by"),
            _("Confirmed by"),
        ]

    def lines(self) -> Iterable[Sequence[Any]]:
        names = {
            "confirmed": _("Confirmed"),
            "waiting": _("Waiting for confirmation"),
            "returned": _("Returned"),
            "missing": _("Missing"),
            "open": _("Not entered yet"),
        }
        rows = slots(published_of_year(self.agency, chosen_year(self.request)))
        for slot in sorted(
            rows, key=lambda one: (one.unit.order, one.unit.name, one.target.code, one.period)
        ):
            entry = slot.entry
            yield (
                slot.unit.label,
                slot.target.code,
                slot.target.text,
                words.goal_of(slot.target),
                words.period_name(slot.period),
                slot.due,
                entry.numerator if entry else None,
                entry.denominator if entry else None,
                names[slot.state],
                str(entry.entered_by or "") if entry else "",
                str(entry.confirmed_by or "") if entry else "",
            )


class YearExport(TableExport):
    """The targets of a year: how they were reported, judged at half-year and year-end, and stand now."""

    policy: ClassVar[PagePolicy] = policies.staff
    filename = "muc-tieu-mot-nam.xlsx"

    def title(self) -> str:
        return _("The year %(y)s of the objectives") % {"y": chosen_year(self.request)}

    def header(self) -> list[str]:
        return [
            _("No."),
            _("Target"),
            _("Figure to reach"),
            _("Entered in time"),
            _("Entered late"),
            _("Missing"),
            _("Half-year"),
            _("Year-end"),
            _("Now"),
        ]

    def lines(self) -> Iterable[Sequence[Any]]:
        one = set_of_year(self.agency, chosen_year(self.request))
        if one is None:
            return
        names = dict(STATUSES)
        for row in YearBoard(one).rows:
            told = row.reported
            counts = (told.in_time, told.late, told.missing) if row.target.is_manual else ("", "", "")
            yield (
                row.target.code,
                row.target.text,
                row.goal,
                *counts,
                str(names.get(row.half, "")),
                str(names.get(row.year, "")),
                row.result,
            )
