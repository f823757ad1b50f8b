"""Everything that changes objectives, each in one transaction with its audit entry."""

from objectives.services.attainment import (
    attainment_after_import,
    attainment_compute,
    attainment_nightly,
    attainment_request,
)
from objectives.services.drafting import (
    objective_add,
    objective_set_create,
    objective_set_discard,
    objective_set_update,
    objective_update,
    part_move,
    part_remove,
    target_add,
    target_update,
    task_add,
    task_update,
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

__all__ = [
    "attainment_after_import",
    "attainment_compute",
    "attainment_nightly",
    "attainment_request",
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
    "set_approve",
    "set_bases",
    "set_close",
    "set_end",
    "set_enter_into_force",
    "set_publish",
    "set_reopen",
    "set_return",
    "set_submit",
    "target_add",
    "target_update",
    "task_add",
    "task_update",
    "unit_set_start",
]
