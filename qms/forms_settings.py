"""A form for one agency setting, built from its kind."""

import json
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from qms.forms import DateField, PortalForm
from qms.registry import SettingKind


class LinesField(forms.CharField):
    """A list, one entry a line."""

    widget = forms.Textarea(attrs={"rows": 6})

    def prepare_value(self, value: Any) -> Any:
        """Show a list as lines."""
        return "\n".join(str(one) for one in value) if isinstance(value, list) else value

    def clean(self, value: Any) -> Any:
        """The lines that are not empty."""
        return [line.strip() for line in (super().clean(value) or "").splitlines() if line.strip()]


class JsonField(forms.CharField):
    """Structured data as JSON."""

    widget = forms.Textarea(attrs={"rows": 8, "spellcheck": "false"})

    def prepare_value(self, value: Any) -> Any:
        """Show the data as indented JSON."""
        return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=2)

    def clean(self, value: Any) -> Any:
        """The data, or an error that says where reading stopped."""
        try:
            return json.loads(super().clean(value))
        except json.JSONDecodeError as error:
            raise forms.ValidationError(
                _("Line %(line)s cannot be read: %(reason)s"),
                params={"line": error.lineno, "reason": error.msg},
            ) from None


def field_for(kind: SettingKind) -> forms.Field:
    """The field that fits the type of a setting."""
    shared: dict[str, Any] = {"label": kind.label, "help_text": kind.help}
    if kind.choices and kind.type is list:
        return forms.TypedMultipleChoiceField(
            choices=kind.choices, required=False, widget=forms.CheckboxSelectMultiple, **shared
        )
    if kind.choices:
        return forms.TypedChoiceField(
            choices=kind.choices,
            coerce=lambda value: kind.type(value),
            widget=forms.RadioSelect,
            empty_value=kind.default,
            **shared,
        )
    if kind.type is bool:
        return forms.BooleanField(required=False, **shared)
    if kind.type is int:
        return forms.IntegerField(**shared)
    if kind.type is float:
        return forms.FloatField(localize=False, **shared)
    if kind.type is list:
        return LinesField(required=False, **shared)
    if kind.type is dict:
        return JsonField(**shared)
    return forms.CharField(required=False, max_length=500, **shared)


class SettingForm(PortalForm):
    """A new value from a day on."""

    valid_from = DateField(label=_("Valid from"))
    document = forms.CharField(
        label=_("Decided by"),
        max_length=255,
        required=False,
        help_text=_("Number, date and issuer of the document."),
    )
    field_order = ["value", "valid_from", "document"]

    def __init__(self, *args: Any, kind: SettingKind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["value"] = field_for(kind)
        self.order_fields(self.field_order)
