"""Planned changes of the QMS: report, opinions, decision, follow-up (6.3)."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from qms import audit, clock, notifications, search
from qms.exceptions import Invalid, Problem
from qms.models import Agency, Person, Role
from qms.policies import deny, require
from qms.text import nfc
from qms.workflow import hold, locked, move
from risks import policies, workflow
from risks.models import ChangeOpinion, ChangeStep, ChangeTouch, PlannedChange
from risks.selectors.people import holders

FIELDS = (
    "title",
    "kind",
    "unit",
    "purpose",
    "consequences",
    "integrity",
    "resources",
    "responsibilities",
    "takes_effect_on",
    "follow_up_on",
)


def change_create(agency: Agency, *, acting: Person | None, **fields: Any) -> PlannedChange:
    """Draw up a planned change; every heading of clause 6.3 must be answered."""
    values = _cleaned(fields)
    with transaction.atomic():
        require(policies.can_edit_context(acting, agency))
        change: PlannedChange = PlannedChange.objects.create(
            agency=agency, code=_next_code(agency), drafted_by=acting, **values
        )
        audit.record("risks.change.created", change, {"title": (None, change.title)}, acting=acting)
        change_index(change)
    return change


def change_edit(change: PlannedChange, *, acting: Person | None, **fields: Any) -> PlannedChange:
    """Edit a change that is being drawn up."""
    with transaction.atomic(), locked(change) as change:
        require(policies.can_edit_change(acting, change))
        values = _cleaned({name: getattr(change, name) for name in FIELDS} | fields)
        changes = audit.apply(change, **values)
        if changes:
            audit.record("risks.change.edited", change, changes, acting=acting)
            change_index(change)
    return change


LINKS = {
    "document": ChangeTouch.Kind.DOCUMENT,
    "procedure": ChangeTouch.Kind.PROCEDURE,
    "target": ChangeTouch.Kind.OBJECTIVE,
    "risk": ChangeTouch.Kind.RISK,
}
"""What a change can be linked with, and the kind it then is."""


def touch_add(
    change: PlannedChange,
    *,
    acting: Person | None,
    kind: str = "",
    label: str = "",
    what_changes: str = "",
    **links: Any,
) -> ChangeTouch:
    """Name a document, objective, procedure or risk that the change touches.

    One of `document`, `procedure`, `target`, `risk` links it and says its kind; what the portal does not
    keep is named by `kind` and `label`. Raises Invalid when it stands on the list already.
    """
    named = {name: record for name, record in links.items() if record is not None}
    if len(named) > 1:
        raise Invalid(_("Name one thing at a time."))
    linked = next(iter(named.values()), None)
    words = nfc((label or str(linked or "")).strip())
    if not words:
        raise Invalid([Problem("label", _("Say what it is."))])
    if linked is not None:
        if linked.agency_id != change.agency_id:
            raise Invalid([Problem("label", _("This record belongs to another agency."))])
        kind = LINKS[next(iter(named))]
    elif kind not in ChangeTouch.Kind.values:
        raise Invalid([Problem("kind", _("Choose a kind."))])
    with transaction.atomic(), locked(change) as change:
        require(policies.can_edit_change(acting, change))
        same = named or {"kind": kind, "label": words[:300]}
        if change.touches.filter(**same).exists():
            raise Invalid([Problem("", _("This stands on the list already."))])
        made: ChangeTouch = ChangeTouch.objects.create(
            agency_id=change.agency_id,
            change=change,
            kind=kind,
            label=words[:300],
            what_changes=nfc(what_changes.strip())[:300],
            **named,
        )
        audit.record("risks.change.edited", change, {"touches": (None, str(made))}, acting=acting)
    return made


def touch_remove(touch: ChangeTouch, *, acting: Person | None) -> None:
    """Take something off the list while the change is being drawn up."""
    with transaction.atomic():
        require(policies.can_edit_change(acting, touch.change))
        audit.record("risks.change.edited", touch.change, {"touches": (str(touch), None)}, acting=acting)
        touch.delete()


def step_add(
    change: PlannedChange, *, acting: Person | None, description: str, owner: Person, deadline: dt.date
) -> ChangeStep:
    """Plan a step of the change, before or after its approval."""
    if not description.strip():
        raise Invalid([Problem("description", _("Must not be empty."))])
    with transaction.atomic():
        require(policies.can_steer_change(acting, change))
        _refuse_over(change)
        made: ChangeStep = ChangeStep.objects.create(
            agency_id=change.agency_id,
            change=change,
            description=nfc(description.strip()),
            owner=owner,
            deadline=deadline,
        )
        audit.record("risks.change.edited", change, {"step": (None, made.description)}, acting=acting)
        if change.state == PlannedChange.State.APPROVED:
            _tell_steps(change)
    return made


def step_done(step: ChangeStep, *, acting: Person | None, note: str) -> ChangeStep:
    """Report a step of an approved change done, with its result."""
    if not note.strip():
        raise Invalid([Problem("note", _("Say what was done."))])
    with transaction.atomic(), locked(step) as step:
        if acting is not None and acting.pk != step.owner_id:
            require(policies.can_steer_change(acting, step.change))
        if step.change.state != PlannedChange.State.APPROVED or step.done_on is not None:
            raise Invalid(_("Only an open step of an approved change can be reported done."))
        changes = audit.apply(step, done_on=clock.today(), done_note=nfc(note.strip())[:300])
        audit.record("risks.change.step_done", step, changes, acting=acting)
    return step


def change_submit(change: PlannedChange, *, acting: Person | None) -> PlannedChange:
    """Send the report to the leaders and unit heads, who are asked for their opinion."""
    with transaction.atomic(), locked(change) as change:
        require(policies.can_steer_change(acting, change))
        changes = move(change, workflow.CHANGE["submit"], submitted_at=clock.now())
        audit.record("risks.change.submitted", change, changes, acting=acting)
        asked = [*holders(change.agency, Role.LEADER), *holders(change.agency, Role.UNIT_HEAD)]
        for person in {person.pk: person for person in asked}.values():
            if person.pk == change.drafted_by_id:
                continue
            ChangeOpinion.objects.get_or_create(agency_id=change.agency_id, change=change, person=person)
            notifications.notify(
                person,
                topic="risks",
                title=_("Your opinion is asked: %(change)s") % {"change": change.title},
                url=change.get_absolute_url(),
                key=f"change-opinion:{change.pk}",
            )
    return change


def change_withdraw(change: PlannedChange, *, acting: Person | None) -> PlannedChange:
    """Take a change back to work on it."""
    with transaction.atomic(), locked(change) as change:
        require(policies.can_steer_change(acting, change))
        changes = move(change, workflow.CHANGE["withdraw"], submitted_at=None)
        audit.record("risks.change.withdrawn", change, changes, acting=acting)
    return change


def opinion_give(change: PlannedChange, *, acting: Person, stance: str, text: str = "") -> ChangeOpinion:
    """Say what one thinks of a change while it is being considered; disagreement needs words."""
    if stance not in ChangeOpinion.Stance.values:
        raise Invalid([Problem("stance", _("Choose an opinion."))])
    if stance != ChangeOpinion.Stance.AGREE and not text.strip():
        raise Invalid([Problem("text", _("Say why."))])
    with transaction.atomic(), locked(change) as change:
        opinion = ChangeOpinion.objects.filter(change=change, person=acting).first()
        if opinion is None:
            require(deny(_("Only those who were asked give an opinion.")))
        if change.state != PlannedChange.State.IN_REVIEW:
            raise Invalid(_("The change is no longer being considered."))
        assert opinion is not None
        former = _said(opinion)
        audit.apply(opinion, stance=stance, text=nfc(text.strip()), given_at=clock.now())
        changes = {"opinion": (former or None, _said(opinion))}
        audit.record("risks.change.opinion_given", change, changes, acting=acting)
    return opinion


def _said(opinion: ChangeOpinion) -> str:
    return ": ".join(str(part) for part in (opinion.get_stance_display(), opinion.text) if part)


def change_decide(
    change: PlannedChange, *, acting: Person | None, approve: bool, note: str = ""
) -> PlannedChange:
    """Approve a change or not; not approving needs the reason. Owners of steps are told."""
    note = nfc(note.strip())
    if not approve and not note:
        raise Invalid([Problem("note", _("Give the reason."))])
    with transaction.atomic(), locked(change) as change:
        require(policies.can_decide_change(acting, change))
        changes = move(
            change,
            workflow.CHANGE["approve" if approve else "reject"],
            decided_by=acting,
            decided_at=clock.now(),
            decision_note=note,
        )
        audit.record("risks.change.decided", change, changes, acting=acting, note=note)
        if approve:
            _tell_steps(change)
    return change


def change_conclude(
    change: PlannedChange, *, acting: Person | None, result: str, integrity_kept: bool
) -> PlannedChange:
    """Look at the result once the change is in effect and every step is done."""
    problems = []
    if not result.strip():
        problems.append(Problem("result", _("Say how the change went.")))
    if change.takes_effect_on > clock.today():
        problems.append(Problem("", _("The change is not in effect yet.")))
    if change.steps.filter(done_on=None).exists():
        problems.append(Problem("", _("Some steps are not done yet.")))
    if problems:
        raise Invalid(problems)
    with transaction.atomic(), locked(change) as change:
        require(policies.can_steer_change(acting, change))
        changes = move(
            change,
            workflow.CHANGE["conclude"],
            result=nfc(result.strip()),
            integrity_kept=integrity_kept,
            concluded_by=acting,
            concluded_on=clock.today(),
        )
        audit.record("risks.change.concluded", change, changes, acting=acting, note=result)
    return change


def change_cancel(change: PlannedChange, *, acting: Person | None, reason: str) -> PlannedChange:
    """Give a change up, with the reason."""
    if not reason.strip():
        raise Invalid([Problem("reason", _("Give the reason."))])
    with transaction.atomic(), locked(change) as change:
        require(policies.can_steer_change(acting, change))
        changes = move(change, workflow.CHANGE["cancel"], decision_note=nfc(reason.strip()))
        audit.record("risks.change.cancelled", change, changes, acting=acting, note=reason)
    return change


def _refuse_over(change: PlannedChange) -> None:
    if change.state not in {
        PlannedChange.State.DRAFT,
        PlannedChange.State.IN_REVIEW,
        PlannedChange.State.APPROVED,
    }:
        raise Invalid(_("The change is over."))


def _cleaned(fields: dict[str, Any]) -> dict[str, Any]:
    values = {name: fields[name] for name in FIELDS if name in fields}
    for name, value in values.items():
        if isinstance(value, str):
            values[name] = nfc(value.strip())
    problems = [
        Problem(name, _("Must not be empty.")) for name in FIELDS if name != "unit" and not values.get(name)
    ]
    if not problems and values["follow_up_on"] < values["takes_effect_on"]:
        problems.append(Problem("follow_up_on", _("The result is looked at after the change is in effect.")))
    if problems:
        raise Invalid(problems)
    return values


def _next_code(agency: Agency) -> str:
    hold(agency)
    prefix = f"TĐ-{clock.today().year}-"
    codes = PlannedChange.objects.filter(agency=agency, code__startswith=prefix).values_list(
        "code", flat=True
    )
    numbers = [int(code[len(prefix) :]) for code in codes if code[len(prefix) :].isdigit()]
    return f"{prefix}{max(numbers, default=0) + 1:02d}"


def _tell_steps(change: PlannedChange) -> None:
    for step in change.steps.filter(done_on=None).select_related("owner"):
        notifications.notify(
            step.owner,
            topic="risks",
            title=_("A step of a change is yours: %(step)s") % {"step": step.description},
            url=change.get_absolute_url(),
            key=f"change-step:{step.pk}",
        )


@search.indexer
def change_index(change: PlannedChange) -> None:
    """Make the change findable."""
    search.index(
        change,
        title=f"{change.code} {change.title}",
        subtitle=change.get_kind_display(),
        text=f"{change.purpose} {change.consequences}",
    )
