"""The matrix of competence, requirements, and what one person masters."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qms import clock, home
from qms.duties import on_board, staff_of
from qms.models import AuditEntry, Person
from qms.policies import Verdict, require
from training import forms, policies, selectors, services
from training.models import Participation, PersonCompetence, Requirement, RequirementScope
from training.views.base import AppForm, AppList, AppPage, ForAgency, Step, Workbook


class _Matrix:
    """What page and workbook share."""

    request: HttpRequest
    person: Any
    agency: Any

    @cached_property
    def form(self) -> forms.MatrixFilter:
        """The filter of the address."""
        form = forms.MatrixFilter(self.request.GET, agency=self.agency)
        form.is_valid()
        return form

    def sees_all(self) -> bool:
        """Whether the person sees everybody; else the own units, and oneself."""
        return on_board(self.person) or policies.organises(self.person)

    def matrix(self) -> selectors.Matrix:
        """The matrix of whom the person may see."""
        asked = getattr(self.form, "cleaned_data", {})
        unit = asked.get("unit")
        people = staff_of(self.agency, frozenset([unit.pk]) if unit else None)
        if not self.sees_all():
            headed = home.units_headed(self.person)
            people = [one for one in people if one.unit_id in headed or one.pk == self.person.pk]
        found = selectors.matrix(self.agency, people, asked.get("topic") or "")
        if asked.get("gaps"):
            found.rows = [row for row in found.rows if row.met < row.required]
        return found


class MatrixPage(_Matrix, AppPage):
    """People down, requirements across, gaps marked."""

    template_name = "training/matrix.html"

    def page(self) -> dict[str, Any]:
        return {
            "form": self.form,
            "matrix": self.matrix(),
            "sees_all": self.sees_all(),
            "any_requirement": Requirement.objects.visible_to(self.person).exists(),
            "export_url": reverse("training:matrix-export"),
            "filtered": bool(self.request.GET),
        }


class MatrixExport(_Matrix, Workbook):
    """The matrix as a workbook: held/required in each cell."""

    filename = "ma-tran-nang-luc.xlsx"

    @cached_property
    def found(self) -> selectors.Matrix:
        """The matrix, once."""
        return self.matrix()

    def header(self) -> list[str]:
        titles = [_("Person"), _("Position"), _("Unit"), _("Requirements met"), _("Requirements")]
        return titles + [str(one) for one in self.found.requirements]

    def lines(self) -> Iterable[Sequence[Any]]:
        for row in self.found.rows:
            one = row.person
            cells = [
                f"{cell.held}/{cell.required}" if cell.required else (str(cell.held) if cell.held else "")
                for cell in row.cells
            ]
            unit = one.unit.name if one.unit else ""
            yield (one.full_name, one.position, unit, row.met, row.required, *cells)


class RequirementList(AppList):
    """What is required, and of whom."""

    template_name = "training/requirement_list.html"
    tab = "requirements"

    def rows(self) -> Any:
        return Requirement.objects.visible_to(self.person).prefetch_related("scopes__unit")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"export_url": reverse("training:requirement-export")}


class RequirementExport(Workbook):
    """Requirements as a workbook."""

    filename = "yeu-cau-nang-luc.xlsx"

    def header(self) -> list[str]:
        return [
            _("Code"),
            _("Competence"),
            _("Topic"),
            _("What is required"),
            _("Valid for months"),
            _("Of whom"),
            _("Level"),
        ]

    def lines(self) -> Iterable[Sequence[Any]]:
        for one in Requirement.objects.visible_to(self.person).prefetch_related("scopes__unit"):
            head = (one.code, one.name, one.get_topic_display(), one.description, one.valid_months)
            for scope in one.scopes.all():
                yield (*head, str(scope), scope.get_level_display())
            if not one.scopes.all():
                yield head


class RequirementDetail(AppPage):
    """One requirement with its scopes and who meets it."""

    template_name = "training/requirement_detail.html"
    tab = "requirements"

    def page(self) -> dict[str, Any]:
        one: Requirement = self.find(
            Requirement.objects.prefetch_related("scopes__unit"), pk=self.kwargs["pk"]
        )
        scopes, held = list(one.scopes.all()), selectors.held_on(self.agency, clock.today())
        people = []
        for person in staff_of(self.agency):
            needed = selectors.required_level(person, scopes)
            if needed:
                entry = held.get((person.pk, one.pk))
                cell = selectors.Cell(
                    needed, entry.level if entry else 0, entry.valid_until if entry else None
                )
                people.append((person, cell))
        return {
            "one": one,
            "scopes": scopes,
            "people": people,
            "met": sum(not cell.is_gap for _person, cell in people),
            "may_edit": policies.can_organise_in(self.person, one),
            "sees_all": on_board(self.person) or policies.organises(self.person),
            "trail": AuditEntry.objects.visible_to(self.person).filter(subject_id=str(one.pk))[:12],
        }


class RequirementCreate(AppForm):
    """Write a requirement down."""

    form_class = forms.RequirementForm
    policy = policies.can_organise
    tab = "requirements"
    heading = gettext_lazy("New requirement of competence")
    action = gettext_lazy("Save the requirement")

    def back(self) -> str:
        return reverse("training:requirement-list")

    def act(self, form: Any) -> str:
        made = services.requirement_create(self.agency, acting=self.person, **form.cleaned_data)
        return made.get_absolute_url()


class OfRequirement(AppForm):
    """A form about one requirement."""

    tab = "requirements"

    @cached_property
    def one(self) -> Requirement:
        """The requirement of the address."""
        found: Requirement = self.find(Requirement, pk=self.kwargs["pk"])
        return found

    def back(self) -> str:
        return self.one.get_absolute_url()

    def page(self) -> dict[str, Any]:
        return {"about": str(self.one)}


class RequirementEdit(OfRequirement):
    """Change a requirement."""

    form_class = forms.RequirementEditForm
    heading = gettext_lazy("Change the requirement")
    action = gettext_lazy("Save the requirement")

    def allowed(self) -> Verdict:
        return policies.can_organise_in(self.person, self.one)

    def get_initial(self) -> dict[str, Any]:
        names = ("code", "name", "topic", "description", "valid_months", "active")
        return {name: getattr(self.one, name) for name in names}

    def act(self, form: Any) -> str:
        services.requirement_edit(self.one, acting=self.person, **form.cleaned_data)
        return self.back()


class ScopeAdd(OfRequirement):
    """Say of whom it is required."""

    form_class = forms.ScopeForm
    heading = gettext_lazy("Of whom is it required?")
    action = gettext_lazy("Add to the requirement")

    def allowed(self) -> Verdict:
        return policies.can_organise_in(self.person, self.one)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"agency": self.agency}

    def act(self, form: Any) -> str:
        services.scope_add(self.one, acting=self.person, **form.cleaned_data)
        return self.back()


class ScopeRemove(Step):
    """Require it no longer of these people."""

    def act(self) -> str:
        scope = self.find(RequirementScope.objects.select_related("requirement"), pk=self.kwargs["pk"])
        services.scope_remove(scope, acting=self.person)
        url: str = scope.requirement.get_absolute_url()
        return url


class PersonPage(AppPage):
    """What one person masters, has to learn, and took part in."""

    template_name = "training/person.html"

    def page(self) -> dict[str, Any]:
        one: Person = self.find(Person.objects.select_related("unit", "agency"), pk=self.kwargs["pk"])
        require(policies.can_see_person(self.person, one))
        matrix = selectors.matrix(self.agency, [one])
        row = matrix.rows[0]
        entries = PersonCompetence.objects.filter(person=one).select_related(
            "requirement", "course", "recorded_by"
        )
        seats = Participation.objects.filter(person=one).select_related("course")
        return {
            "one": one,
            "row": row,
            "needed": [
                (requirement, cell)
                for requirement, cell in zip(matrix.requirements, row.cells, strict=True)
                if cell.required
            ],
            "entries": entries,
            "seats": seats.order_by("-course__starts_on"),
            "may_assess": policies.can_assess(self.person, one),
            "today": clock.today(),
        }


class CompetenceRecord(ForAgency):
    """Keep what a person masters."""

    guarded = False
    form_class = forms.CompetenceForm
    heading = gettext_lazy("Record a competence")
    action = gettext_lazy("Record the competence")

    @cached_property
    def one(self) -> Person:
        """The person of the address."""
        found: Person = self.find(Person.objects.select_related("unit", "agency"), pk=self.kwargs["pk"])
        return found

    def allowed(self) -> Verdict:
        return policies.can_assess(self.person, self.one)

    def back(self) -> str:
        return reverse("training:person", args=[self.one.pk])

    def page(self) -> dict[str, Any]:
        return {"about": str(self.one)}

    def get_initial(self) -> dict[str, Any]:
        return {"since": clock.today(), "requirement": self.request.GET.get("requirement")}

    def act(self, form: Any) -> str:
        data = dict(form.cleaned_data)
        requirement = data.pop("requirement")
        services.competence_record(self.one, requirement, acting=self.person, **data)
        return self.back()
