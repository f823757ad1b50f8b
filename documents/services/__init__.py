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

from documents.services.drafting import (
    paper_abandon,
    paper_comment,
    paper_create,
    paper_refresh,
    paper_update,
    signature_of,
)
from documents.services.frame import paper_frame
from documents.services.issuing import number_cancel, paper_issue, paper_issue_retry
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

__all__ = [
    "number_cancel",
    "paper_abandon",
    "paper_approve",
    "paper_authorise",
    "paper_comment",
    "paper_create",
    "paper_decline",
    "paper_end",
    "paper_frame",
    "paper_hand_back",
    "paper_issue",
    "paper_issue_retry",
    "paper_refresh",
    "paper_return",
    "paper_submit",
    "paper_update",
    "paper_withdraw",
    "signature_of",
]
