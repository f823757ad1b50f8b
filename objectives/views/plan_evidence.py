"""Evidence of an item: files, and records of the portal found by search."""

import io
from typing import Any, ClassVar

from django.http import FileResponse, Http404
from django.utils.translation import gettext_lazy

from objectives import forms_plans, policies
from objectives import plan_policies as may
from objectives.models import PlanEvidence, PlanItem
from objectives.services import plans_work
from objectives.views.plan_items import ItemAction, ItemForm, ItemMixin
from qms import files, search
from qms.policies import PagePolicy, require
from qms.views import ActionView, PageView

MOST_HITS = 20


class ItemEvidence(ItemForm):
    """Add files."""

    form_class = forms_plans.EvidenceForm
    heading = gettext_lazy("Add files as evidence")
    action = gettext_lazy("Add the files")

    def verdict(self) -> Any:
        return may.can_note(self.person, self.get_item())

    def act(self, form: Any) -> str:
        item = self.get_item()
        require(self.verdict())
        for upload in form.cleaned_data["evidence"]:
            stored = files.store(self.agency, upload.name, upload, acting=self.person)
            plans_work.evidence_add(item, file=stored, acting=self.person)
        return self.back()


class ItemLink(ItemMixin, PageView):
    """Look for a record of the portal that shows the item was done."""

    template_name = "objectives/plans/item_link.html"
    policy: ClassVar[PagePolicy] = policies.staff

    def page(self) -> dict[str, Any]:
        item = self.get_item()
        require(may.can_note(self.person, item))
        form = forms_plans.FindRecordForm(self.request.GET or None)
        hits = None
        if form.is_bound and form.is_valid():
            hits = search.find(self.person, form.cleaned_data["q"], limit=MOST_HITS)
        return {"item": item, "form": form, "hits": hits}


class ItemLinkAdd(ItemAction):
    """Take a record of the portal as evidence."""

    told = gettext_lazy("The record is evidence now.")

    def step(self, item: PlanItem) -> None:
        post = self.request.POST
        hits = search.find(self.person, post.get("q", ""), limit=MOST_HITS)
        hit = next((one for one in hits if one.url == post.get("url")), None)
        if hit is None:
            raise Http404
        plans_work.evidence_add(item, url=hit.url, title=hit.title, acting=self.person)


class EvidenceWithdraw(ActionView):
    """Take evidence back."""

    policy: ClassVar[PagePolicy] = policies.staff

    def act(self) -> str:
        row = self.find(PlanEvidence.objects.select_related("item__plan"), pk=self.kwargs["pk"])
        plans_work.evidence_withdraw(row, acting=self.person)
        url: str = row.item.get_absolute_url()
        return url


class EvidenceFile(PageView):
    """Download a file given as evidence."""

    policy: ClassVar[PagePolicy] = policies.staff

    def get(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        rows = PlanEvidence.objects.select_related("file").exclude(file=None)
        row = self.find(rows, pk=self.kwargs["pk"])
        response: Any = FileResponse(
            io.BytesIO(files.read(row.file)),
            as_attachment=True,
            filename=row.file.name,
            content_type=row.file.content_type,
        )
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response
