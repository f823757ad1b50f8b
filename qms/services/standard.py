"""Editions of the standard as data, and which clauses apply to an agency from when, and why not (4.3)."""

import csv
import datetime as dt
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from qms import access, audit
from qms.exceptions import Invalid, Problem
from qms.models import Agency, Clause, ClauseApplicability, ClauseMapping, Person, StandardEdition
from qms.policies import require

PREFILL = Path(__file__).resolve().parent.parent / "prefill"


def editions_load() -> int:
    """Fill in the editions, their clauses and the mappings that are missing; gives the clauses added."""
    added = 0
    with transaction.atomic():
        for row in _rows("editions.csv"):
            edition, _new = StandardEdition.objects.get_or_create(
                code=row["code"],
                defaults={
                    "title_vi": row["title_vi"],
                    "title_en": row["title_en"],
                    "published_on": dt.date.fromisoformat(row["published_on"])
                    if row["published_on"]
                    else None,
                    "is_draft": row["is_draft"] == "1",
                },
            )
            added += _clauses_load(edition, row["clauses"])
        _mappings_load()
    return added


def prefilled_codes() -> set[str]:
    """The editions the portal brings along."""
    return {row["code"] for row in _rows("editions.csv")}


def edition_publish(
    agency: Agency, edition: StandardEdition, *, acting: Person | None, code: str, published_on: dt.date
) -> StandardEdition:
    """A draft becomes an edition, in force from its day: the newest edition begun is that of every page.

    Raises Invalid for what is no draft, has no clauses or mapping, or would be older than what is in force.
    """
    code = code.strip()
    with transaction.atomic():
        require(access.can_publish_edition(acting, agency))
        edition = StandardEdition.objects.select_for_update().get(pk=edition.pk)
        problems = []
        if not edition.is_draft:
            problems.append(Problem("", _("This edition is published already.")))
        if not edition.clauses.exists() or not ClauseMapping.objects.filter(target__edition=edition).exists():
            problems.append(Problem("", _("It has no clauses, or none says which former clause it was.")))
        others = StandardEdition.objects.exclude(pk=edition.pk)
        if not code:
            problems.append(Problem("code", _("Must not be empty.")))
        elif code != edition.code and edition.code in prefilled_codes():
            problems.append(Problem("code", _("The portal brings this edition along; its name stays.")))
        elif others.filter(code=code).exists():
            problems.append(Problem("code", _("Another edition has this name.")))
        newest = max(
            (one.published_on for one in others.filter(is_draft=False) if one.published_on), default=None
        )
        if newest is not None and published_on <= newest:
            words = _("A later edition is there already, published on %(day)s.")
            problems.append(Problem("published_on", words % {"day": f"{newest:%d/%m/%Y}"}))
        if problems:
            raise Invalid(problems)
        changes = audit.apply(edition, code=code, published_on=published_on, is_draft=False)
        audit.record("qms.standard.edition_published", edition, changes, acting=acting, agency=agency)
    return edition


def applicability_set(
    agency: Agency,
    clause: Clause,
    *,
    acting: Person | None,
    applicable: bool,
    valid_from: dt.date,
    justification: str = "",
) -> ClauseApplicability:
    """Say from a day on whether a clause applies; raises Invalid for an exclusion without a reason."""
    justification = justification.strip()
    if not applicable and len(justification) < 10:
        raise Invalid([Problem("justification", _("Say why the clause does not apply."))])
    with transaction.atomic():
        require(access.can_edit_clauses(acting, agency))
        rows = ClauseApplicability.objects.select_for_update().filter(agency=agency, clause=clause)
        latest = rows.order_by("-valid_from").first()
        if latest is not None and valid_from < latest.valid_from:
            day = f"{latest.valid_from:%d/%m/%Y}"
            raise Invalid(
                [
                    Problem(
                        "valid_from",
                        _("The day must not lie before the last change (%(day)s).") % {"day": day},
                    )
                ]
            )
        before = latest.applicable if latest else True
        if latest is not None and latest.valid_from == valid_from:
            audit.apply(latest, applicable=applicable, justification=justification, valid_to=None)
            row = latest
        else:
            if latest is not None:
                audit.apply(latest, valid_to=valid_from - dt.timedelta(days=1))
            row = ClauseApplicability.objects.create(
                agency=agency,
                clause=clause,
                applicable=applicable,
                justification=justification,
                valid_from=valid_from,
            )
        audit.record(
            "qms.clause.applicability_changed",
            row,
            {"applicable": (before, applicable), "valid_from": (None, valid_from)},
            acting=acting,
            note=justification,
        )
    return row


def excluded_codes(agency: Agency, edition: StandardEdition, on: dt.date) -> dict[str, str]:
    """Codes of the clauses excluded on a day, with their justification; sub-clauses included."""
    in_force = {
        row.clause_id: row
        for row in ClauseApplicability.objects.filter(
            agency=agency, clause__edition=edition, valid_from__lte=on
        ).order_by("valid_from")
        if row.valid_to is None or on <= row.valid_to
    }
    found: dict[str, str] = {}
    reasons: dict[object, str] = {}
    for clause in edition.clauses.order_by("order"):
        own = in_force.get(clause.pk)
        reason = (
            reasons.get(clause.parent_id, "")
            if own is None
            else ("" if own.applicable else own.justification)
        )
        if reason:
            reasons[clause.pk] = reason
            found[clause.code] = reason
    return found


def _rows(name: str) -> list[dict[str, str]]:
    with (PREFILL / name).open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def _clauses_load(edition: StandardEdition, name: str) -> int:
    known = {clause.code: clause for clause in edition.clauses.all()}
    added = 0
    for order, row in enumerate(_rows(name), start=1):
        code = row["code"]
        if code in known:
            Clause.objects.filter(pk=known[code].pk).exclude(order=order).update(order=order)
            continue
        known[code] = Clause.objects.create(
            edition=edition,
            code=code,
            parent=known.get(code.rpartition(".")[0]),
            title_vi=row["title_vi"],
            title_en=row["title_en"],
            order=order,
        )
        added += 1
    return added


def _mappings_load() -> None:
    clauses = {
        (clause.edition.code, clause.code): clause for clause in Clause.objects.select_related("edition")
    }
    for row in _rows("mapping.csv"):
        source = clauses[row["source_edition"], row["source"]] if row["source"] else None
        target = clauses[row["target_edition"], row["target"]] if row["target"] else None
        ClauseMapping.objects.get_or_create(
            source=source,
            target=target,
            defaults={"kind": row["kind"], "note_vi": row["note_vi"], "note_en": row["note_en"]},
        )
