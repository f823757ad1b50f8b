"""Forms of a management review: its frame, its inputs, the meeting, decisions."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from audits.agenda import TOPICS
from audits.forms.cases import EVIDENCE_KINDS, area
from audits.models import ManagementReview, ReviewDecision
from documents.forms import SignerForm
from qms.forms import DateField, PortalForm, UploadField
from qms.models import Agency, Person, Role
from risks.forms.risks import PersonChoice, people_of
from risks.selectors.people import holders


class PeopleChoice(forms.ModelMultipleChoiceField):
    """People with their position."""

    def label_from_instance(self, obj: Any) -> str:
        """Name, position."""
        return f"{obj.full_name}, {obj.position}" if obj.position else obj.full_name


class ReviewForm(PortalForm):
    """When, where, who chairs, and which time is looked at."""

    title = forms.CharField(label=_("Title"), max_length=255)
    form = forms.ChoiceField(label=_("Held as"), choices=ManagementReview.Form.choices)
    period_from = DateField(label=_("Looks at the time from"))
    period_to = DateField(label=_("To"))
    planned_on = DateField(label=_("Planned for"))
    place = forms.CharField(label=_("Place"), max_length=255, required=False)
    chair = PersonChoice(Person.objects.none(), label=_("Chaired by"))
    secretary = PersonChoice(Person.objects.none(), label=_("Minutes taken by"))

    def __init__(self, *args: Any, agency: Agency, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        leaders = {one.pk for one in holders(agency, Role.LEADER)}
        leaders |= {one.pk for one in holders(agency, Role.COMMITTEE_HEAD)}
        fields["chair"].queryset = people_of(agency).filter(pk__in=leaders)
        fields["secretary"].queryset = people_of(agency)


class InviteForm(PortalForm):
    """Who is invited."""

    people = PeopleChoice(
        Person.objects.none(), label=_("Invited"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, agency: Agency, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["people"]
        field.queryset = people_of(agency)


class NoteForm(PortalForm):
    """Words people add to a topic."""

    note = area(
        _("Added by people"),
        rows=5,
        required=False,
        help_text=_("What the portal cannot know; or why nothing arose this time."),
    )


class MeetingForm(PortalForm):
    """The meeting as it was."""

    held_on = DateField(label=_("Held on"))
    starts_at = forms.TimeField(label=_("Began at"), required=False, help_text=_("For example 8:00."))
    ends_at = forms.TimeField(label=_("Ended at"), required=False)
    place = forms.CharField(label=_("Place"), max_length=255, required=False)
    present = PeopleChoice(Person.objects.none(), label=_("Present"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, review: ManagementReview, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["present"]
        field.queryset = Person.objects.filter(pk__in=review.attendees.values("person"))


class DiscussForm(PortalForm):
    """What was said and concluded about a topic."""

    opinion = area(_("Opinions at the meeting"), rows=4, required=False)
    conclusion = area(_("Conclusion"), rows=3, required=False)


class DecisionForm(PortalForm):
    """A decision with its owner and deadline."""

    kind = forms.ChoiceField(label=_("Kind"), choices=ReviewDecision.Kind.choices, widget=forms.RadioSelect)
    topic = forms.ChoiceField(
        label=_("Topic"),
        choices=[("", "–"), *((topic.code, topic.label) for topic in TOPICS)],
        required=False,
    )
    text = area(_("Decision"))
    owner = PersonChoice(Person.objects.none(), label=_("Responsible"))
    deadline = DateField(label=_("Deadline"))

    def __init__(self, *args: Any, agency: Agency, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["owner"]
        field.queryset = people_of(agency)


class ConcludeForm(PortalForm):
    """The general conclusion."""

    conclusion = area(
        _("General conclusion"),
        rows=5,
        help_text=_("Whether the QMS is suitable, adequate, effective, and fits the agency's direction."),
    )


class DecisionReportForm(PortalForm):
    """What was done about a decision."""

    done_on = DateField(label=_("Done on"))
    note = area(_("What was done"))
    file = UploadField(label=_("File as evidence"), kinds=EVIDENCE_KINDS, required=False)


class PaperForm(SignerForm):
    """Who signs the paper; may be left open until it is sent for review."""

    def __init__(self, *args: Any, agency: Agency, **kwargs: Any) -> None:
        super().__init__(*args, agency=agency, **kwargs)
        self.fields["signer"].required = False
