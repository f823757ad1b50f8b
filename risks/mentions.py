"""What risks say on pages of others: changes that touch a record, entries that come from it (6.1, 6.3)."""

from collections.abc import Iterator
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _

from dossiers.models import Procedure
from library.models import ControlledDocument
from objectives.models import Target
from qms import mentions
from qms.models import Person
from risks.models import ChangeTouch, Risk
from risks.policies import insider

TOUCHED = {ControlledDocument: "document", Procedure: "procedure", Target: "target"}
"""By which field a planned change names a record."""

FOLLOWED = {Procedure: "procedure", Target: "sources__target"}
"""By which field an entry of the register names a record."""

SHOWN = 10
"""So many of each sort are shown, the newest or gravest first."""


def changes_of(record: Any, person: Person) -> Iterator[mentions.Mention]:
    """Planned changes that touch a document, a procedure or a target; always with one query."""
    name = TOUCHED.get(type(record))
    if name is None or not insider(person):
        return
    rows = ChangeTouch.objects.visible_to(person).filter(**{name: record}).select_related("change")
    for touch in rows.order_by("-change__takes_effect_on", "-created_at")[:SHOWN]:
        change = touch.change
        day = _("takes effect on %(day)s") % {"day": f"{change.takes_effect_on:%d/%m/%Y}"}
        yield mentions.Mention(
            heading=_("Planned changes that touch it"),
            label=str(change),
            url=change.get_absolute_url(),
            detail=" · ".join(filter(None, (touch.what_changes, day))),
            state=change.tone,
            word=change.get_state_display(),
        )


def entries_of(record: Any, person: Person) -> Iterator[mentions.Mention]:
    """Risks and opportunities of a procedure, or that come from a target; always with one query."""
    name = FOLLOWED.get(type(record))
    if name is None or not insider(person):
        return
    rows = Risk.objects.visible_to(person).filter(**{name: record}).exclude(state=Risk.State.CLOSED)
    gravest = rows.select_related("unit").distinct().order_by(F("value").desc(nulls_last=True), "code")
    for risk in gravest[:SHOWN]:
        yield mentions.Mention(
            heading=_("Risks and opportunities about it"),
            label=f"{risk.code} {risk.event}",
            url=risk.get_absolute_url(),
            detail=risk.place,
        )


def register() -> None:
    """Hang both into the pages of others; called once from RisksConfig.ready."""
    mentions.add(changes_of, entries_of)
