"""Pages of official papers."""

from typing import Any

from documents import policies
from documents.models import Paper
from documents.rendering.sheet import IssueFacts, sheet_of
from qms.views import PageView


class PaperDetail(PageView):
    """One paper with its preview."""

    template_name = "documents/paper_detail.html"
    policy = policies.may_read

    def page(self) -> dict[str, Any]:
        paper = self.find(Paper, pk=self.kwargs["pk"])
        return {"paper": paper, "sheet": sheet_of(paper.typed, IssueFacts(paper.number, paper.issued_on))}
