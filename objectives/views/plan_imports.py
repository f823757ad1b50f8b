"""Tables into a draft (upload, preview, take over), and the plan as a Word file."""

import io
from typing import Any, ClassVar

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import View

from documents.rendering.sheet import IssueFacts
from documents.selectors import live
from objectives import forms_plans, plan_papers, policies
from objectives import plan_policies as may
from objectives.models import PlanImport
from objectives.services import plans_import
from objectives.views.plans import PlanMixin, _OnePlan
from objectives.views.table_parts import posted_columns, preview_context
from qms.policies import PagePolicy, require
from qms.views import ActionView, PageView
from qms.views.base import PortalMixin

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


class ImportUpload(_OnePlan):
    """Upload a table or paste its rows; the next page is the preview."""

    form_class = forms_plans.TableUploadForm
    heading = gettext_lazy("Items from a table")
    action = gettext_lazy("Read the table")

    def guard(self) -> None:
        require(may.can_edit(self.person, self.get_plan()))

    def act(self, form: Any) -> str:
        upload = form.cleaned_data.get("file")
        batch = plans_import.import_read(
            self.get_plan(),
            name=upload.name if upload else "",
            content=upload.read() if upload else b"",
            pasted=form.cleaned_data["pasted"],
            acting=self.person,
        )
        return batch.get_absolute_url()


class _BatchMixin:
    def get_batch(self) -> PlanImport:
        """The table of the address, in the person's scope."""
        view: Any = self
        found: PlanImport = view.find(
            PlanImport.objects.select_related("plan__agency", "agency", "made_by"), pk=view.kwargs["pk"]
        )
        return found


class ImportPage(_BatchMixin, PageView):
    """What a table would bring, row by row, and what its columns mean."""

    template_name = "objectives/plans/import.html"
    policy: ClassVar[PagePolicy] = policies.staff

    def page(self) -> dict[str, Any]:
        batch = self.get_batch()
        require(may.can_edit(self.person, batch.plan))
        lines = plans_import.import_lines(batch)
        return {
            **preview_context(batch, plans_import.KEYS),
            "plan": batch.plan,
            "lines": lines,
            "remarked": sum(bool(line.remarks) for line in lines),
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Keep what the columns mean."""
        batch = self.get_batch()
        plans_import.import_map(batch, acting=self.person, **posted_columns(request, batch))
        return HttpResponseRedirect(batch.get_absolute_url())


class ImportTake(_BatchMixin, ActionView):
    """Add the rows to the draft."""

    policy: ClassVar[PagePolicy] = policies.staff

    def act(self) -> str:
        batch = self.get_batch()
        n = plans_import.import_take(batch, acting=self.person)
        messages.success(
            self.request, ngettext("%(n)s item taken over.", "%(n)s items taken over.", n) % {"n": n}
        )
        return batch.plan.get_absolute_url()


class ImportDiscard(_BatchMixin, ActionView):
    """Throw the preview away."""

    policy: ClassVar[PagePolicy] = policies.staff

    def act(self) -> str:
        batch = self.get_batch()
        plans_import.import_discard(batch, acting=self.person)
        messages.success(self.request, _("The table is discarded; nothing was taken over."))
        return batch.plan.get_absolute_url()


class PlanWord(PlanMixin, PortalMixin, View):
    """The plan as a Word file, laid out as its paper; what is signed is always the portal's own PDF."""

    policy: ClassVar[PagePolicy] = policies.staff

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        from documents.rendering.word import paper_docx

        plan = self.get_plan()
        paper = live(plan.paper)
        issued = paper is not None and paper.is_issued
        content = (
            paper.typed if paper and issued else plan_papers.content(plan, paper.signer if paper else None)
        )
        facts = IssueFacts(paper.number, paper.issued_on) if paper and issued else IssueFacts()
        return FileResponse(
            io.BytesIO(paper_docx(content, facts)),
            as_attachment=True,
            filename=f"ke-hoach-{plan.year}.docx",
            content_type=WORD,
        )
