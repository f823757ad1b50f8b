"""Objective sets: the list by year, and the page in the decreed columns."""

from itertools import groupby
from typing import Any

from django.db.models import Count, QuerySet
from django.utils.translation import gettext_lazy

from documents.selectors import live
from objectives import policies, services, words
from objectives import policies_cycle as cycle
from objectives.models import ObjectiveSet
from objectives.papers import in_tree_order, set_warnings
from objectives.selectors.telling import told
from qms.models import Person
from qms.policies import signed_in
from qms.views import PageView

STAGES = [
    ("draft", gettext_lazy("Draft")),
    ("in_review", gettext_lazy("Approval")),
    ("approved", gettext_lazy("Decision")),
    ("in_force", gettext_lazy("In force")),
    ("closed", gettext_lazy("Figures closed")),
]


def set_rows(person: Person) -> "QuerySet[Any]":
    """The sets a person may see, with the counts of what they hold."""
    return (
        ObjectiveSet.objects.visible_to(person)
        .select_related("agency", "unit", "drafter", "paper")
        .annotate(
            objective_count=Count("objectives", distinct=True),
            target_count=Count("targets", distinct=True),
        )
        .order_by("-year", "agency__name", "unit__order", "-created_at")
    )


class SetList(PageView):
    """All sets the person may see, by year."""

    template_name = "objectives/set_list.html"
    policy = signed_in

    def page(self) -> dict[str, Any]:
        by_year = groupby(set_rows(self.person), key=lambda row: row.year)
        return {
            "years_of_sets": [(year, list(rows)) for year, rows in by_year],
            "may_draft": policies.may_start(self.person),
            "is_colleague": bool(policies.staff(self.person)),
        }


class SetMixin:
    """The set a page is about."""

    def get_set(self) -> ObjectiveSet:
        """The set of the address, in the person's scope."""
        view: Any = self
        found: ObjectiveSet = view.find(
            ObjectiveSet.objects.select_related("agency", "unit", "drafter", "approver", "paper"),
            pk=view.kwargs["pk"],
        )
        return found


class SetPage(SetMixin, PageView):
    """Objectives, targets and tasks of one set, with what may be done now."""

    template_name = "objectives/set.html"
    policy = signed_in

    def page(self) -> dict[str, Any]:
        one = self.get_set()
        person = self.person
        paper = live(one.paper)
        is_colleague = bool(policies.staff(person)) and person.agency_id == one.agency_id
        changes = services.set_changes(one)
        return self._cycle(one, is_colleague) | {
            "set": one,
            "objectives": objectives_of(one, changes),
            "dropped": changes.dropped if is_colleague else [],
            "may_start_year": is_colleague
            and one.is_published
            and one.unit_id is None
            and one.state != "superseded"
            and cycle.can_start_year(person),
            "stages": _stages(one),
            "warnings": list(set_warnings(one)) if is_colleague else [],
            "problems": services.missing_parts(one) if one.is_draft else [],
            "bases": list(one.bases.select_related("legal_basis")),
            "paper": one.paper,
            "paper_is_live": paper is not None,
            "is_colleague": is_colleague,
            "may_edit": policies.can_edit(person, one),
            "may_submit": one.state == "draft" and policies.can_submit(person, one),
            "may_approve": one.state == "in_review" and policies.can_approve(person, one),
            "why_not_approve": policies.can_approve(person, one).reason if one.state == "in_review" else "",
            "may_publish": one.state == "approved"
            and one.unit_id is None
            and paper is None
            and policies.can_publish(person, one),
            "may_start": one.state == "approved"
            and one.unit_id is not None
            and policies.can_reopen(person, one),
            "may_reopen": one.state == "approved" and paper is None and policies.can_reopen(person, one),
            "may_close": one.state == "in_force" and policies.can_close(person, one),
        }

    def _cycle(self, one: ObjectiveSet, is_colleague: bool) -> dict[str, Any]:
        """What belongs to the year of the set: reviews, readers, the sets of units."""
        from objectives.views.reviews import reviews_of

        if not one.is_published:
            return {"reviews": [], "told": None}
        person = self.person
        known = told(one) if is_colleague else None
        read = [at for reader, at in known.people if reader.pk == person.pk] if known else []
        return {
            "reviews": reviews_of(person, one),
            "told": known,
            "my_reading": read[0] if read else None,
            "asked_to_read": bool(read) and read[0] is None and one.state == "in_force",
            "may_tell": is_colleague and known is None and cycle.can_tell(person, one),
        }


def objectives_of(one: ObjectiveSet, changes: Any) -> list[dict[str, Any]]:
    """Objectives with their targets and tasks, each marked with what changed since last year."""

    def mark(row: Any) -> dict[str, Any]:
        return {"mark": changes.marks.get(row.pk, ""), "changes": changes.words.get(row.pk, [])}

    rows = one.objectives.prefetch_related(
        "targets__reporting__unit", "targets__parent", "tasks__parties__unit", "tasks__parties__person"
    )
    for objective in rows:
        for target in objective.targets.all():
            target.objective_set = one
    return _rows_of(rows, mark)


def _rows_of(rows: Any, mark: Any) -> list[dict[str, Any]]:
    return [
        {
            "objective": row,
            "targets": [
                {"target": target, "goal": words.goal_of(target)} | mark(target)
                for target in row.targets.all()
            ],
            "tasks": [
                {"task": task, "depth": depth} | mark(task) for task, depth in in_tree_order(row.tasks.all())
            ],
            **mark(row),
        }
        for row in rows
    ]


def _stages(one: ObjectiveSet) -> list[dict[str, Any]]:
    if one.state == "superseded":
        return []
    codes = [code for code, _label in STAGES]
    at = codes.index(one.state)
    dates = {
        "draft": one.created_at,
        "in_review": one.submitted_at,
        "approved": one.approved_at,
        "in_force": one.in_force_from,
    }
    return [
        {
            "label": label,
            "state": "done" if place < at else "current" if place == at else "",
            "when": words.day(dates.get(code)) if place <= at and dates.get(code) else "",
        }
        for place, (code, label) in enumerate(STAGES)
    ]
