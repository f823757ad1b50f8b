"""The audit programme of a year: draw up, submit, approve (9.2.2)."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from audits import policies, workflow
from audits.models import AuditorCompetence, AuditProgramme, ProgrammeEntry
from audits.selectors.clauses import excluded_codes
from audits.selectors.coverage import last_result
from audits.selectors.proposals import Proposal, proposals
from qms import audit, clock, notifications, registry, search
from qms.exceptions import Invalid, Problem
from qms.models import Agency, Clause, OrgUnit, Person, Role
from qms.policies import require
from qms.text import nfc
from qms.workflow import locked, move
from risks.selectors.people import holders

TEXTS = ("objective", "scope", "criteria")
ENTRY_FIELDS = ("unit", "process", "month", "criteria", "method", "origin", "reason")
FIRST_TEXTS = {
    "objective": "Xác định hệ thống quản lý chất lượng có phù hợp với TCVN ISO 9001:2015, với quy định của "
    "pháp luật và của cơ quan hay không; có được thực hiện và duy trì có hiệu lực hay không; phát hiện cơ "
    "hội cải tiến.",
    "scope": "Các phòng, đơn vị và các quá trình thuộc phạm vi áp dụng của hệ thống quản lý chất lượng.",
    "criteria": "TCVN ISO 9001:2015; văn bản quy phạm pháp luật về thủ tục hành chính; Sổ tay chất lượng, "
    "các quy trình và Mục tiêu chất lượng của cơ quan.",
}


def programme_open(agency: Agency, *, acting: Person | None, year: int) -> AuditProgramme:
    """Open the programme of a year with the words of the year before; raises Invalid when there is one."""
    with transaction.atomic():
        require(policies.can_keep(acting, agency))
        if AuditProgramme.objects.filter(agency=agency, year=year).exists():
            raise Invalid(_("There is a programme of this year already."))
        last = AuditProgramme.objects.filter(agency=agency, year__lt=year).order_by("-year").first()
        texts = {name: getattr(last, name) if last else FIRST_TEXTS[name] for name in TEXTS}
        made: AuditProgramme = AuditProgramme.objects.create(
            agency=agency, year=year, drafted_by=acting, **texts
        )
        audit.record("audits.programme.opened", made, {"year": (None, year)}, acting=acting)
        programme_index(made)
    return made


def programme_edit(programme: AuditProgramme, *, acting: Person | None, **texts: str) -> AuditProgramme:
    """Edit objective, scope and criteria while the programme is being drawn up."""
    values = {name: nfc(texts[name].strip()) for name in TEXTS if name in texts}
    problems = [Problem(name, _("Must not be empty.")) for name, value in values.items() if not value]
    if problems:
        raise Invalid(problems)
    with transaction.atomic(), locked(programme) as programme:
        require(policies.can_edit_programme(acting, programme))
        changes = audit.apply(programme, **values)
        if changes:
            audit.record("audits.programme.changed", programme, changes, acting=acting)
    return programme


def entry_add(
    programme: AuditProgramme, *, acting: Person | None, clauses: Sequence[Clause], **fields: Any
) -> ProgrammeEntry:
    """Add a line; the unit's last result is kept with it. Raises Invalid for excluded clauses."""
    values = _entry(programme, clauses, fields)
    with transaction.atomic(), locked(programme) as programme:
        require(policies.can_edit_programme(acting, programme))
        made: ProgrammeEntry = ProgrammeEntry.objects.create(
            agency_id=programme.agency_id,
            programme=programme,
            last_result=last_result(values["unit"], programme.year),
            **values,
        )
        made.clauses.set(clauses)
        changes = {"dòng chương trình": (None, _words(made, clauses))}
        audit.record("audits.programme.changed", programme, changes, acting=acting)
    return made


def entry_edit(
    entry: ProgrammeEntry, *, acting: Person | None, clauses: Sequence[Clause], **fields: Any
) -> ProgrammeEntry:
    """Change a line while the programme is being drawn up."""
    with transaction.atomic(), locked(entry.programme) as programme, locked(entry) as entry:
        require(policies.can_edit_programme(acting, programme))
        now = {name: getattr(entry, name) for name in ENTRY_FIELDS}
        values = _entry(entry.programme, clauses, now | fields)
        before = _words(entry, list(entry.clauses.all()))
        changes = audit.apply(entry, **values)
        entry.clauses.set(clauses)
        after = _words(entry, clauses)
        if changes or before != after:
            audit.record(
                "audits.programme.changed", programme, {"dòng chương trình": (before, after)}, acting=acting
            )
    return entry


def entry_remove(entry: ProgrammeEntry, *, acting: Person | None) -> None:
    """Take a line out while the programme is being drawn up."""
    with transaction.atomic(), locked(entry.programme) as programme:
        require(policies.can_edit_programme(acting, programme))
        words = _words(entry, list(entry.clauses.all()))
        audit.record(
            "audits.programme.changed", programme, {"dòng chương trình": (words, None)}, acting=acting
        )
        entry.clauses.clear()
        entry.delete()


def proposal_take(
    programme: AuditProgramme, *, acting: Person | None, key: str, month: int | None = None
) -> ProgrammeEntry:
    """Make a line of a proposal; raises Invalid when it no longer holds."""
    require(policies.can_edit_programme(acting, programme))
    found: Proposal | None = next((one for one in proposals(programme) if one.key == key), None)
    if found is None:
        raise Invalid(_("This proposal no longer holds."))
    return entry_add(
        programme,
        acting=acting,
        clauses=list(found.clauses),
        unit=found.unit,
        process=found.process,
        month=month or found.month,
        origin=found.origin,
        reason=found.reason[:300],
    )


def programme_submit(programme: AuditProgramme, *, acting: Person | None) -> AuditProgramme:
    """Send the programme to the head of the committee; who submits it counts as its drafter."""
    with transaction.atomic(), locked(programme) as programme:
        require(policies.can_edit_programme(acting, programme))
        if not programme.entries.exists():
            raise Invalid(_("The programme has no entry yet."))
        changes = move(
            programme,
            workflow.PROGRAMME["submit"],
            submitted_at=clock.now(),
            drafted_by=acting or programme.drafted_by,
            return_note="",
        )
        audit.record("audits.programme.submitted", programme, changes, acting=acting)
        for person in holders(programme.agency, Role.COMMITTEE_HEAD):
            notifications.notify(
                person,
                topic="audits",
                title=_("%(programme)s waits for your approval") % {"programme": programme},
                url=programme.get_absolute_url(),
                key=f"programme:{programme.pk}:{programme.version}:{clock.now():%Y%m%d%H%M}",
            )
    return programme


def programme_return(programme: AuditProgramme, *, acting: Person | None, reason: str) -> AuditProgramme:
    """Send a submitted programme back, with the reason."""
    reason = _reason(reason)
    with transaction.atomic(), locked(programme) as programme:
        require(policies.can_decide_programme(acting, programme))
        changes = move(programme, workflow.PROGRAMME["return"], return_note=reason, submitted_at=None)
        audit.record("audits.programme.returned", programme, changes, acting=acting, note=reason)
        if programme.drafted_by is not None:
            notifications.notify(
                programme.drafted_by,
                topic="audits",
                title=_("%(programme)s was returned") % {"programme": programme},
                body=reason,
                url=programme.get_absolute_url(),
                key=f"programme-returned:{programme.pk}:{clock.now():%Y%m%d%H%M}",
            )
    return programme


def programme_approve(programme: AuditProgramme, *, acting: Person | None) -> AuditProgramme:
    """Approve a submitted programme; never by who drew it up."""
    with transaction.atomic(), locked(programme) as programme:
        require(policies.can_decide_programme(acting, programme))
        changes = move(programme, workflow.PROGRAMME["approve"], approved_by=acting, approved_at=clock.now())
        audit.record("audits.programme.approved", programme, changes, acting=acting)
        registry.fulfilment_changed(programme.agency)
    return programme


def programme_revise(programme: AuditProgramme, *, acting: Person | None, reason: str) -> AuditProgramme:
    """Take an approved programme up again as its next version; it needs approval anew."""
    reason = _reason(reason)
    with transaction.atomic(), locked(programme) as programme:
        require(policies.can_steer_programme(acting, programme))
        changes = move(
            programme,
            workflow.PROGRAMME["revise"],
            version=programme.version + 1,
            approved_by=None,
            approved_at=None,
            submitted_at=None,
            drafted_by=acting,
        )
        audit.record("audits.programme.revised", programme, changes, acting=acting, note=reason)
        registry.fulfilment_changed(programme.agency)
    return programme


def competence_record(person: Person, *, acting: Person | None, **fields: Any) -> AuditorCompetence:
    """Record what shows that somebody can audit."""
    if not str(fields.get("title", "")).strip():
        raise Invalid([Problem("title", _("Must not be empty."))])
    if fields.get("valid_to") and fields["valid_to"] < fields["obtained_on"]:
        raise Invalid([Problem("valid_to", _("The last day lies before the first."))])
    with transaction.atomic():
        require(policies.can_keep(acting, person))
        made: AuditorCompetence = AuditorCompetence.objects.create(
            agency_id=person.agency_id, person=person, recorded_by=acting, **fields
        )
        audit.record("audits.competence.recorded", made, {"title": (None, made.title)}, acting=acting)
    return made


def _reason(reason: str) -> str:
    reason = nfc(reason.strip())
    if not reason:
        raise Invalid([Problem("reason", _("Give the reason."))])
    return reason


def _entry(programme: AuditProgramme, clauses: Sequence[Clause], fields: dict[str, Any]) -> dict[str, Any]:
    values = {name: fields[name] for name in ENTRY_FIELDS if name in fields}
    values = {k: nfc(v.strip()) if isinstance(v, str) else v for k, v in values.items()}
    problems = []
    unit = values.get("unit")
    if not isinstance(unit, OrgUnit) or unit.agency_id != programme.agency_id:
        problems.append(Problem("unit", _("Choose a unit of the agency.")))
    if not clauses:
        problems.append(Problem("clauses", _("Choose at least one clause.")))
    if not 1 <= int(values.get("month") or 0) <= 12:
        problems.append(Problem("month", _("Choose a month.")))
    out = excluded_codes(programme.agency)
    wrong = [clause.code for clause in clauses if clause.code in out]
    if wrong:
        words = _("Excluded from the scope of the agency: %(codes)s.") % {"codes": ", ".join(wrong)}
        problems.append(Problem("clauses", words))
    if problems:
        raise Invalid(problems)
    return values


def _words(entry: ProgrammeEntry, clauses: Sequence[Clause]) -> str:
    codes = ", ".join(clause.code for clause in clauses)
    return f"{entry.unit.label} · {entry.process or '–'} · {codes} · T{entry.month}"


@search.indexer
def programme_index(programme: AuditProgramme) -> None:
    """Make the programme findable."""
    search.index(programme, title=str(programme), text=f"{programme.objective} {programme.scope}")
