"""The steps of objective sets and of entered figures; pure tables."""

from django.utils.translation import gettext_lazy as _

from qms.workflow import Workflow, step

SETS = Workflow(
    [
        step("submit", "draft", "in_review", _("Submit for approval")),
        step("return", "in_review", "draft", _("Return to the drafter")),
        step("approve", "in_review", "approved", _("Approve the objectives")),
        step("reopen", "approved", "draft", _("Take back into drafting")),
        step("publish", "approved", "in_force", _("Bring into force")),
        step("close", "in_force", "closed", _("Close the figures of the year")),
        step("end", ["in_force", "closed"], "superseded", _("End")),
    ]
)

ENTRIES = Workflow(
    [
        step("confirm", "waiting", "confirmed", _("Confirm the figures")),
        step("return", "waiting", "returned", _("Return the figures")),
        step("replace", "confirmed", "replaced", _("Replace by a correction")),
    ]
)
