"""The matrix before and now, what stands highest, what moved, what is late, what is missing."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import Count, F, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from qms import clock
from qms.views.base import ActionView
from risks import policies
from risks.forms.risks import CHECKS, RiskFilter
from risks.models import Risk
from risks.selectors import risks as reading
from risks.selectors.scale import scale_in_force, scales_of, word_levels
from risks.services.scale import presets
from risks.services.start import starting_data_load
from risks.views.base import RisksPage

SHOWN = ["no_owner", "no_action", "unscored", "never_reviewed", "review_due", "acceptance_expired"]
SHOWN += ["old_scale", "ineffective"]


class Overview(RisksPage):
    """Where the agency, or one unit, stands."""

    template_name = "risks/overview.html"
    tab = "overview"

    def page(self) -> dict[str, Any]:
        scale = scale_in_force(self.agency)
        if scale is None:
            choices = [(code, preset["label"]) for code, preset in presets().items()]
            may_start = policies.secretariat(self.person)
            return {"scale": None, "may_start": may_start, "start_choices": choices}
        form = RiskFilter(self.request.GET, agency=self.agency, short=True)
        asked = form.cleaned_data if form.is_valid() else getattr(form, "cleaned_data", {})
        rows = reading.risk_list(self.person, asked)
        kind = "opportunity" if self.request.GET.get("kind") == "opportunity" else "risk"
        late = reading.overdue_actions(self.person, rows)
        return {
            "scale": scale,
            "kind": kind,
            "is_opp": kind == "opportunity",
            "query": self._query(),
            "today": clock.today(),
            "form": form,
            "axes": scale.scale.of(kind),
            "before": reading.matrix_of(rows, scale, kind, "before"),
            "now": reading.matrix_of(rows, scale, kind, "now"),
            "levels": reading.level_counts(rows, scale.scale),
            "totals": self._totals(rows, kind),
            "checks": self._checks(rows),
            "late": late[:8],
            "late_count": late.count(),
            "may_draft": policies.can_draft(self.person, self.person.unit),
        } | self._lists(rows, kind)

    def _lists(self, rows: Any, kind: str) -> dict[str, Any]:
        scales = scales_of(self.agency)
        top = rows.filter(kind=kind, value__isnull=False).order_by(F("value").desc(nulls_last=True), "code")[
            :8
        ]
        moved = rows.filter(kind=kind, approved_value__isnull=False).exclude(value=F("approved_value"))
        moved = moved.order_by((F("value") - F("approved_value")).desc(), "code")[:8]
        return {
            "top": word_levels(reading.with_actions(top), scales),
            "moved": word_levels(moved, scales),
        }

    def _query(self) -> str:
        """The filters as part of an address, so that a figure leads to exactly its entries."""
        names = ("unit", "process", "clause", "level")
        return urlencode({name: self.request.GET[name] for name in names if self.request.GET.get(name)})

    def _totals(self, rows: Any, kind: str) -> dict[str, int]:
        found: dict[str, int] = (
            rows.filter(kind=kind)
            .order_by()
            .aggregate(
                total=Count("pk"),
                scored=Count("pk", filter=Q(value__isnull=False)),
                residual=Count("pk", filter=Q(after_value__isnull=False)),
                draft=Count("pk", filter=Q(state=Risk.State.DRAFT)),
            )
        )
        return found

    def _checks(self, rows: Any) -> list[tuple[str, str, int]]:
        counts = reading.quality_counts(rows, self.agency, SHOWN)
        words = dict(CHECKS)
        return [(code, str(words[code]), counts[code]) for code in SHOWN if counts[code]]


class StartingDataLoad(ActionView):
    """Load scale, categories and library for an agency that has none."""

    policy = policies.insider

    def act(self) -> str:
        added = starting_data_load(
            self.agency, acting=self.person, scale=self.request.POST.get("scale") or "five"
        )
        text = _("Loaded: %(library)s typical risks, %(categories)s categories.")
        messages.success(self.request, text % added)
        return reverse("risks:overview")
