"""What can be done to papers. Every step locks, asks the policy, moves, records, then enqueues.

The usual way of another app:

```python
from documents.content import PaperContent
from documents.services import paper_create, paper_frame

content = PaperContent.model_validate({**paper_frame(agency, Kind.DECISION), "title": ..., "body": [...]})
paper = paper_create(agency=agency, kind=Kind.DECISION, purpose="objectives.publish",
                     subject_key=str(objective_set.pk), content=content, signer=leader, acting=person)
```
"""

from documents.services.amending import paper_amend
from documents.services.drafting import (
    comment_settle,
    paper_abandon,
    paper_comment,
    paper_create,
    paper_refresh,
    paper_take_back,
    paper_update,
    signature_of,
)
from documents.services.frame import paper_frame, signature_block
from documents.services.issuing import number_cancel, paper_issue, paper_issue_retry
from documents.services.legal import basis_add, basis_change
from documents.services.life import (
    paper_approve,
    paper_authorise,
    paper_decline,
    paper_end,
    paper_hand_back,
    paper_return,
    paper_submit,
    paper_withdraw,
)
from documents.services.signing_first import sign_again
from documents.services.wording import (
    paper_from_template,
    template_copy,
    template_restore,
    template_retire,
    template_save,
)

__all__ = [
    "basis_add",
    "basis_change",
    "comment_settle",
    "number_cancel",
    "paper_abandon",
    "paper_amend",
    "paper_approve",
    "paper_authorise",
    "paper_comment",
    "paper_create",
    "paper_decline",
    "paper_end",
    "paper_frame",
    "paper_from_template",
    "paper_hand_back",
    "paper_issue",
    "paper_issue_retry",
    "paper_refresh",
    "paper_return",
    "paper_submit",
    "paper_take_back",
    "paper_update",
    "paper_withdraw",
    "sign_again",
    "signature_block",
    "signature_of",
    "template_copy",
    "template_restore",
    "template_retire",
    "template_save",
]
