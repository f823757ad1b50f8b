"""What the yearly cycle hangs into the shell: reviews, unit sets, acknowledgement, reminders, a new year."""

from django.utils.translation import gettext_lazy as _

from objectives import demo_cycle, models, review_papers
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
    registry.demo_steps.add(
        registry.DemoStep(45, _("Reviews, objectives of units, acknowledgement"), demo_cycle.load)
    )
    registry.add_setting(
        registry.SettingKind(
            "objectives.read_days",
            int,
            10,
            _("Days to read objectives"),
            _("Working days within which all staff acknowledge objectives that were made known."),
            group="objectives",
        )
    )


def register_portable() -> None:
    """Records of the cycle in the export, after what they point at."""
    for name, model in PORTABLE.items():
        registry.portable.add(registry.Portable(f"objectives.{name}", model))
