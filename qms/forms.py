"""Forms in the design of the portal: label above, hint, error above the input, dd/mm/yyyy dates.

A form class says what it asks; how it looks is decided once, in templates/components/field.html
(crispy's Bootstrap 5 pack is pointed there). ``{% crispy form %}`` draws the form with its buttons,
``{% field form.name %}`` one field, ``{% error_summary form %}`` the list on top of the page.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

from crispy_forms.helper import FormHelper
from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

DATE_INPUTS = ["%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y-%m-%d"]


class DateInput(forms.DateInput):
    """A text input for dd/mm/yyyy with a small calendar beside it; never the browser's mm/dd/yyyy."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        own = {
            "data-date": "",
            "inputmode": "numeric",
            "autocomplete": "off",
            "maxlength": "10",
            "placeholder": _("dd/mm/yyyy"),
        }
        super().__init__(attrs=own | (attrs or {}), format="%d/%m/%Y")


class DateField(forms.DateField):
    """A day, written 15/07/2026."""

    widget = DateInput
    default_error_messages: ClassVar[dict[str, Any]] = {
        "invalid": _("Write the day as day/month/year, for example 15/07/2026"),
    }

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("input_formats", DATE_INPUTS)
        super().__init__(**kwargs)


class MonthField(forms.CharField):
    """A month, written 07/2026; gives the first day of it."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 7)
        kwargs.setdefault(
            "widget", forms.TextInput(attrs={"inputmode": "numeric", "placeholder": _("mm/yyyy")})
        )
        super().__init__(**kwargs)

    def clean(self, value: Any) -> Any:
        """Return the first day of the month, or None."""
        text = super().clean(value)
        if not text:
            return None
        try:
            month, year = (int(part) for part in text.split("/"))
            return dt.date(year, month, 1)
        except ValueError:
            message = _("Write the month as month/year, for example 07/2026")
            raise forms.ValidationError(message, code="invalid") from None


class UploadField(forms.FileField):
    """A file, with the kinds and the size it may have; the warning on state secrets is its hint.

    ``kinds`` are extensions with their point (".xlsx"). Content is checked again where it is read.
    """

    def __init__(self, *, kinds: tuple[str, ...] = (), most_megabytes: int = 20, **kwargs: Any) -> None:
        self.kinds = tuple(kind.lower() for kind in kinds)
        self.most_megabytes = most_megabytes
        kwargs.setdefault(
            "help_text",
            _("Up to %(size)s MB. Do not upload content that is a state secret.") % {"size": most_megabytes},
        )
        super().__init__(**kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Tell the browser which files to offer."""
        attrs: dict[str, Any] = super().widget_attrs(widget)
        return attrs | ({"accept": ",".join(self.kinds)} if self.kinds else {})

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Refuse other kinds and what is too large, in words."""
        file = super().clean(data, initial)
        if file and file is not initial and hasattr(file, "size"):
            if self.kinds and not file.name.lower().endswith(self.kinds):
                message = _("Choose a file of the kind %(kinds)s")
                raise forms.ValidationError(message, code="kind", params={"kinds": ", ".join(self.kinds)})
            if file.size > self.most_megabytes * 1024 * 1024:
                message = _("The file is larger than %(size)s MB")
                raise forms.ValidationError(message, code="size", params={"size": self.most_megabytes})
        return file


class _Portal:
    """What portal forms share: date fields of ours, a crispy helper without form tag, no browser bubbles."""

    fields: dict[str, forms.Field]

    @property
    def helper(self) -> FormHelper:
        """Draw only the fields; the page writes the form tag and its buttons (verb and object)."""
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        helper.form_show_errors = False
        return helper


def name_required(fields: dict[str, forms.Field]) -> None:
    """Let "this field is required" name the field, so that the list of errors reads by itself."""
    for name, field in fields.items():
        if "required" in field.error_messages and field.required:
            if field.error_messages["required"] != forms.Field.default_error_messages["required"]:
                continue
            choose = isinstance(field.widget, (forms.Select, forms.RadioSelect, forms.CheckboxSelectMultiple))
            pattern = _("Choose “{label}”") if choose else _("Fill in “{label}”")
            field.error_messages["required"] = format_lazy(pattern, label=field.label or name)


class PortalForm(_Portal, forms.Form):
    """A form of the portal."""

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name_required(self.fields)


class PortalModelForm(_Portal, forms.ModelForm):
    """A form of the portal over a model (dates dd/mm/yyyy too); services save, never the form."""

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name_required(self.fields)
        for field in self.fields.values():
            if type(field) is forms.DateField:
                field.widget = DateInput()
                field.input_formats = DATE_INPUTS
                field.widget.is_required = field.required


class FilterForm(PortalForm):
    """A GET form over a list: nothing is required, an unknown value filters nothing."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.required = False
