"""The form that says whether a clause applies."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from qms.forms import DateField, PortalForm


class NeededSometimes(forms.CharField):
    """A field that another answer makes compulsory: not marked as optional, checked by the form."""

    def validate(self, value: Any) -> None:
        """Leave emptiness to the form."""


class ApplicabilityForm(PortalForm):
    """Whether a clause applies from a day on; what does not apply needs a justification."""

    applicable = forms.TypedChoiceField(
        label=_("Does the clause apply?"),
        choices=[("1", _("It applies")), ("0", _("It does not apply"))],
        coerce=lambda value: value == "1",
        widget=forms.RadioSelect,
    )
    justification = NeededSometimes(
        label=_("Justification, when it does not apply"),
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "Why the clause cannot apply, and that leaving it out affects neither the conformity of the "
            "results nor the satisfaction of citizens (4.3)."
        ),
    )
    valid_from = DateField(label=_("From"))

    def clean(self) -> dict[str, Any]:
        """An exclusion without a justification is refused here already."""
        taken: dict[str, Any] = super().clean() or {}
        if taken.get("applicable") is False and not taken.get("justification"):
            self.add_error("justification", _("Say why the clause does not apply."))
        return taken
