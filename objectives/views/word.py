"""A set and a review as Word files, laid out as their papers; what is signed is the portal's own PDF."""

import io
from typing import Any, ClassVar

from django.http import FileResponse, Http404, HttpRequest
from django.views.generic import View

from documents.content import PaperContent
from documents.models import Paper
from documents.rendering.sheet import IssueFacts
from documents.rendering.word import paper_docx
from documents.selectors import live
from objectives import papers, policies, review_papers
from objectives.views.reviews import ReviewMixin
from objectives.views.sets import SetMixin
from objectives.word_tables import WORD
from qms.policies import PagePolicy
from qms.views.base import PortalMixin


def answer(paper: Paper | None, content: PaperContent, name: str) -> FileResponse:
    """The issued content with number and date when there is one, else the draft as it stands."""
    issued = paper is not None and paper.is_issued
    facts = IssueFacts(paper.number, paper.issued_on) if paper is not None and issued else IssueFacts()
    said = paper.typed if paper is not None and issued else content
    return FileResponse(
        io.BytesIO(paper_docx(said, facts)), as_attachment=True, filename=name, content_type=WORD
    )


class SetWord(SetMixin, PortalMixin, View):
    """The objectives with the plan that carries them out."""

    policy: ClassVar[PagePolicy] = policies.staff

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        one = self.get_set()
        if not one.objectives.exists():
            raise Http404
        if one.unit is not None:
            name = f"muc-tieu-{one.unit.code.lower()}-{one.year}.docx"
            return answer(None, papers.unit_content(one), name)
        paper = live(one.paper)
        content = papers.content(one, paper.signer if paper else None)
        return answer(paper, content, f"muc-tieu-chat-luong-{one.year}.docx")


class ReviewWord(ReviewMixin, PortalMixin, View):
    """The report on the objectives."""

    policy: ClassVar[PagePolicy] = policies.staff

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        review = self.get_review()
        paper = live(review.paper)
        content = review_papers.content(review, paper.signer if paper else None)
        return answer(paper, content, f"bao-cao-muc-tieu-{review.period.code}.docx")
