"""Forms of the map of processes."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from library.forms.choices import clauses_of, documents_of, units_of
from library.models import ControlledDocument, Process
from qms.forms import PortalForm
from qms.models import Agency, Clause, OrgUnit


def _area(label: Any, required: bool = True) -> forms.CharField:
    return forms.CharField(label=label, required=required, widget=forms.Textarea(attrs={"rows": 2}))


class ProcessForm(PortalForm):
    """A process."""

    code = forms.CharField(label=_("Code"), max_length=20)
    name = forms.CharField(label=_("Process"), max_length=200)
    kind = forms.ChoiceField(label=_("Kind"), choices=Process.Kind.choices)
    owner = forms.ModelChoiceField(
        label=_("Unit in charge"),
        queryset=OrgUnit.objects.none(),
        required=False,
        empty_label=_("Whole agency"),
    )
    inputs = _area(_("Inputs"))
    outputs = _area(_("Outputs"))
    resources = _area(_("Resources and software"), False)
    measures = _area(_("How it is watched and measured"), False)
    document = forms.ModelChoiceField(
        label=_("Document that describes it"), queryset=ControlledDocument.objects.none(), required=False
    )
    clauses = forms.ModelMultipleChoiceField(
        label=_("Clauses of the standard"),
        queryset=Clause.objects.none(),
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 8}),
    )
    active = forms.BooleanField(label=_("In use"), required=False, initial=True)

    def __init__(self, *args: Any, agency: Agency, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, rows in (
            ("owner", units_of(agency)),
            ("document", documents_of(agency)),
            ("clauses", clauses_of()),
        ):
            self.fields[name].queryset = rows  # type: ignore[attr-defined]


class LinkForm(PortalForm):
    """What a process hands to another."""

    target = forms.ModelChoiceField(label=_("To the process"), queryset=Process.objects.none())
    what = forms.CharField(label=_("What is handed over"), max_length=255)

    def __init__(self, *args: Any, source: Process, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Process.objects.filter(agency=source.agency_id, active=True).exclude(pk=source.pk)
        self.fields["target"].queryset = rows  # type: ignore[attr-defined]
