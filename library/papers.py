"""The decision that issues a version written in the portal, with its whole text as the annex (domain H, K).

What is issued is the approved text, word for word. Words of the paper are Vietnamese whatever language the
reader uses.
"""

from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from documents import registry, wording
from documents.content import Kind, PaperContent
from documents.models import Paper, PaperState
from documents.plaintext import text_to_blocks
from documents.problems import content_parse
from documents.services import paper_create
from documents.services.frame import signature_block
from documents.wording import BuiltIn
from library import policies
from library.models import DocumentVersion
from library.selectors.manual import exclusions
from library.selectors.versions import rows
from qms import audit, clock
from qms.exceptions import Invalid
from qms.models import Person
from qms.policies import require
from qms.workflow import locked

PURPOSE = "library.issue"
DEAD = {PaperState.ABANDONED, PaperState.REVOKED, PaperState.SUPERSEDED}

DECISION = BuiltIn(
    PURPOSE,
    "Quyết định ban hành tài liệu của hệ thống quản lý chất lượng",
    Kind.DECISION,
    {
        "title": "Về việc ban hành {{document_title}} ({{document_code}})\ncủa {{agency}}",
        "preamble": "{{head}} {{agency}}",
        "enacting": "QUYẾT ĐỊNH:",
        "bases": [{"kind": "considering", "text": "Ban ISO {{agency}}"}],
        "body": [
            {
                "type": "article",
                "text": "Ban hành kèm theo Quyết định này {{document_title}}, mã hiệu {{document_code}}, "
                "lần ban hành/sửa đổi {{edition}}, áp dụng tại {{agency}}.",
            },
            {
                "type": "article",
                "text": "Tài liệu có hiệu lực từ ngày {{effective_on}}; phiên bản trước hết hiệu lực từ "
                "ngày đó.",
            },
            {
                "type": "article",
                "text": "Trưởng các phòng, đơn vị và công chức, viên chức, người lao động có liên quan chịu "
                "trách nhiệm thi hành Quyết định này.",
            },
        ],
        "recipients": ["Như Điều 3", "Lãnh đạo cơ quan"],
        "archive": "{{archive}}, Ban ISO",
    },
    {
        "document_title": "Tên tài liệu",
        "document_code": "Mã hiệu",
        "edition": "Lần ban hành/sửa đổi",
        "effective_on": "Ngày hiệu lực",
    },
)


def live(paper: Paper | None) -> Paper | None:
    """A paper that is on its way or in force."""
    return None if paper is None or paper.state in DEAD else paper


def version_of(paper: Paper) -> DocumentVersion:
    """The version a paper issues."""
    found: DocumentVersion = rows().get(agency=paper.agency, pk=paper.subject_key)
    return found


def content(version: DocumentVersion, signer: Person | None) -> PaperContent:
    """What the paper says; raises Invalid with the place of every text that a paper cannot show."""
    with override("vi"):
        data = _content(version, signer)
    made, problems = content_parse(data)
    if made is None:
        raise Invalid(problems)
    return made


def _content(version: DocumentVersion, signer: Person | None) -> dict[str, Any]:
    document, agency = version.document, version.document.agency
    assert version.effective_on is not None
    fields = {
        "document_title": document.title,
        "document_code": document.code,
        "edition": version.edition,
        "effective_on": f"{version.effective_on:%d/%m/%Y}",
    }
    words = wording.words_of(agency, PURPOSE, signer=signer, fields=fields)
    return {
        **words,
        "annexes": [
            {
                "title": f"{document.title} ({document.code}, lần ban hành/sửa đổi {version.edition})",
                "relation": "Ban hành kèm theo",
                "blocks": list(_blocks(version)),
            }
        ],
        "signature": signature_block(agency, signer),
    }


def _blocks(version: DocumentVersion) -> Iterator[dict[str, Any]]:
    """Sections keep the numbers they have in the document: the manual follows those of the standard.

    The manual names beside a clause that does not apply the justification of the day.
    """
    excluded = exclusions(version)
    for section in version.sections.order_by("order", "created_at"):
        yield {"type": "paragraph", "text": section.heading, "bold": True}
        for why in excluded.get(section.clause_id, ()):
            yield {"type": "paragraph", "text": why, "italic": True}
        for block in text_to_blocks(section.text):
            yield from _flat(block)


def _flat(block: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if block["type"] == "section":
        yield {"type": "paragraph", "text": block["title"], "italic": True}
        for one in block["blocks"]:
            yield from _flat(one)
    elif block["type"] == "article":
        yield {"type": "paragraph", "text": block["text"]}
    else:
        yield block


def warnings(paper: Paper) -> Iterator[registry.PaperWarning]:
    """What a reader should know before the paper is issued."""
    version = version_of(paper)
    if version.status_on(clock.today()) == "obsolete":
        url = version.document.get_absolute_url()
        yield registry.PaperWarning(_("A newer version of this document holds."), url, _("Open the document"))


def version_paper(version: DocumentVersion, *, signer: Person | None, acting: Person | None) -> Paper:
    """Draft the decision that issues an approved version; it goes its way as a paper.

    Raises Invalid for a version that is not approved or was uploaded, or when such a paper is on its way.
    """
    with transaction.atomic(), locked(version) as version:
        require(policies.secretariat(acting))
        if version.state != DocumentVersion.State.APPROVED:
            raise Invalid(_("Only an approved version is issued."))
        if version.source != DocumentVersion.Source.WRITTEN:
            raise Invalid(_("An uploaded file is issued as it is; the decision is written by hand."))
        there = live(version.paper)
        if there is not None:
            raise Invalid(_("There is such a paper already: %(paper)s.") % {"paper": there.one_line})
        paper = paper_create(
            agency=version.document.agency,
            kind=Kind.DECISION,
            content=content(version, signer),
            acting=acting,
            purpose=PURPOSE,
            subject_key=str(version.pk),
            signer=signer,
        )
        changes = audit.apply(version, paper=paper)
        audit.record("library.version.paper_drafted", version, changes, acting=acting)
    return paper


def register() -> None:
    """Tell the papers what they do, and how they are worded."""
    wording.add(DECISION)
    registry.add(
        registry.Purpose(
            PURPOSE,
            gettext_lazy("Issue a controlled document"),
            Kind.DECISION,
            build=lambda paper: content(version_of(paper), paper.signer),
            warnings=warnings,
            subject_url=lambda paper: version_of(paper).get_absolute_url(),
        )
    )
