"""Entries from elsewhere: the library, another unit, a workbook with preview (6.1)."""

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from qms import audit, files, jobs
from qms.exceptions import IllegalTransition
from qms.models import Agency, Job, OrgUnit, Person
from qms.policies import require
from qms.text import nfc
from qms.workflow import locked
from risks import policies
from risks.models import LibraryRisk, Register, RegisterImport, Risk, RiskScore, RiskSource
from risks.services.actions import action_add
from risks.services.reading import read_sheet
from risks.services.risks import risk_change, risk_create, risk_score, risk_treat, source_add
from risks.services.suggestions import clause_near

TEXTS = ("process", "event", "cause", "consequence", "controls")
JOB = "risks.register_import"
AT_ONCE = 40
"""So many lines are taken over while the person waits (about a second); more of them by a job."""
STEP = 20
Told = Callable[[int, int, str], None]


def library_take(
    agency: Agency, *, acting: Person | None, unit: OrgUnit | None, items: Iterable[LibraryRisk]
) -> list[Risk]:
    """Write typical risks down for a unit; what it already has word for word is left out."""
    taken = []
    with transaction.atomic():
        for item in items:
            if _has(agency, unit, item.event):
                continue
            fields: dict[str, Any] = {name: getattr(item, name) for name in TEXTS}
            fields["clause"] = clause_near(item.clause_code)
            taken.append(risk_create(agency, acting=acting, kind=item.kind, unit=unit, **fields))
    return taken


def library_add(risk: Risk, *, acting: Person | None, group: str) -> LibraryRisk:
    """Put an entry into the agency's library for others to take."""
    with transaction.atomic():
        require(policies.can_keep(acting, risk))
        made, is_new = LibraryRisk.objects.get_or_create(
            agency_id=risk.agency_id,
            code=risk.code.lower().replace("đ", "d"),
            defaults={
                "kind": risk.kind,
                "group": group.strip() or risk.place,
                "clause_code": risk.clause.code if risk.clause else "",
                "action": "; ".join(action.description for action in risk.actions.all()),
                "order": LibraryRisk.objects.filter(agency_id=risk.agency_id).count(),
                **{name: getattr(risk, name) for name in TEXTS},
            },
        )
        if is_new:
            audit.record("risks.library.added", made, {"event": (None, made.event)}, acting=acting)
    found: LibraryRisk = made
    return found


def risks_copy(
    agency: Agency, *, acting: Person | None, unit: OrgUnit | None, risks: Iterable[Risk]
) -> list[Risk]:
    """Copy entries of other units to a unit: words only; scores, owners and actions are its own."""
    copied = []
    with transaction.atomic():
        for risk in risks:
            if risk.agency_id != agency.pk or _has(agency, unit, risk.event):
                continue
            fields: dict[str, Any] = {name: getattr(risk, name) for name in (*TEXTS, "clause", "procedure")}
            copied.append(
                risk_create(agency, acting=acting, kind=risk.kind, unit=unit, copied_from=risk, **fields)
            )
    return copied


def _has(agency: Agency, unit: OrgUnit | None, event: str) -> bool:
    rows = Risk.objects.filter(agency=agency, unit=unit, event__iexact=event)
    return rows.exclude(state=Risk.State.CLOSED).exists()


def import_preview(register: Register, *, acting: Person | None, name: str, content: bytes) -> RegisterImport:
    """Read a workbook into a preview; nothing enters the register yet.

    Raises Invalid when it is no workbook or has none of the columns; faults of single lines stand in the
    preview.
    """
    require(policies.can_write_register(acting, register))
    lines = read_sheet(register, content)
    stored = files.store(register.agency, name, content, acting=acting)
    with transaction.atomic():
        made: RegisterImport = RegisterImport.objects.create(
            agency_id=register.agency_id, register=register, file=stored, lines=lines, made_by=acting
        )
        audit.record("risks.register.import_read", made, {"lines": (None, len(lines))}, acting=acting)
    return made


def import_enqueue(batch: RegisterImport, *, acting: Person | None) -> Job:
    """Take a long preview over in the background, all of it or nothing; asked twice it is one job.

    Raises IllegalTransition when it was taken over or discarded already.
    """
    with transaction.atomic(), locked(batch) as batch:
        require(policies.can_write_register(acting, batch.register))
        _still_preview(batch)
        return jobs.enqueue(
            JOB,
            agency=batch.register.agency,
            params={"batch": str(batch.pk)},
            acting=acting,
            label=_("Take over the workbook %(name)s") % {"name": batch.file.name},
            unique_key=str(batch.pk),
        )


def import_job(batch: RegisterImport) -> Job | None:
    """The newest job that takes (or took) a preview over."""
    rows = Job.objects.filter(agency=batch.agency_id, kind=JOB, unique_key=str(batch.pk))
    return rows.order_by("-created_at").first()


@jobs.job_kind(JOB, label=gettext_lazy("Take over a workbook of a register"))
def import_run(context: jobs.JobContext) -> None:
    """The lines enter the register in the transaction that ends the job."""
    rows = RegisterImport.objects.select_related("register__unit", "register__agency")
    batch = rows.get(pk=context.params["batch"], agency=context.agency)
    with context.completing({"url": batch.register.get_absolute_url()}) as outcome:
        counts = import_commit(batch, acting=context.acting, tell=context.progress)
        outcome["message"] = taken_words(counts)


def taken_words(counts: dict[str, int]) -> str:
    """What became of the lines of a workbook."""
    return _("%(new)s new, %(changed)s changed, %(left_out)s left out.") % counts


def import_commit(
    batch: RegisterImport, *, acting: Person | None, tell: Told = lambda done, total, phase: None
) -> dict[str, int]:
    """Take the good lines of a preview over: known codes are changed, the others written down anew.

    `tell` hears how many lines are done. Raises IllegalTransition when it was decided on already.
    """
    counts = {"new": 0, "changed": 0, "left_out": 0}
    with transaction.atomic(), locked(batch.register) as register, locked(batch) as batch:
        require(policies.can_write_register(acting, register))
        _still_preview(batch)
        for number, line in enumerate(batch.lines):
            if number % STEP == 0:
                tell(number, len(batch.lines), _("Lines are being taken over"))
            if line["problems"]:
                counts["left_out"] += 1
            else:
                counts[_take_line(register, line["values"], acting)] += 1
        changes = audit.apply(batch, state=RegisterImport.State.COMMITTED)
        audit.record("risks.register.import_committed", batch, changes, acting=acting, note=str(counts))
    return counts


def import_discard(batch: RegisterImport, *, acting: Person | None) -> RegisterImport:
    """Throw a preview away."""
    with transaction.atomic(), locked(batch) as batch:
        require(policies.can_write_register(acting, batch.register))
        _still_preview(batch)
        job = import_job(batch)
        if job is not None and not job.is_over:
            raise IllegalTransition(_("This workbook is being taken over."))
        changes = audit.apply(batch, state=RegisterImport.State.DISCARDED)
        audit.record("risks.register.import_discarded", batch, changes, acting=acting)
    return batch


def _still_preview(batch: RegisterImport) -> None:
    if batch.state != RegisterImport.State.PREVIEW:
        raise IllegalTransition(_("This preview has been decided on already."))


def _take_line(register: Register, values: dict[str, Any], acting: Person | None) -> str:
    fields: dict[str, Any] = {name: values[name] for name in TEXTS if values.get(name)}
    if values.get("clause"):
        fields["clause"] = clause_near(values["clause"])
    if values.get("owner"):
        fields["owner"] = Person.objects.get(agency=register.agency, pk=values["owner"])
    if values.get("next_review_on"):
        fields["next_review_on"] = dt.date.fromisoformat(values["next_review_on"])
    if values.get("risk"):
        risk = risk_change(
            Risk.objects.get(agency=register.agency, pk=values["risk"]), acting=acting, **fields
        )
        _take_sources(risk, values.get("sources", ()), acting)
    else:
        named = tuple({"kind": RiskSource.Kind.OTHER, "label": words} for words in values.get("sources", ()))
        risk = risk_create(
            register.agency,
            acting=acting,
            kind=values["kind"],
            unit=register.unit,
            sources=named,
            **fields,
        )
    _take_scores(risk, values, acting)
    if values.get("treatment") or values.get("pursue") is not None:
        reason = values.get("reason") or _("Taken over from a workbook")
        risk_treat(
            risk,
            acting=acting,
            treatment=values.get("treatment", ""),
            pursue=values.get("pursue"),
            reason=reason,
        )
    former = [values["action"]] if values.get("action") else []  # a preview read before the upgrade
    for action in values.get("actions", former):
        if not risk.actions.filter(description=action["description"]).exists():
            _take_action(risk, action, acting)
    return "changed" if values.get("risk") else "new"


def _take_sources(risk: Risk, labels: Iterable[str], acting: Person | None) -> None:
    """Name the sources the entry does not have yet; a line of one it has is no new one."""
    known: set[str] = set()
    for source in risk.sources.all():
        words = [source.label]
        for language in ("vi", "en"):  # an export names the kind in the language of whoever took it out
            with override(language):
                words.append(str(source))
        known |= {line.strip()[:300] for text in words for line in text.splitlines()}
    for label in dict.fromkeys(labels):
        if nfc(label) not in known:
            source_add(risk, acting=acting, kind=RiskSource.Kind.OTHER, label=label)


def _take_scores(risk: Risk, values: dict[str, Any], acting: Person | None) -> None:
    note = _("Taken over from a workbook")
    for phase in RiskScore.Phase.values:
        levels = values.get(phase)
        if levels and (getattr(risk, f"{phase}_first"), getattr(risk, f"{phase}_second")) != tuple(levels):
            risk_score(risk, acting=acting, phase=phase, first=levels[0], second=levels[1], note=note)
            risk.refresh_from_db()


def _take_action(risk: Risk, action: dict[str, Any], acting: Person | None) -> None:
    action_add(
        risk,
        acting=acting,
        description=action["description"],
        owner=Person.objects.get(agency_id=risk.agency_id, pk=action["owner"]),
        deadline=dt.date.fromisoformat(action["deadline"]),
        resources=action.get("resources", ""),
    )
