"""The steps of versions, change requests and disposal lists, as tables."""

from django.utils.translation import gettext_lazy as _

from qms.workflow import Workflow, step

VERSION = Workflow(
    (
        step("submit", "draft", "in_review", _("Send for review")),
        step("review", "in_review", "reviewed", _("Confirm the review")),
        step("approve", "reviewed", "approved", _("Approve the version")),
        step("return", ["in_review", "reviewed"], "draft", _("Send back")),
        step("withdraw", ["in_review", "reviewed"], "draft", _("Take back")),
        step("abandon", "draft", "abandoned", _("Abandon the draft")),
    )
)

REQUEST = Workflow(
    (
        step("accept", "open", "accepted", _("Accept the request")),
        step("decline", "open", "declined", _("Do not take the request up")),
    )
)

DISPOSAL = Workflow(
    (
        step("submit", "draft", "submitted", _("Submit the list")),
        step("approve", "submitted", "approved", _("Approve the disposal")),
        step("return", "submitted", "draft", _("Send back")),
        step("cancel", ["draft", "approved"], "cancelled", _("Cancel the list")),
        step("carry_out", "approved", "done", _("Record the disposal")),
    )
)
