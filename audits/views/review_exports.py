"""Reviews and their decisions as workbooks."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _

from audits import policies_improvement as policies
from audits.models import ReviewDecision
from audits.selectors.reviews import review_list
from qms.views.base import ExportView


class ReviewExport(ExportView):
    """Every review as a workbook."""

    policy = policies.insider
    filename = "xem-xet-cua-lanh-dao.xlsx"

    def header(self) -> list[str]:
        return [
            *(_("Code"), _("Review"), _("Form of the meeting"), _("Looks at the time from"), _("To")),
            *(_("Planned for"), _("Held on"), _("Chaired by"), _("Minutes taken by"), _("State")),
            *(_("Decisions"), _("Decisions carried out"), _("Late"), _("General conclusion")),
        ]

    def lines(self) -> Iterable[Sequence[Any]]:
        for one in review_list(self.person):
            yield [
                *(one.code, one.title, one.get_form_display(), one.period_from, one.period_to),
                *(one.planned_on, one.held_on, str(one.chair), str(one.secretary), one.get_state_display()),
                *(one.all_count, one.done_count, one.late_count, one.conclusion),
            ]


class DecisionExport(ExportView):
    """Every decision of every review as a workbook."""

    policy = policies.insider
    filename = "quyet-dinh-xem-xet-lanh-dao.xlsx"

    def header(self) -> list[str]:
        return [
            *(_("Review"), _("Held on"), _("Number"), _("Kind"), _("Decision"), _("Responsible")),
            *(_("Deadline"), _("State"), _("Done on"), _("Result")),
        ]

    def lines(self) -> Iterable[Sequence[Any]]:
        rows = ReviewDecision.objects.visible_to(self.person).select_related("review", "owner")
        for one in rows.order_by("-review__planned_on", "number"):
            yield [
                *(one.review.code, one.review.held_on, one.number, one.get_kind_display(), one.text),
                *(str(one.owner), one.deadline, one.get_state_display(), one.done_on, one.done_note),
            ]
