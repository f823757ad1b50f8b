"""The form of a new version of the scale of grades: one row of fields per grade."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from audits.models import Finding
from audits.selectors.grading import MOST_GRADES
from qms.forms import DateField, PortalForm


class GradeScaleForm(PortalForm):
    """Words, meanings and treatment; a row without a word is left out."""

    valid_from = DateField(label=_("In force from"))
    document = forms.CharField(label=_("Decided by"), max_length=255, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number in range(1, MOST_GRADES + 1):
            self.fields[f"word_{number}"] = forms.CharField(
                label=_("Word of grade %s") % number, max_length=60, required=False
            )
            self.fields[f"behaviour_{number}"] = forms.ChoiceField(
                label=_("Grade %s is treated as") % number,
                choices=[("", "–"), *Finding.Grade.choices],
                required=False,
            )
            self.fields[f"meaning_{number}"] = forms.CharField(
                label=_("When grade %s is given") % number, max_length=300, required=False
            )

    @property
    def rows(self) -> list[tuple[Any, ...]]:
        """The bound fields of each grade, for the page."""
        return [
            tuple(self[f"{name}_{number}"] for name in ("word", "behaviour", "meaning"))
            for number in range(1, MOST_GRADES + 1)
        ]

    def grades(self) -> list[dict[str, Any]]:
        """What the service takes, row by row."""
        values = self.cleaned_data
        return [
            {name: values[f"{name}_{number}"] for name in ("word", "behaviour", "meaning")}
            for number in range(1, MOST_GRADES + 1)
        ]
