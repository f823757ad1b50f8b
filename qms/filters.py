"""The filters of a list that are at work, in words, each with the address that takes it away."""

from django import forms
from django.forms.boundfield import BoundField
from django.http import QueryDict
from django.utils.translation import gettext as _


def tokens(form: forms.BaseForm, query: QueryDict) -> list[dict[str, str]]:
    """Return label, value in words and address without it for every value the form filters by."""
    found = []
    for name in form.fields:
        bound = form[name]
        raw = query.getlist(bound.html_name)
        for value in filter(None, raw):
            rest = query.copy()
            rest.setlist(bound.html_name, [other for other in raw if other != value])
            rest.pop("page", None)
            words = _choice_label(bound, value)
            found.append({"label": str(bound.label), "value": words, "url": f"?{rest.urlencode()}"})
    return found


def _choice_label(bound: BoundField, value: str) -> str:
    if isinstance(bound.field.widget, forms.CheckboxInput):
        return _("Yes")
    for key, label in getattr(bound.field, "choices", ()):
        if isinstance(label, (list, tuple)):
            for inner, text in label:
                if str(inner) == value:
                    return str(text)
        elif str(key) == value:
            return str(label)
    return value
