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

PLANS = Workflow(
    [
        step("submit", "draft", "in_review", _("Submit for approval")),
        step("return", "in_review", "draft", _("Return to the drafter")),
        step("approve", "in_review", "approved", _("Approve the plan")),
        step("reopen", "approved", "draft", _("Take back into drafting")),
        step("publish", "approved", "in_force", _("Bring into force")),
        step("end", "in_force", "superseded", _("End")),
    ]
)

PLAN_TABLES = Workflow(
    [
        step("take", "preview", "taken", _("Take the rows over")),
        step("discard", "preview", "discarded", _("Discard the table")),
    ]
)

ITEMS = Workflow(
    [
        step("begin", "planned", "in_progress", _("Begin the work")),
        step("report", ["planned", "in_progress"], "waiting", _("Report as done")),
        step("confirm", "waiting", "done", _("Confirm as done")),
        step("return", "waiting", "in_progress", _("Return the report")),
        step("tick", ["planned", "in_progress", "waiting"], "done", _("Tick off by a record")),
        step("untick", "done", "in_progress", _("Take the tick back")),
        step("not_needed", ["planned", "in_progress"], "no_occurrence", _("Close as no occurrence")),
        step("cancel", ["planned", "in_progress"], "cancelled", _("Cancel the item")),
        step("reopen", ["done", "no_occurrence", "cancelled"], "in_progress", _("Open again")),
    ]
)

ENTRIES = Workflow(
    [
        step("confirm", "waiting", "confirmed", _("Confirm the figures")),
        step("return", "waiting", "returned", _("Return the figures")),
        step("replace", "confirmed", "replaced", _("Replace by a correction")),
    ]
)

REVIEWS = Workflow(
    [
        step("submit", "draft", "in_review", _("Submit the review")),
        step("return", "in_review", "draft", _("Return the review")),
        step("approve", "in_review", "approved", _("Approve the review")),
    ]
)
