"""Everything that changes objectives, each in one transaction with its audit entry."""

from objectives.services.attainment import (
    attainment_after_catalogue,
    attainment_after_import,
    attainment_compute,
    attainment_nightly,
    attainment_request,
    closed_figures_rest,
)
from objectives.services.cascade import concerns, unit_set_derive
from objectives.services.changes import SetChanges, set_changes
from objectives.services.continuing import (
    YearStart,
    YearStarted,
    left_open,
    year_preview,
    year_source,
    year_start,
)
from objectives.services.draft_targets import target_add, target_update
from objectives.services.draft_tasks import task_add, task_update
from objectives.services.drafting import (
    objective_add,
    objective_set_create,
    objective_set_discard,
    objective_set_update,
    objective_update,
    part_move,
    part_remove,
)
from objectives.services.life import (
    missing_parts,
    set_approve,
    set_close,
    set_end,
    set_enter_into_force,
    set_reopen,
    set_return,
    set_submit,
)
from objectives.services.manual import manual_entry_confirm, manual_entry_record, manual_entry_return
from objectives.services.publishing import set_bases, set_publish, unit_set_start
from objectives.services.reviews import (
    review_approve,
    review_comment,
    review_conclude,
    review_line_judge,
    review_problems,
    review_refresh,
    review_report,
    review_return,
    review_start,
    review_submit,
)
from objectives.services.telling import audience, set_acknowledge, set_tell

__all__ = [
    "SetChanges",
    "YearStart",
    "YearStarted",
    "attainment_after_catalogue",
    "attainment_after_import",
    "attainment_compute",
    "attainment_nightly",
    "attainment_request",
    "audience",
    "closed_figures_rest",
    "concerns",
    "left_open",
    "manual_entry_confirm",
    "manual_entry_record",
    "manual_entry_return",
    "missing_parts",
    "objective_add",
    "objective_set_create",
    "objective_set_discard",
    "objective_set_update",
    "objective_update",
    "part_move",
    "part_remove",
    "review_approve",
    "review_comment",
    "review_conclude",
    "review_line_judge",
    "review_problems",
    "review_refresh",
    "review_report",
    "review_return",
    "review_start",
    "review_submit",
    "set_acknowledge",
    "set_approve",
    "set_bases",
    "set_changes",
    "set_close",
    "set_end",
    "set_enter_into_force",
    "set_publish",
    "set_reopen",
    "set_return",
    "set_submit",
    "set_tell",
    "target_add",
    "target_update",
    "task_add",
    "task_update",
    "unit_set_derive",
    "unit_set_start",
    "year_preview",
    "year_source",
    "year_start",
]
