"""Improvements decided, planned and recommended, in one list (10.1, 10.3)."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audits import policies
from audits.selectors import improvements as reading
from audits.views.cases import InCases
from qms.forms import FilterForm
from qms.models import Agency, OrgUnit
from qms.views.base import ExportView, ListPage


class ImprovementFilter(FilterForm):
    """Filters of the improvements."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Comes from"),
        choices=[
            ("", gettext_lazy("All")),
            (reading.DECISION, gettext_lazy("Decisions of reviews")),
            (reading.OPPORTUNITY, gettext_lazy("Opportunities")),
            (reading.FINDING, gettext_lazy("Observations and strengths")),
        ],
    )
    state = forms.ChoiceField(
        label=gettext_lazy("State"),
        choices=[
            ("", gettext_lazy("All")),
            ("open", gettext_lazy("To do")),
            ("late", gettext_lazy("Late")),
            ("done", gettext_lazy("Carried out")),
        ],
    )
    unit = forms.ChoiceField(label=gettext_lazy("Unit"))

    def __init__(self, *args: Any, agency: Agency, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = OrgUnit.objects.filter(agency=agency).exclude(kind=OrgUnit.Kind.COMMITTEE)
        field: Any = self.fields["unit"]
        field.choices = [("", _("All")), *((str(unit.pk), unit.label) for unit in units)]


class ImprovementList(InCases, ListPage):
    """Every improvement with owner, day and result."""

    template_name = "audits/nc/improvements.html"
    tab = "improvements"

    def rows(self) -> Any:
        self.form = ImprovementFilter(self.request.GET, agency=self.agency)
        self.form.is_valid()
        return reading.improvement_keys(self.person, getattr(self.form, "cleaned_data", {}))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return context | {
            "rows": reading.improvements(context["rows"]),
            "form": self.form,
            "export_url": reverse("audits:improvement-export"),
        }


class ImprovementExport(ExportView):
    """The filtered improvements as a workbook."""

    policy = policies.insider
    filename = "cai-tien.xlsx"

    def header(self) -> list[str]:
        return [
            *(_("Improvement"), _("Comes from"), _("Code"), _("Unit"), _("Responsible")),
            *(_("Deadline"), _("State"), _("Result")),
        ]

    def lines(self) -> Iterable[Sequence[Any]]:
        form = ImprovementFilter(self.request.GET, agency=self.agency)
        form.is_valid()
        keys = reading.improvement_keys(self.person, getattr(form, "cleaned_data", {}))
        for row in reading.improvements(keys):
            yield [row.text, row.kind, row.source, row.unit, row.owner, row.due, row.state, row.result]
