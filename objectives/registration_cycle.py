"""What the yearly cycle hangs into the shell: reviews, unit sets, acknowledgement, reminders, a new year."""

from django.utils.translation import gettext_lazy as _

from objectives import demo_cycle, duties, models, policies, review_papers
from objectives.services.reminders import TOPIC, reminders_nightly
from qms import audit, registry

VERBS = {
    "objectives.review.drafted": _("Review of objectives drafted"),
    "objectives.review.refreshed": _("Figures of a review taken anew"),
    "objectives.review.judged": _("Target judged in a review"),
    "objectives.review.concluded": _("General assessment of a review written"),
    "objectives.review.commented": _("Comment of the board on a review"),
    "objectives.review.submitted": _("Review of objectives submitted"),
    "objectives.review.returned": _("Review of objectives returned"),
    "objectives.review.approved": _("Review of objectives approved"),
    "objectives.review.report_prepared": _("Report on objectives prepared"),
    "objectives.set.derived": _("Objectives of a unit derived"),
    "objectives.set.told": _("Objectives made known to all staff"),
    "objectives.set.acknowledged": _("Objectives acknowledged"),
    "objectives.set.continued": _("Objectives started from the year before"),
    "objectives.set.imported": _("Objectives read from a table"),
}

DAYS = {
    "read_days": (
        10,
        _("Days to read objectives"),
        _("Working days within which all staff acknowledge objectives that were made known."),
    ),
    "unit_set_days": (
        20,
        _("Days to commit to objectives of a unit"),
        _("Working days after the agency's objectives come into force within which each unit commits."),
    ),
    "review_days": (
        15,
        _("Days to draft a review"),
        _("Working days after the half-year and the year within which the review is submitted."),
    ),
    "remind_soon": (
        5,
        _("Days before a deadline"),
        _("Working days before a deadline on which the person responsible is reminded."),
    ),
    "remind_head": (
        3,
        _("Days until the unit head is told"),
        _("Working days of lateness, or of waiting for confirmation, after which the unit head is told."),
    ),
    "remind_secretary": (
        6,
        _("Days until the ISO secretary is told"),
        _("Working days of lateness, or of waiting for confirmation, after which the secretary is told."),
    ),
    "remind_again": (
        5,
        _("Days between reminders"),
        _("Working days after which the person responsible for late work is reminded again."),
    ),
    "remind_stale": (
        30,
        _("Days without news"),
        _("Working days without a note after which work under way counts as stale."),
    ),
    "answer_days": (
        14,
        _("Days a link in a mail stays good"),
        _("After these days the link in a reminder no longer opens the task."),
    ),
}

PORTABLE = {
    "review": models.ObjectiveReview,
    "review_line": models.ReviewLine,
    "review_comment": models.ReviewComment,
    "communication": models.SetCommunication,
    "acknowledgement": models.SetAcknowledgement,
}


def register() -> None:
    """Fill the registries; called from objectives.registration."""
    audit.register_verbs(VERBS)
    review_papers.register()
    duties.register()
    registry.demo_steps.add(
        registry.DemoStep(45, _("Reviews, objectives of units, acknowledgement"), demo_cycle.load)
    )
    registry.navigation.add(
        registry.NavItem(
            "work", _("Work of my unit"), "objectives:unit", "building-2", policies.staff, order=6
        )
    )
    registry.add_topic(TOPIC, _("Reminders"), "digest")
    registry.nightly.add(reminders_nightly)
    for name, (default, label, text) in DAYS.items():
        registry.add_setting(
            registry.SettingKind(f"objectives.{name}", int, default, label, text, group="objectives")
        )


def register_portable() -> None:
    """Records of the cycle in the export, after what they point at."""
    for name, model in PORTABLE.items():
        registry.portable.add(registry.Portable(f"objectives.{name}", model))
