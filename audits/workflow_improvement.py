"""The steps of nonconformities, their actions, and management reviews, as tables."""

from django.utils.translation import gettext_lazy as _

from qms.workflow import Workflow, step

CASE = Workflow(
    (
        step("analyse", "open", "analysis", _("Begin the cause analysis")),
        step("waive", "open", "to_close", _("Waive the cause analysis")),
        step("submit", ["analysis", "reopened"], "submitted", _("Submit the plan")),
        step("return", ["submitted", "in_progress"], "analysis", _("Return the plan")),
        step("approve", "submitted", "in_progress", _("Approve the plan")),
        step("finish", "in_progress", "checking", _("Actions are done")),
        step("pass", "checking", "to_close", _("Judge effective")),
        step("fail", "checking", "reopened", _("Judge not effective")),
        step("close", "to_close", "closed", _("Close the nonconformity")),
        step("reopen", ["to_close", "closed"], "reopened", _("Reopen the nonconformity")),
        step(
            "cancel",
            ["open", "analysis", "reopened", "submitted", "in_progress"],
            "cancelled",
            _("Cancel the nonconformity"),
        ),
    )
)

ACTION = Workflow(
    (
        step("report", "open", "done", _("Report the action done")),
        step("cancel", "open", "cancelled", _("Cancel the action")),
    )
)

EXTENSION = Workflow(
    (
        step("grant", "asked", "granted", _("Grant the extension")),
        step("refuse", "asked", "refused", _("Refuse the extension")),
    )
)

REVIEW = Workflow(
    (
        step("hold", "preparing", "held", _("Record the meeting")),
        step("conclude", "held", "concluded", _("Conclude the review")),
        step("cancel", "preparing", "cancelled", _("Cancel the review")),
    )
)

DECISION = Workflow(
    (
        step("report", "open", "done", _("Report the decision carried out")),
        step("cancel", "open", "cancelled", _("Cancel the decision")),
    )
)
