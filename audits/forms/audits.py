"""Forms of an audit: plan, sessions, team, meetings, report, questions."""

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audits.forms.programme import ClauseChoice, _area, clauses_in_scope
from audits.models import Audit, AuditMember, AuditProgramme, ProgrammeEntry
from audits.selectors.units import audited_units, auditors
from documents.forms import SignerForm
from dossiers.models import Procedure
from qms.forms import DateField, FilterForm, PortalForm
from qms.models import Agency, Clause, OrgUnit, Person
from risks.forms.risks import PersonChoice, people_of, procedures_of


class TimeField(forms.TimeField):
    """An hour, written 08:00."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("input_formats", ["%H:%M", "%H.%M", "%Hh%M", "%H"])
        kwargs.setdefault(
            "widget", forms.TextInput(attrs={"inputmode": "numeric", "placeholder": "08:00", "maxlength": 5})
        )
        super().__init__(**kwargs)


def moment(day: dt.date, hour: dt.time) -> dt.datetime:
    """A day and an hour in the portal's time zone."""
    return timezone.make_aware(dt.datetime.combine(day, hour))


class PlanForm(PortalForm):
    """What an audit is about and when."""

    title = forms.CharField(label=_("Audit"), max_length=255)
    starts_on = DateField(label=_("First day"))
    ends_on = DateField(label=_("Last day"))
    objective = forms.CharField(label=_("Objective"), widget=_area())
    scope = forms.CharField(label=_("Scope"), widget=_area(2))
    criteria = forms.CharField(label=_("Criteria"), widget=_area(2))


class EntryChoice(forms.ModelMultipleChoiceField):
    """Entries of the programme, told by month, unit and process."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: ProgrammeEntry) -> str:
        """Month, unit and process."""
        return f"{obj.month:02d} · {obj}"


class AuditCreateForm(PlanForm):
    """A new audit with the entries of the programme it carries out."""

    entries = EntryChoice(
        ProgrammeEntry.objects.none(),
        label=_("Entries of the programme"),
        required=False,
        help_text=_("Each becomes a session of half a day; times and auditors can be changed after."),
    )

    def __init__(self, *args: Any, programme: AuditProgramme | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if programme is None:
            del self.fields["entries"]
        else:
            rows = programme.entries.select_related("unit")
            self.fields["entries"].queryset = rows  # type: ignore[attr-defined]


class SessionForm(PortalForm):
    """A session of the plan."""

    unit = forms.ModelChoiceField(OrgUnit.objects.none(), label=_("Unit"))
    process = forms.CharField(label=_("Process or procedure"), max_length=255, required=False)
    procedure = forms.ModelChoiceField(
        Procedure.objects.none(),
        label=_("Administrative procedure"),
        required=False,
        help_text=_("The sample is drawn from its dossiers only."),
    )
    day = DateField(label=_("Day"))
    starts = TimeField(label=_("Begins at"))
    ends = TimeField(label=_("Ends at"))
    clauses = ClauseChoice(Clause.objects.none(), label=_("Clauses"))
    auditors = forms.ModelMultipleChoiceField(
        Person.objects.none(), label=_("Auditors"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, agency: Agency, audit: Audit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = audited_units(agency)  # type: ignore[attr-defined]
        self.fields["procedure"].queryset = procedures_of(agency)  # type: ignore[attr-defined]
        self.fields["clauses"].queryset = clauses_in_scope(agency)  # type: ignore[attr-defined]
        team = Person.objects.filter(audit_memberships__audit=audit)
        self.fields["auditors"].queryset = team.order_by("full_name")  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        """The fields as the service takes them."""
        data = dict(self.cleaned_data)
        day, start, end = data.pop("day"), data.pop("starts"), data.pop("ends")
        return data | {"starts_at": moment(day, start), "ends_at": moment(day, end)}


class MemberForm(PortalForm):
    """A member of the team."""

    person = PersonChoice(Person.objects.none(), label=_("Person"))
    post = forms.ChoiceField(
        label=_("Post in the team"), choices=AuditMember.Post.choices, initial=AuditMember.Post.AUDITOR
    )

    def __init__(self, *args: Any, agency: Agency, audit: Audit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = people_of(agency)  # type: ignore[attr-defined]
        known = ", ".join(one.full_name for one in auditors(agency, audit.starts_on)[:12])
        self.fields["person"].help_text = _("Auditors of the agency: %(names)s") % {"names": known or "–"}


class AppointForm(PortalForm):
    """A decision issued outside the portal."""

    document = forms.CharField(
        label=_("Decision"), max_length=255, help_text=_("Number, symbol and day, as issued.")
    )
    on = DateField(label=_("Appointed on"))


class MeetingForm(PortalForm):
    """The record of a meeting."""

    day = DateField(label=_("Day"))
    hour = TimeField(label=_("Time"))
    place = forms.CharField(label=_("Place of the meeting"), max_length=255, required=False)
    attendees = forms.CharField(label=_("Present"), widget=_area(3))
    minutes = forms.CharField(label=_("What was said"), widget=_area(6))


class ReportForm(PortalForm):
    """What the audit concludes."""

    conclusion = forms.CharField(label=_("Conclusion"), widget=_area(5))
    recommendation = forms.CharField(label=_("Recommendations"), widget=_area(4), required=False)


class PaperForm(SignerForm):
    """Who signs a paper."""


class ItemForm(PortalForm):
    """A question of the auditor's own."""

    clause = forms.ModelChoiceField(Clause.objects.none(), label=_("Clause of the standard"))
    text = forms.CharField(label=_("Question"), widget=_area(2))
    requirement = forms.CharField(label=_("Requirement"), widget=_area(2), required=False)

    def __init__(self, *args: Any, agency: Agency, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["clause"].queryset = clauses_in_scope(agency)  # type: ignore[attr-defined]


class QuestionForm(PortalForm):
    """A question of the library."""

    clause_code = forms.CharField(
        label=_("Clause of the standard"), max_length=20, help_text=_("Such as 8.5 or 8.5.1.")
    )
    process = forms.CharField(
        label=_("Process"),
        max_length=120,
        required=False,
        help_text=_("Empty: asked of every process. Otherwise only where the process contains these words."),
    )
    procedure = forms.ModelChoiceField(
        Procedure.objects.none(),
        label=_("Administrative procedure"),
        required=False,
        empty_label=_("Whatever the procedure"),
        help_text=_("Then asked only where a session audits this procedure."),
    )
    text = forms.CharField(label=_("Question"), widget=_area(2))
    requirement = forms.CharField(
        label=_("Requirement"), widget=_area(2), help_text=_("What has to hold, in your own words.")
    )
    look_at = forms.CharField(label=_("Evidence to see"), max_length=300, required=False)
    samples = forms.BooleanField(label=_("Looks at the sampled dossiers"), required=False)

    def __init__(self, *args: Any, agency: Agency, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["procedure"].queryset = procedures_of(agency)  # type: ignore[attr-defined]


class AuditFilter(FilterForm):
    """Filters of the list of audits."""

    year = forms.ChoiceField(label=_("Year"))
    state = forms.ChoiceField(label=_("State"), choices=[("", _("All")), *Audit.State.choices])
    unit = forms.ModelChoiceField(OrgUnit.objects.none(), label=_("Unit"), empty_label=_("All"))

    def __init__(self, *args: Any, agency: Agency, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        years = Audit.objects.filter(agency=agency).dates("starts_on", "year", order="DESC")
        choices = [("", _("All")), *((str(day.year), str(day.year)) for day in years)]
        self.fields["year"].choices = choices  # type: ignore[attr-defined]
        self.fields["unit"].queryset = audited_units(agency)  # type: ignore[attr-defined]
