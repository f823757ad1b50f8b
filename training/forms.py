"""Forms of competence and training: they parse, services decide."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from documents.forms import SignerForm
from qms import clock
from qms.db import in_vietnamese_order
from qms.forms import DateField, FilterForm, PortalForm, UploadField
from qms.models import Agency, OrgUnit, Person, Role
from training.models import (
    Course,
    Level,
    Participation,
    PersonCompetence,
    PlanItem,
    Requirement,
    Topic,
    TrainingNeed,
)
from training.services import units_of

ALL = ("", _("All"))
FILES = (".pdf", ".docx", ".xlsx", ".jpg", ".jpeg", ".png")


def _area(rows: int = 3) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


def people_of(agency: Agency) -> Any:
    """People who work at the agency today, in Vietnamese order."""
    today = clock.today()
    rows = Person.objects.filter(agency=agency, valid_from__lte=today)
    rows = rows.filter(Q(valid_to=None) | Q(valid_to__gte=today)).select_related("unit")
    return rows.order_by(in_vietnamese_order("full_name"))


def _requirements(agency: Agency) -> Any:
    return Requirement.objects.filter(agency=agency, active=True)


class SeatChoice(forms.ModelChoiceField):
    """Somebody who took part."""

    def label_from_instance(self, obj: Any) -> str:
        """Name, unit."""
        unit = obj.person.unit
        return f"{obj.person.full_name}, {unit.label}" if unit else str(obj.person.full_name)


class PeopleChoice(forms.ModelMultipleChoiceField):
    """Several people, each with the unit behind the name."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: Any) -> str:
        """Name, unit."""
        return f"{obj.full_name}, {obj.unit.label}" if obj.unit else obj.full_name


def month_choices() -> list[tuple[int, str]]:
    """The months as two digits."""
    return [(month, f"{month:02d}") for month in range(1, 13)]


class MatrixFilter(FilterForm):
    """Whose competence, and of what."""

    unit = forms.ModelChoiceField(OrgUnit.objects.none(), label=_("Unit"), empty_label=_("All"))
    topic = forms.ChoiceField(label=_("Topic"), choices=[ALL, *Topic.choices])
    gaps = forms.BooleanField(label=_("Only people with gaps"))

    def __init__(self, *args: Any, agency: Agency, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units_of(agency)  # type: ignore[attr-defined]


class RequirementForm(PortalForm):
    """A competence that is required."""

    code = forms.CharField(label=_("Code"), max_length=40)
    name = forms.CharField(label=_("Competence"), max_length=255)
    topic = forms.ChoiceField(label=_("Topic"), choices=Topic.choices)
    description = forms.CharField(
        label=_("What is required"),
        required=False,
        widget=_area(),
        help_text=_("Education, experience, knowledge, and by what it is shown."),
    )
    valid_months = forms.IntegerField(
        label=_("Valid for months"), required=False, min_value=1, help_text=_("Empty: for good.")
    )


class RequirementEditForm(RequirementForm):
    """The same, and whether it still holds."""

    active = forms.BooleanField(label=_("Still required"), required=False)


class ScopeForm(PortalForm):
    """Of whom a competence is required."""

    role = forms.ChoiceField(label=_("Role"), choices=[("", _("Any")), *Role.choices], required=False)
    position = forms.CharField(
        label=_("Words in the position"),
        max_length=120,
        required=False,
        help_text=_("Empty: any position. Upper and lower case and accents do not matter."),
    )
    unit = forms.ModelChoiceField(
        OrgUnit.objects.none(), label=_("Unit"), required=False, empty_label=_("Whole agency")
    )
    level = forms.TypedChoiceField(label=_("Level"), choices=Level.choices, coerce=int, initial=Level.DOES)

    def __init__(self, *args: Any, agency: Agency, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units_of(agency)  # type: ignore[attr-defined]


class CompetenceForm(PortalForm):
    """What a person masters, and what shows it."""

    requirement = forms.ModelChoiceField(Requirement.objects.none(), label=_("Competence"))
    level = forms.TypedChoiceField(label=_("Level"), choices=Level.choices, coerce=int)
    basis = forms.ChoiceField(
        label=_("Evidence"),
        choices=[
            choice for choice in PersonCompetence.Basis.choices if choice[0] != PersonCompetence.Basis.COURSE
        ],
    )
    reference = forms.CharField(
        label=_("Number, issuer"),
        max_length=255,
        required=False,
        help_text=_(
            "Required for a degree or certificate; the paper itself stays in the personnel software."
        ),
    )
    since = DateField(label=_("Since"))
    valid_until = DateField(
        label=_("Valid until"), required=False, help_text=_("Empty: as the requirement says.")
    )

    def __init__(self, *args: Any, agency: Agency, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["requirement"].queryset = _requirements(agency)  # type: ignore[attr-defined]


class NeedFilter(FilterForm):
    """The filter of needs."""

    year = forms.IntegerField(label=_("Year"))
    state = forms.ChoiceField(label=_("State"), choices=[ALL, *TrainingNeed.State.choices])
    origin = forms.ChoiceField(label=_("Origin"), choices=[ALL, *TrainingNeed.Origin.choices])


class NeedForm(PortalForm):
    """Something that has to be learned."""

    title = forms.CharField(label=_("What is to be learned"), max_length=255)
    year = forms.IntegerField(label=_("Year"), min_value=2000, max_value=2200)
    origin = forms.ChoiceField(label=_("Origin"), choices=TrainingNeed.Origin.choices)
    reason = forms.CharField(label=_("Why"), required=False, widget=_area(2))
    requirement = forms.ModelChoiceField(
        Requirement.objects.none(), label=_("Requirement of competence"), required=False
    )
    unit = forms.ModelChoiceField(
        OrgUnit.objects.none(), label=_("Unit"), required=False, empty_label=_("Whole agency")
    )
    people = PeopleChoice(Person.objects.none(), label=_("Who has to learn it"), required=False)

    def __init__(self, *args: Any, agency: Agency, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["requirement"].queryset = _requirements(agency)
        fields["unit"].queryset = units_of(agency)
        fields["people"].queryset = people_of(agency)


class YearForm(PortalForm):
    """The year of a plan."""

    year = forms.IntegerField(label=_("Year"), min_value=2000, max_value=2200)
    purpose = forms.CharField(label=_("Purpose"), required=False, widget=_area(3))


class ItemForm(PortalForm):
    """One training of a plan."""

    title = forms.CharField(label=_("Content of the training"), max_length=255)
    topic = forms.ChoiceField(label=_("Topic"), choices=Topic.choices)
    requirement = forms.ModelChoiceField(
        Requirement.objects.none(), label=_("Requirement of competence"), required=False
    )
    audience = forms.CharField(label=_("For whom"), max_length=255)
    head_count = forms.IntegerField(label=_("Number of people"), min_value=1, max_value=5000)
    month = forms.TypedChoiceField(label=_("Month"), choices=month_choices, coerce=int)
    trainer = forms.CharField(label=_("Trainer"), max_length=160, required=False)
    cost = forms.IntegerField(label=_("Cost (đồng)"), min_value=0, initial=0)
    needs = forms.ModelMultipleChoiceField(
        TrainingNeed.objects.none(),
        label=_("Needs it answers"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, agency: Agency, year: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["requirement"].queryset = _requirements(agency)
        fields["needs"].queryset = TrainingNeed.objects.filter(
            agency=agency, year=year, state=TrainingNeed.State.OPEN
        )


class CourseFilter(FilterForm):
    """The filter of courses."""

    year = forms.IntegerField(label=_("Year"))
    state = forms.ChoiceField(label=_("State"), choices=[ALL, *Course.State.choices])
    topic = forms.ChoiceField(label=_("Topic"), choices=[ALL, *Topic.choices])


class CourseForm(PortalForm):
    """A course and who is invited."""

    title = forms.CharField(label=_("Course"), max_length=255)
    item = forms.ModelChoiceField(
        PlanItem.objects.none(),
        label=_("Item of the plan"),
        required=False,
        empty_label=_("Not in a plan"),
    )
    topic = forms.ChoiceField(label=_("Topic"), choices=Topic.choices)
    form = forms.ChoiceField(label=_("Kind of course"), choices=Course.Form.choices)
    requirement = forms.ModelChoiceField(
        Requirement.objects.none(),
        label=_("Leads to the competence"),
        required=False,
        help_text=_("Who passes holds it from the end of the course on."),
    )
    level = forms.TypedChoiceField(
        label=_("Level reached"), choices=Level.choices, coerce=int, initial=Level.DOES
    )
    starts_on = DateField(label=_("From"))
    ends_on = DateField(label=_("To"))
    place = forms.CharField(label=_("Place"), max_length=255, required=False)
    trainer = forms.CharField(label=_("Trainer"), max_length=160)
    cost = forms.IntegerField(label=_("Cost (đồng)"), min_value=0, initial=0)
    content = forms.CharField(label=_("Content"), required=False, widget=_area())
    effect_due = DateField(
        label=_("Judge the effect on"),
        required=False,
        help_text=_("Empty: as many months after the course as the agency set."),
    )
    people = PeopleChoice(Person.objects.none(), label=_("Who is invited"), required=False)

    def __init__(self, *args: Any, agency: Agency, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["requirement"].queryset = _requirements(agency)
        fields["item"].queryset = PlanItem.objects.filter(
            agency=agency, plan__state="approved", plan__year__gte=clock.today().year - 1
        ).select_related("plan")
        fields["people"].queryset = people_of(agency)


class InviteForm(PortalForm):
    """More people for a course."""

    people = PeopleChoice(Person.objects.none(), label=_("Who is invited"))

    def __init__(self, *args: Any, course: Course, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = people_of(course.agency).exclude(pk__in=course.participations.values("person"))
        self.fields["people"].queryset = rows  # type: ignore[attr-defined]


class HoldForm(PortalForm):
    """Who was there, with which result, and how the course went."""

    report = forms.CharField(label=_("How the course went"), widget=_area(3))

    def __init__(self, *args: Any, course: Course, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.seats = list(course.participations.select_related("person__unit"))
        passed, failed = Participation.Result.PASSED, Participation.Result.FAILED
        choices = [
            (f"attended:{passed}", _("Took part, passed")),
            (f"attended:{failed}", _("Took part, not passed")),
            ("absent:", _("Absent")),
        ]
        for one in self.seats:
            self.fields[f"outcome_{one.pk.hex}"] = forms.ChoiceField(
                label=one.person.full_name, choices=choices, initial=f"attended:{passed}"
            )
            self.fields[f"score_{one.pk.hex}"] = forms.CharField(
                label=_("Mark or certificate of %(name)s") % {"name": one.person.full_name},
                required=False,
                max_length=120,
            )

    @property
    def people(self) -> list[tuple[Participation, Any, Any]]:
        """Each person with the two fields."""
        return [(one, self[f"outcome_{one.pk.hex}"], self[f"score_{one.pk.hex}"]) for one in self.seats]

    @property
    def outcomes(self) -> dict[Any, tuple[str, str, str]]:
        """What the service takes: presence, result and mark by person id."""
        found = {}
        for one in self.seats:
            presence, _colon, result = self.cleaned_data[f"outcome_{one.pk.hex}"].partition(":")
            found[one.person_id] = (presence, result, self.cleaned_data[f"score_{one.pk.hex}"])
        return found


class EffectForm(PortalForm):
    """Whether a course had effect at work."""

    effect = forms.ChoiceField(
        label=_("Effect at work"), choices=Participation.Effect.choices, widget=forms.RadioSelect
    )
    grounds = forms.CharField(
        label=_("Grounds"),
        widget=_area(),
        help_text=_("A test, what was observed at work, a figure that changed."),
    )


class FileForm(PortalForm):
    """A file of a course, or the certificate of somebody who passed it."""

    file = UploadField(label=_("File"), kinds=FILES, most_megabytes=20)
    participation = SeatChoice(
        label=_("Certificate of"),
        queryset=Participation.objects.none(),
        required=False,
        empty_label=_("A file of the whole course"),
    )
    note = forms.CharField(
        label=_("What it is"),
        max_length=160,
        required=False,
        help_text=_("Such as: list of presence, number of the certificate."),
    )

    def __init__(self, *args: Any, course: Course, person: Person, organises: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = course.participations.filter(presence=Participation.Presence.ATTENDED)
        rows = rows.exclude(result=Participation.Result.FAILED).select_related("person__unit")
        field = self.fields["participation"]
        assert isinstance(field, forms.ModelChoiceField)
        if not organises:
            rows = rows.filter(person=person)
            field.required, field.empty_label = True, None
        field.queryset = rows


class ReasonForm(PortalForm):
    """A reason, nothing else."""

    reason = forms.CharField(label=_("Reason"), widget=_area(2))


class PaperForm(SignerForm):
    """Who signs the plan."""
