"""What the pages of management reviews show: the list, and the nonconformities that came from one."""

from typing import Any
from uuid import UUID

from django.db.models import Count, Q

from audits.models import ManagementReview, Nonconformity, ReviewDecision, ReviewInput
from audits.nextstep import STATE_CHIPS
from qms import clock
from qms.models import Person


def review_list(person: Person) -> Any:
    """Every review with the numbers of its decisions, the newest first."""
    done = Q(decisions__state="done")
    late = Q(decisions__state="open", decisions__deadline__lt=clock.today())
    rows = ManagementReview.objects.visible_to(person).select_related("chair", "secretary")
    return rows.annotate(
        all_count=Count("decisions", distinct=True),
        done_count=Count("decisions", filter=done, distinct=True),
        late_count=Count("decisions", filter=late, distinct=True),
    ).order_by("-planned_on", "-created_at")


def cases_from(review: ManagementReview, person: Person) -> dict[UUID, list[Nonconformity]]:
    """The nonconformities opened from topics and decisions of a review, by the record they came from."""
    parts = [*review.inputs.all(), *review.decisions.all()]
    kinds = [ReviewInput._meta.label_lower, ReviewDecision._meta.label_lower]
    rows = Nonconformity.objects.visible_to(person).filter(
        source_kind__in=kinds, source_id__in=[part.pk for part in parts]
    )
    found: dict[UUID, list[Nonconformity]] = {}
    for case in rows.select_related("unit").order_by("code"):
        case.chip = STATE_CHIPS[case.state]  # type: ignore[attr-defined]
        found.setdefault(case.source_id, []).append(case)  # type: ignore[arg-type]
    return found
