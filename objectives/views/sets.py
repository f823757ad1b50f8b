"""Objective sets: the list by year, the page in the decreed columns, and the steps of their life."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any, ClassVar

from django.contrib import messages
from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from documents.selectors import live
from objectives import forms, policies, services, words
from objectives import policies_cycle as cycle
from objectives.models import ObjectiveSet
from objectives.papers import in_tree_order, set_warnings
from objectives.selectors.telling import told
from qms.policies import PagePolicy, signed_in
from qms.views import ActionView, ExportView, FormPage, PageView

STAGES = [
    ("draft", gettext_lazy("Draft")),
    ("in_review", gettext_lazy("Approval")),
    ("approved", gettext_lazy("Decision")),
    ("in_force", gettext_lazy("In force")),
    ("closed", gettext_lazy("Figures closed")),
]


class SetList(PageView):
    """All sets the person may see, by year."""

    template_name = "objectives/set_list.html"
    policy = signed_in

    def rows(self) -> "QuerySet[ObjectiveSet]":
        """The sets with the counts of what they hold."""
        return (
            ObjectiveSet.objects.visible_to(self.person)
            .select_related("agency", "unit", "drafter", "paper")
            .annotate(
                objective_count=Count("objectives", distinct=True),
                target_count=Count("targets", distinct=True),
            )
            .order_by("-year", "agency__name", "unit__order", "-created_at")
        )

    def page(self) -> dict[str, Any]:
        by_year = groupby(self.rows(), key=lambda row: row.year)
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
            "objectives": _objectives(one, changes),
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


def _objectives(one: ObjectiveSet, changes: Any) -> list[dict[str, Any]]:
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


class _SetForm(SetMixin, FormPage):
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


class SetEdit(_SetForm):
    """Change the head of a draft."""

    form_class = forms.SetForm
    heading = gettext_lazy("Title and reporting periods")
    action = gettext_lazy("Save the changes")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"person": self.person, "editing": self.get_set()}

    def get_initial(self) -> dict[str, Any]:
        one = self.get_set()
        return {"title": one.title, "window_rule": one.window_rule}

    def act(self, form: Any) -> str:
        one = services.objective_set_update(self.get_set(), acting=self.person, **form.cleaned_data)
        return one.get_absolute_url()


class SetBases(_SetForm):
    """What the decision cites."""

    form_class = forms.BasesForm
    heading = gettext_lazy("Legal bases of the decision")
    action = gettext_lazy("Save the legal bases")

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


class SetReturn(_SetForm):
    """Give a submitted draft back."""

    form_class = forms.ReasonForm
    heading = gettext_lazy("Return the objectives to the drafter")
    action = gettext_lazy("Return the objectives")

    def act(self, form: Any) -> str:
        one = self.get_set()
        services.set_return(one, reason=form.cleaned_data["reason"], acting=self.person)
        return one.get_absolute_url()


class SetReopen(_SetForm):
    """Take approved objectives back."""

    form_class = forms.ReasonForm
    heading = gettext_lazy("Take the objectives back into drafting")
    action = gettext_lazy("Take the objectives back")

    def act(self, form: Any) -> str:
        one = self.get_set()
        services.set_reopen(one, reason=form.cleaned_data["reason"], acting=self.person)
        return one.get_absolute_url()


class SetPublish(_SetForm):
    """Prepare the decision."""

    form_class = forms.PublishForm
    heading = gettext_lazy("Prepare the decision that publishes the objectives")
    action = gettext_lazy("Prepare the decision")

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


class SetExport(SetMixin, ExportView):
    """The objectives of a set with targets and tasks as a spreadsheet, in the decreed columns."""

    policy = signed_in

    @property
    def filename(self) -> str:  # type: ignore[override]
        """Named after the year."""
        return f"muc-tieu-chat-luong-{self.get_set().year}.xlsx"

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
        for item in _objectives(self.get_set(), services.SetChanges()):
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
