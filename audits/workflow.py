"""The steps of programmes, audits and findings, as tables."""

from django.utils.translation import gettext_lazy as _

from qms.workflow import Workflow, step

PROGRAMME = Workflow(
    (
        step("submit", "draft", "submitted", _("Submit the programme")),
        step("return", "submitted", "draft", _("Return the programme")),
        step("approve", "submitted", "approved", _("Approve the programme")),
        step("revise", "approved", "draft", _("Revise the programme")),
    )
)

AUDIT = Workflow(
    (
        step("notify", "planned", "notified", _("Send the plan")),
        step("recall", "notified", "planned", _("Take the plan back")),
        step("start", "notified", "under_way", _("Start the audit")),
        step("finish", "under_way", "reporting", _("End the work on site")),
        step("resume", "reporting", "under_way", _("Go on with the work on site")),
        step("report", "reporting", "reported", _("Hand in the report")),
        step("close", "reported", "closed", _("Close the audit")),
        step("cancel", ["planned", "notified"], "cancelled", _("Cancel the audit")),
    )
)

FINDING = Workflow(
    (
        step("acknowledge", "raised", "acknowledged", _("Acknowledge the finding")),
        step("dispute", "raised", "disputed", _("Dispute the finding")),
        step("uphold", ["raised", "disputed"], "upheld", _("Uphold the finding")),
        step("withdraw", ["raised", "disputed"], "withdrawn", _("Withdraw the finding")),
    )
)
