"""The steps of a complaint and of the yearly report, as tables."""

from django.utils.translation import gettext_lazy as _

from qms.workflow import Workflow, step

FEEDBACK = Workflow(
    (
        step("assign", ["received", "in_progress"], "in_progress", _("Name the handler")),
        step("submit", "in_progress", "to_confirm", _("Submit the answer")),
        step("return", "to_confirm", "in_progress", _("Return the answer")),
        step("confirm", "to_confirm", "answered", _("Confirm the answer")),
        step("forward", ["received", "in_progress"], "forwarded", _("Pass on to another agency")),
    )
)

REPORT = Workflow(
    (
        step("submit", "draft", "submitted", _("Submit the report")),
        step("return", "submitted", "draft", _("Return the report")),
        step("approve", "submitted", "approved", _("Approve the report")),
    )
)
