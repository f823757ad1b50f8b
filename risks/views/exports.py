"""Context, interested parties and planned changes as workbooks."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from qms.context import chosen_year
from qms.views.base import ExportView
from risks import policies
from risks.forms.changes import ChangeFilter
from risks.selectors import context as reading
from risks.selectors.changes import change_list


class Export(ExportView):
    """A list of the app as a workbook."""

    policy = policies.insider

    def reviewed(self, row: Any) -> str:
        """Whether an issue or a party was looked at in the chosen year, in words."""
        return pgettext("review of the context", "Reviewed") if row.reviewed else _("Not reviewed")


class ContextExport(Export):
    """Issues that hold, external first, with the review of the chosen year."""

    filename = "boi-canh.xlsx"

    def header(self) -> list[str]:
        year = chosen_year(self.request)
        first = [_("Side"), _("Category"), _("Issue"), _("What it means for the agency"), _("Effect")]
        rest = [_("How it is dealt with"), _("Related document"), _("Unit"), _("Risks and opportunities")]
        return [*first, *rest, _("Review of %(year)s") % {"year": year}]

    def lines(self) -> Iterable[Sequence[Any]]:
        for issue in reading.issue_list(self.person, chosen_year(self.request)):
            yield (
                issue.category.get_side_display(),
                str(issue.category),
                issue.title,
                issue.description,
                issue.get_effect_display(),
                issue.response,
                issue.evidence,
                issue.unit.label if issue.unit else _("Whole agency"),
                issue.risk_count,
                self.reviewed(issue),
            )


class PartyExport(Export):
    """Interested parties, a line for each need or expectation."""

    filename = "ben-quan-tam.xlsx"

    def header(self) -> list[str]:
        year = chosen_year(self.request)
        first = [_("Group"), _("Interested party"), _("Kind"), _("Needs and expectations")]
        rest = [_("How the agency meets it"), _("Legal basis"), _("Risks and opportunities")]
        return [*first, *rest, _("Review of %(year)s") % {"year": year}]

    def lines(self) -> Iterable[Sequence[Any]]:
        for party in reading.party_list(self.person, chosen_year(self.request)):
            for need in party.active_needs or [None]:
                said = ("", "", "", "")
                if need is not None:
                    said = (need.get_kind_display(), need.text, need.response, need.legal_basis)
                yield (str(party.category), party.name, *said, party.risk_count, self.reviewed(party))


class ChangeExport(Export):
    """Planned changes, filtered as their list is, with everything clause 6.3 asks for."""

    filename = "thay-doi-htqlcl.xlsx"

    def header(self) -> list[str]:
        asked = [_("Purpose"), _("Possible consequences"), _("How the QMS stays whole meanwhile")]
        asked += [_("Resources"), _("Responsibilities and authorities assigned anew"), _("What it touches")]
        days = [_("Takes effect on"), _("Look at the result on"), _("Steps done")]
        decided = [_("Drafted by"), _("Who decided"), _("Decided on"), _("Result of the change")]
        return [_("Code"), _("Change"), _("Kind"), _("Unit"), _("State"), *asked, *days, *decided]

    def lines(self) -> Iterable[Sequence[Any]]:
        form = ChangeFilter(self.request.GET, agency=self.agency)
        form.is_valid()
        rows = change_list(self.person, form.cleaned_data)
        rows = rows.select_related("unit", "drafted_by", "decided_by").prefetch_related("touches", "steps")
        for change in rows:
            steps = list(change.steps.all())
            yield (
                change.code,
                change.title,
                change.get_kind_display(),
                change.unit.label if change.unit else _("Whole agency"),
                change.get_state_display(),
                change.purpose,
                change.consequences,
                change.integrity,
                change.resources,
                change.responsibilities,
                "\n".join(str(touch) for touch in change.touches.all()),
                change.takes_effect_on,
                change.follow_up_on,
                f"{sum(step.done_on is not None for step in steps)}/{len(steps)}" if steps else "",
                str(change.drafted_by or ""),
                str(change.decided_by or ""),
                timezone.localtime(change.decided_at).date() if change.decided_at else "",
                change.result,
            )
