"""Starting a year from the one before: a preview of every row, then one act."""

from typing import Any, ClassVar

from django.contrib import messages
from django.utils.translation import gettext as _

from objectives import forms_cycle, services, words
from objectives import policies_cycle as cycle
from objectives.models import ObjectiveSet
from objectives.services.continuing import YearStart
from objectives.views.sets import SetMixin
from qms.exceptions import Invalid
from qms.policies import PagePolicy
from qms.views import FormPage


class YearStartPage(SetMixin, FormPage):
    """What the new year takes over, with proposed figures and their reasons."""

    template_name = "objectives/year_start.html"
    form_class = forms_cycle.YearStartForm
    policy: ClassVar[PagePolicy] = cycle.can_start_year

    _preview: YearStart | None = None

    def preview(self) -> YearStart:
        """The preview, made once per request."""
        if self._preview is None:
            source = self.get_set()
            self.check(source)
            self._preview = services.year_preview(source)
        return self._preview

    def check(self, source: ObjectiveSet) -> None:
        """Only the agency's own published objectives lead into a new year."""
        if source.unit_id is not None or not source.is_published or source.agency_id != self.agency.pk:
            raise Invalid(_("A year starts from the agency's objectives that are or were in force."))

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"proposed": self.preview().proposed}

    def page(self) -> dict[str, Any]:
        preview = self.preview()
        form = self.get_form() if self.request.method != "POST" else None
        rows = (form or self.get_form()).rows()
        return {
            "preview": preview,
            "rows": [
                {
                    "row": row,
                    "keep": keep,
                    "figure": figure,
                    "goal": words.goal_of(row.target),
                    "result": words.rate_of(row.target, row.numerator, row.denominator),
                }
                for row, keep, figure in rows
            ],
            "tasks": preview.source.tasks.count(),
        }

    def act(self, form: Any) -> str:
        started = services.year_start(
            self.get_set(),
            figures=form.figures,
            dropped=form.dropped,
            with_plan=form.cleaned_data["with_plan"],
            acting=self.person,
        )
        messages.success(
            self.request, _("The drafts of %(year)s are there.") % {"year": started.objectives.year}
        )
        return started.objectives.get_absolute_url()
