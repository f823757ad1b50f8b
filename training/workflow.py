"""The steps of needs, plans and courses, as tables."""

from django.utils.translation import gettext_lazy as _

from qms.workflow import Workflow, step

NEED = Workflow(
    (
        step("plan", ["open", "planned"], "planned", _("Take into the plan")),
        step("decline", "open", "declined", _("Do not take up the need")),
        step("reopen", ["planned", "declined"], "open", _("Open the need again")),
    )
)

PLAN = Workflow(
    (
        step("submit", "draft", "submitted", _("Submit the plan")),
        step("return", "submitted", "draft", _("Return the plan")),
        step("approve", "submitted", "approved", _("Approve the plan")),
    )
)

COURSE = Workflow(
    (
        step("hold", "planned", "held", _("Record the course as held")),
        step("cancel", "planned", "cancelled", _("Cancel the course")),
    )
)
