"""Forms of annual plans: they parse, services decide."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from documents.models import LegalBasis
from objectives.forms import FilesField, parties_offered, party_choices
from objectives.models import MaintenancePlan, PlanItem
from objectives.selectors.plans import STANDINGS, standing_word
from qms import clock, registry
from qms.forms import DateField, FilterForm, PortalForm, UploadField
from qms.models import Agency, Person

EVIDENCE_KINDS = (".pdf", ".docx", ".xlsx", ".doc", ".xls", ".png", ".jpg", ".jpeg")


def _area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class PlanForm(PortalForm):
    """Title and sections of a plan."""

    year = forms.IntegerField(label=_("Year"), min_value=2000, max_value=2100)
    title = forms.CharField(label=_("Title"), max_length=300, widget=forms.TextInput(attrs={"class": "wide"}))
    purposes = forms.CharField(
        label=_("Purposes"), required=False, widget=_area(4), help_text=_("One point a line.")
    )
    requirements = forms.CharField(
        label=_("Requirements"), required=False, widget=_area(4), help_text=_("One point a line.")
    )
    organisation = forms.CharField(
        label=_("Organisation"),
        required=False,
        widget=_area(9),
        help_text=_("A line that begins with a dash is a point; any other line heads the points under it."),
    )
    budget_text = forms.CharField(label=_("Budget"), max_length=1000, required=False, widget=_area(2))

    def __init__(self, *args: Any, editing: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if editing:
            del self.fields["year"]
        else:
            self.fields["year"].initial = clock.today().year

    @staticmethod
    def initial_of(plan: MaintenancePlan) -> dict[str, Any]:
        """The form of an existing plan."""
        return {name: getattr(plan, name) for name in PlanForm.base_fields if name != "year"}


class PlanBasesForm(PortalForm):
    """What the plan cites."""

    bases = forms.ModelMultipleChoiceField(
        LegalBasis.objects.none(),
        label=_("Pursuant to"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, agency: Agency, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["bases"]
        field.queryset = LegalBasis.objects.filter(agency=agency).order_by("issued_on")
        field.label_from_instance = lambda row: f"{row} ({row.about})"


class PlanItemForm(PortalForm):
    """An item with who leads and who takes part."""

    number = forms.CharField(
        label=_("Number"), max_length=12, required=False, help_text=_("Empty: the next number.")
    )
    text = forms.CharField(label=_("Work item"), widget=_area(3))
    time_text = forms.CharField(
        label=_("Time"),
        max_length=200,
        required=False,
        help_text=_("As it is to be printed: Quý II-III; Thường xuyên; Quý II và cả năm; Tháng 7,8."),
    )
    is_optional = forms.BooleanField(
        label=_("Only if needed"),
        required=False,
        help_text=_("May end as “no occurrence”, with the reason."),
    )
    leads = forms.MultipleChoiceField(label=_("Leads"), required=False, widget=forms.CheckboxSelectMultiple)
    lead_people = forms.ModelMultipleChoiceField(
        Person.objects.none(), label=_("Leading persons"), required=False
    )
    lead_text = forms.CharField(
        label=_("Leads, in the words of the plan"),
        max_length=500,
        required=False,
        help_text=_("Only when the paper words it differently from the units chosen."),
    )
    coordinators = forms.MultipleChoiceField(
        label=_("Takes part"), required=False, widget=forms.CheckboxSelectMultiple
    )
    coordinator_text = forms.CharField(
        label=_("Takes part, in the words of the plan"), max_length=500, required=False
    )
    fulfilled_by = forms.ChoiceField(
        label=_("Fulfilled by"),
        required=False,
        help_text=_("The record of the portal that shows it was done; the item is ticked when that exists."),
    )
    method = forms.CharField(label=_("Method"), required=False, widget=_area(2))
    product = forms.CharField(label=_("Result to show"), max_length=500, required=False)
    budget_text = forms.CharField(label=_("Budget"), max_length=300, required=False)

    def __init__(self, *args: Any, agency: Agency, item: PlanItem | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = list(item.parties.all()) if item else []
        leading = [party.person_id for party in named if party.is_lead and party.person_id]
        self.parties = parties_offered(agency, [one for one in named if not (one.is_lead and one.person_id)])
        for name in ("leads", "coordinators"):
            self.fields[name].choices = party_choices(self.parties)  # type: ignore[attr-defined]
        people: Any = self.fields["lead_people"]
        known = Q(valid_to=None) | Q(pk__in=leading)
        people.queryset = Person.objects.filter(known, agency=agency).select_related("unit")
        people.label_from_instance = lambda one: f"{one.full_name} ({one.unit.label if one.unit else '–'})"
        kinds = sorted(registry.fulfilments, key=lambda kind: kind.order)
        self.fields["fulfilled_by"].choices = [  # type: ignore[attr-defined]
            ("", _("Nothing; people report it")),
            *((kind.key, kind.label) for kind in kinds),
        ]
        if item:
            self.fields["number"].required = True
            self.fields["number"].help_text = ""

    @property
    def values(self) -> dict[str, Any]:
        """What the services take."""
        data = dict(self.cleaned_data)
        people = list(data.pop("lead_people"))
        data["leads"] = [*(self.parties[key] for key in data["leads"]), *people]
        data["coordinators"] = [self.parties[key] for key in data["coordinators"]]
        return data

    @staticmethod
    def initial_of(item: PlanItem) -> dict[str, Any]:
        """The form of an existing item."""
        simple = [
            "number", "text", "time_text", "is_optional", "lead_text", "coordinator_text",
            "fulfilled_by", "method", "product", "budget_text",
        ]  # fmt: skip
        return {name: getattr(item, name) for name in simple} | {
            "leads": [party.key for party in item.leads if not party.person_id],
            "lead_people": [party.person_id for party in item.leads if party.person_id],
            "coordinators": [party.key for party in item.coordinators],
        }


class PlanFilters(FilterForm):
    """Who leads, and how items stand."""

    lead = forms.ChoiceField(label=_("Leads"))
    standing = forms.ChoiceField(label=_("State"))

    def __init__(self, *args: Any, leads: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        everything = ("", _("All"))
        self.fields["lead"].choices = [everything, *leads]  # type: ignore[attr-defined]
        self.fields["standing"].choices = [  # type: ignore[attr-defined]
            everything,
            *((code, standing_word(code)) for code in STANDINGS),
        ]


class NoteForm(PortalForm):
    """How far an item is."""

    text = forms.CharField(label=_("What was done"), widget=_area(3))
    progress = forms.IntegerField(
        label=_("Progress in per cent"),
        required=False,
        min_value=0,
        max_value=100,
        widget=forms.NumberInput(attrs={"class": "num"}),
    )
    short = forms.CharField(
        label=_("Progress in words"),
        required=False,
        max_length=120,
        help_text=_("For lists, such as 4/6 đơn vị."),
    )


class EvidenceForm(PortalForm):
    """Files that show what was done."""

    evidence = FilesField(label=_("Files"), kinds=EVIDENCE_KINDS)


class FindRecordForm(PortalForm):
    """Look for a record of the portal."""

    q = forms.CharField(label=_("Words of its title or number"), max_length=200)


class ReportForm(PortalForm):
    """Report an item as done."""

    done_on = DateField(label=_("Done on"))
    text = forms.CharField(label=_("Result in short"), required=False, widget=_area(3))


class ItemAnswerForm(PortalForm):
    """The answer to a reminder about an item, on one screen."""

    text = forms.CharField(label=_("What was done"), widget=_area(3))
    progress = forms.IntegerField(
        label=_("Progress in per cent"),
        required=False,
        min_value=0,
        max_value=100,
        widget=forms.NumberInput(attrs={"class": "num"}),
    )
    evidence = FilesField(label=_("Files"), kinds=EVIDENCE_KINDS, required=False)
    is_done = forms.BooleanField(
        label=_("The work is done; another person confirms it"),
        required=False,
        help_text=_("Needs evidence: files here, or records already on the page of the item."),
    )

    def __init__(self, *args: Any, may_report: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_report:
            del self.fields["is_done"]


class CloneForm(PortalForm):
    """For which year a plan is made anew."""

    year = forms.IntegerField(label=_("Year"), min_value=2000, max_value=2100)


class TableUploadForm(PortalForm):
    """A table from Word or Excel, as a file or pasted."""

    file = UploadField(label=_("Word or Excel file"), kinds=(".docx", ".xlsx"), required=False)
    pasted = forms.CharField(
        label=_("Or paste the rows here"),
        required=False,
        widget=_area(8),
        help_text=_("Copied from Word or Excel: one row a line, columns divided by tabs."),
    )

    def clean(self) -> dict[str, Any]:
        """One of the two."""
        data: dict[str, Any] = super().clean() or {}
        if not data.get("file") and not data.get("pasted") and not self.errors:
            raise forms.ValidationError(_("Choose a file or paste the rows."), code="nothing")
        return data
