"""The life of a paper as a table. Leader's consent comes before the number, the number before the file.

Where the agency has chosen flow B the leader's digital signature comes before the number too:
approved → being signed (blank fields) → authorised → issuing (fields filled, the agency signs).

draft → in review → approved (content frozen) → authorised (the signer consents, password asked again)
→ issuing (the clerk's act: number and date) → issued → corrected | superseded | revoked.
"""

from django.utils.translation import gettext_lazy as _

from documents.models import PaperState as S
from qms.workflow import Workflow, step

SUBMIT = step("submit", S.DRAFT, S.IN_REVIEW, _("Send for review"))
WITHDRAW = step("withdraw", S.IN_REVIEW, S.DRAFT, _("Take back"))
RETURN = step("return", S.IN_REVIEW, S.DRAFT, _("Send back"))
APPROVE = step("approve", S.IN_REVIEW, S.APPROVED, _("Approve the content"))
DECLINE = step("decline", [S.APPROVED, S.SIGNING], S.DRAFT, _("Decline to sign"))
AUTHORISE = step("authorise", S.APPROVED, S.AUTHORISED, _("Sign the paper"))
SIGN_FIRST = step("sign_first", S.APPROVED, S.SIGNING, _("Sign the paper before its number"))
SIGNED_FIRST = step("signed_first", S.SIGNING, S.AUTHORISED, _("Signed before its number"))
HAND_BACK = step("hand_back", [S.SIGNING, S.AUTHORISED], S.DRAFT, _("Hand back"))
ISSUE = step("issue", S.AUTHORISED, S.ISSUING, _("Give a number and issue"))
CANCEL_NUMBER = step("cancel_number", S.ISSUING, S.DRAFT, _("Cancel the number"))
FINISH = step("finish", S.ISSUING, S.ISSUED, _("Finish issuing"))
CORRECT = step("correct", [S.ISSUED, S.CORRECTED], S.CORRECTED, _("Correct by another paper"))
SUPERSEDE = step("supersede", [S.ISSUED, S.CORRECTED], S.SUPERSEDED, _("Supersede"))
REVOKE = step("revoke", [S.ISSUED, S.CORRECTED], S.REVOKED, _("Revoke"))
ABANDON = step("abandon", S.DRAFT, S.ABANDONED, _("Abandon the draft"))

LIFE = Workflow(
    (
        SUBMIT,
        WITHDRAW,
        RETURN,
        APPROVE,
        DECLINE,
        AUTHORISE,
        SIGN_FIRST,
        SIGNED_FIRST,
        HAND_BACK,
        ISSUE,
        CANCEL_NUMBER,
        FINISH,
        CORRECT,
        SUPERSEDE,
        REVOKE,
        ABANDON,
    )
)
