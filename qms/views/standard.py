"""Pages of the standard: clauses that apply, one clause, editions compared."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from qms import access, clock
from qms.forms_standard import ApplicabilityForm
from qms.models import Clause, ClauseApplicability, ClauseMapping, StandardEdition
from qms.policies import require
from qms.selectors import standard as read
from qms.services import standard
from qms.views.base import FormPage, PageView


def _editions() -> list[StandardEdition]:
    """Editions in force first, drafts last."""
    return sorted(StandardEdition.objects.all(), key=lambda row: (row.is_draft, row.code))


class Standard(PageView):
    """The clauses of an edition (`?edition=code`) and which of them apply to the agency."""

    template_name = "standard/standard.html"
    policy = access.may_read

    def page(self) -> dict[str, Any]:
        editions = _editions()
        asked = self.request.GET.get("edition", "")
        edition = next((row for row in editions if row.code == asked), editions[0] if editions else None)
        rows = read.clause_rows(self.agency, edition, clock.today()) if edition else []
        only = self.request.GET.get("show", "")
        excluded = [row for row in rows if row.own is not None and not row.own.applicable]
        shown = {"excluded": [row for row in rows if not row.applicable], "all": rows}.get(
            only, [row for row in rows if not row.is_letter or row.own is not None]
        )
        return {
            "edition": edition,
            "tabs": [
                {
                    "label": row.code + (f" ({_('draft')})" if row.is_draft else ""),
                    "url": f"?edition={row.code}",
                    "current": row == edition,
                    "count": None,
                }
                for row in editions
            ],
            "rows": shown,
            "show": only,
            "excluded": excluded,
            "others": [row for row in editions if row != edition],
            "may_import": access.can_administer(self.person, self.agency),
            "may_change": access.can_edit_clauses(self.person, self.agency),
            "may_publish": access.can_publish_edition(self.person, self.agency),
        }


class ClauseDetail(FormPage):
    """One clause: whether it applies and since when, what it became in other editions."""

    proposals = ("valid_from",)
    template_name = "standard/clause.html"
    policy = access.may_read
    form_class = ApplicabilityForm

    @property
    def clause(self) -> Clause:
        """The clause in the address; clauses belong to no agency."""
        rows = Clause.objects.select_related("edition", "parent")
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    def get_initial(self) -> dict[str, Any]:
        row = self.row()
        return {
            "applicable": "1" if row.applicable else "0",
            "justification": row.reason,
            "valid_from": clock.today(),
        }

    def row(self) -> read.ClauseRow:
        """The clause as it stands for the agency today."""
        clause = self.clause
        rows = read.clause_rows(self.agency, clause.edition, clock.today())
        return next(row for row in rows if row.clause.pk == clause.pk)

    def page(self) -> dict[str, Any]:
        clause = self.clause
        history = ClauseApplicability.objects.visible_to(self.person).filter(clause=clause)
        mappings = ClauseMapping.objects.select_related("source__edition", "target__edition")
        return {
            "clause": clause,
            "row": self.row(),
            "history": history.order_by("-valid_from"),
            "maps_to": mappings.filter(source=clause, target__isnull=False),
            "maps_from": mappings.filter(target=clause, source__isnull=False),
            "children": clause.children.order_by("order"),
            "may_change": access.can_edit_clauses(self.person, self.agency),
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        require(access.can_edit_clauses(self.person, self.agency))
        return super().post(request, *args, **kwargs)

    def act(self, form: ApplicabilityForm) -> str:
        clause = self.clause
        standard.applicability_set(self.agency, clause, acting=self.person, **form.cleaned_data)
        messages.success(self.request, _("The applicability is saved."))
        return f"{reverse('standard')}?edition={clause.edition.code}"


class EditionCompare(PageView):
    """What became of the clauses of one edition in another (`?from=code&to=code`)."""

    template_name = "standard/compare.html"
    policy = access.may_read

    def page(self) -> dict[str, Any]:
        editions = {row.code: row for row in _editions()}
        codes = list(editions)
        if len(codes) < 2:
            raise Http404
        source = editions.get(self.request.GET.get("from", ""), editions[codes[0]])
        target = editions.get(self.request.GET.get("to", ""), editions[codes[-1]])
        changed_only = self.request.GET.get("show", "") != "all"
        found = read.editions_compare(source, target)
        rows = [row for row in found.rows if not changed_only or row.kind != ClauseMapping.Kind.SAME]
        return {"found": found, "rows": rows, "changed_only": changed_only}
