"""Tables into a draft set of objectives: upload or paste, preview, take over."""

from typing import Any, ClassVar

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from objectives import forms_plans, policies
from objectives.models import SetImport
from objectives.services import sets_import, sets_reading
from objectives.views.set_steps import SetFormPage
from objectives.views.table_parts import posted_columns, preview_context
from qms.exceptions import Invalid
from qms.policies import PagePolicy, require
from qms.views import ActionView, PageView


class ImportUpload(SetFormPage):
    """Upload a table or paste its rows; the next page is the preview."""

    form_class = forms_plans.TableUploadForm
    heading = gettext_lazy("Objectives from a table")
    action = gettext_lazy("Read the table")

    def page(self) -> dict[str, Any]:
        require(policies.can_edit(self.person, self.get_set()))
        return super().page()

    def act(self, form: Any) -> str:
        upload = form.cleaned_data.get("file")
        batch = sets_import.import_read(
            self.get_set(),
            name=upload.name if upload else "",
            content=upload.read() if upload else b"",
            pasted=form.cleaned_data["pasted"],
            acting=self.person,
        )
        return batch.get_absolute_url()


class _BatchMixin:
    def get_batch(self) -> SetImport:
        """The table of the address, of the person's own agency only."""
        view: Any = self
        rows = SetImport.objects.filter(agency=view.agency).select_related(
            "objective_set__agency", "objective_set__unit", "agency", "made_by"
        )
        found: SetImport = view.find(rows, pk=view.kwargs["pk"])
        return found


class ImportPage(_BatchMixin, PageView):
    """What a table would bring, row by row, and what its columns mean."""

    template_name = "objectives/set_import.html"
    policy: ClassVar[PagePolicy] = policies.staff

    def page(self) -> dict[str, Any]:
        batch = self.get_batch()
        is_preview = batch.state == SetImport.State.PREVIEW
        if is_preview:
            require(policies.can_edit(self.person, batch.objective_set))
        lines = sets_import.import_lines(batch) if is_preview else []
        coming = [line for line in lines if line.comes_in]
        return preview_context(batch, sets_import.KEYS) | {
            "set": batch.objective_set,
            "lines": lines,
            "coming": len(coming),
            "problems": [problem for line in lines for problem in line.problems],
            "remarked": sum(bool(line.remarks) for line in lines),
            "kinds": sets_reading.KINDS.items(),
            "formulas": sets_reading.measured_by(),
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Keep what the columns mean."""
        batch = self.get_batch()
        sets_import.import_map(batch, acting=self.person, **posted_columns(request, batch))
        return HttpResponseRedirect(batch.get_absolute_url())


def _choices(request: HttpRequest) -> dict[str, dict[str, str]]:
    """What the form says about rows, by their keys."""
    found: dict[str, dict[str, str]] = {}
    for name, value in request.POST.items():
        what, _dash, key = name.partition("-")
        if what in {"kind", "formula"} and key:
            found.setdefault(key, {})[what] = str(value)
    return found


class ImportRows(_BatchMixin, ActionView):
    """Keep what people say about single rows."""

    policy: ClassVar[PagePolicy] = policies.staff

    def act(self) -> str:
        batch = self.get_batch()
        sets_import.import_choose(batch, choices=_choices(self.request), acting=self.person)
        return f"{batch.get_absolute_url()}#rows"


class ImportTake(_BatchMixin, ActionView):
    """Add the rows to the draft, as chosen in the form."""

    policy: ClassVar[PagePolicy] = policies.staff

    def act(self) -> str:
        batch = self.get_batch()
        choices = _choices(self.request)
        if choices:
            batch = sets_import.import_choose(batch, choices=choices, acting=self.person)
        try:
            counts = sets_import.import_take(batch, acting=self.person)
        except Invalid as error:
            n = len(error.problems)
            told = ngettext(
                "Nothing was taken over: %(n)s problem is left.",
                "Nothing was taken over: %(n)s problems are left.",
                n,
            )
            one = error.problems[0]
            detail = f" {one}" if n == 1 else ""
            messages.error(self.request, told % {"n": n} + detail)
            return batch.get_absolute_url()
        tasks = counts["task"] + counts["subtask"]
        messages.success(
            self.request,
            _("Taken over: %(objectives)s objectives, %(targets)s targets, %(tasks)s tasks.")
            % {"objectives": counts["objective"], "targets": counts["target"], "tasks": tasks},
        )
        return batch.objective_set.get_absolute_url()


class ImportDiscard(_BatchMixin, ActionView):
    """Throw the preview away."""

    policy: ClassVar[PagePolicy] = policies.staff

    def act(self) -> str:
        batch = self.get_batch()
        sets_import.import_discard(batch, acting=self.person)
        messages.success(self.request, _("The table is discarded; nothing was taken over."))
        return batch.objective_set.get_absolute_url()
