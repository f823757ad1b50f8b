"""The steps of registers, actions, planned changes and suggestions, as tables."""

from django.utils.translation import gettext_lazy as _

from qms.workflow import Workflow, step

REGISTER = Workflow(
    (
        step("submit", "draft", "submitted", _("Submit the register")),
        step("hand_over", "draft", "confirmed", _("Hand the register over")),
        step("confirm", "submitted", "confirmed", _("Confirm the register")),
        step("consolidate", "confirmed", "consolidated", _("Take into the agency's register")),
        step("release", "consolidated", "confirmed", _("Take out of the agency's register")),
        step("return", ["submitted", "confirmed"], "draft", _("Return the register")),
        step("approve", ["submitted", "consolidated"], "approved", _("Approve the register")),
        step("supersede", "approved", "superseded", _("Supersede the register")),
    )
)

ACTION = Workflow(
    (
        step("report", "open", "done", _("Report the action done")),
        step("judge_effective", "done", "effective", _("Judge the action effective")),
        step("reopen", ["done", "effective"], "open", _("Reopen the action")),
        step("cancel", ["open", "done"], "cancelled", _("Cancel the action")),
    )
)

CHANGE = Workflow(
    (
        step("submit", "draft", "in_review", _("Ask for opinions")),
        step("withdraw", "in_review", "draft", _("Take the change back")),
        step("approve", "in_review", "approved", _("Approve the change")),
        step("reject", "in_review", "rejected", _("Do not approve the change")),
        step("conclude", "approved", "done", _("Conclude the change")),
        step("cancel", ["draft", "in_review", "approved"], "cancelled", _("Cancel the change")),
    )
)

SUGGESTION = Workflow(
    (
        step("accept", "open", "accepted", _("Accept the suggestion")),
        step("dismiss", "open", "dismissed", _("Dismiss the suggestion")),
        step("lapse", "open", "obsolete", _("The suggestion no longer holds")),
        step("return", "obsolete", "open", _("The suggestion holds again")),
    )
)
