"""Batches of dossiers that a one-stop system sends: read and imported like a file, answered row by row."""

import csv
import datetime as dt
import io
import json
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from dossiers import services
from dossiers.importers.problems import reason_of
from dossiers.importers.profile import FIELDS, WORDS, built_in
from dossiers.importers.values import Unreadable, moment_of
from dossiers.intake import default_profile
from dossiers.models import (
    ApiBatch,
    ApiToken,
    Channel,
    DossierImport,
    ImportProfile,
    LateReason,
    OnlineLevel,
    Payment,
    Status,
)
from dossiers.staging import Outcome
from qms import clock
from qms.exceptions import DomainError, Problem
from qms.models import Agency

MOST_DOSSIERS = 5000
LONGEST_VALUE = 1000
LONGEST_LIST = 10_000
AHEAD = dt.timedelta(days=1)


class BatchInvalid(DomainError):
    """The batch as a whole cannot be read; `problems` say where."""

    def __init__(self, message: str, problems: "list[Problem] | None" = None) -> None:
        super().__init__(message)
        self.problems = problems or []


class KeyReused(DomainError):
    """The idempotency key was used for another batch."""


class StillWorking(DomainError):
    """The same batch is being worked on at this very moment."""


@dataclass(frozen=True)
class Batch:
    """A batch that is well-formed."""

    as_of: dt.datetime
    source: str
    dossiers: list[dict[str, Any]]


def parse(body: bytes) -> Batch:
    """The batch of a request body; raises BatchInvalid with the place of every problem of its form."""
    try:
        told = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise BatchInvalid(_("The body is not JSON.")) from error
    if not isinstance(told, dict):
        raise BatchInvalid(_("The body is not a JSON object."))
    problems = [
        Problem(name, _("Unknown member.")) for name in told if name not in {"as_of", "source", "dossiers"}
    ]
    dossiers = told.get("dossiers")
    if not isinstance(dossiers, list) or not 0 < len(dossiers) <= MOST_DOSSIERS:
        words = _("A list of 1 to %(count)s dossiers is expected.") % {"count": MOST_DOSSIERS}
        raise BatchInvalid(words, [*problems, Problem("dossiers", words)])
    as_of = _as_of(told.get("as_of"), problems)
    source = told.get("source", "")
    if not isinstance(source, str):
        problems.append(Problem("source", _("A text is expected.")))
    for number, dossier in enumerate(dossiers):
        problems += _form_of(number, dossier)
        if len(problems) > 100:
            break
    if as_of is not None and as_of > clock.now() + AHEAD:
        problems.append(Problem("as_of", _("The moment lies in the future.")))
    if problems or as_of is None:
        raise BatchInvalid(_("The batch is not formed as the description says."), problems)
    return Batch(as_of, source, dossiers)


def _as_of(value: Any, problems: list[Problem]) -> dt.datetime | None:
    try:
        moment = moment_of(value) if isinstance(value, str) else None
    except Unreadable:
        moment = None
    if moment is None:
        problems.append(
            Problem("as_of", _("The moment of the export is expected."), expected="2025-12-31T23:59:59+07:00")
        )
    return moment


def _form_of(number: int, dossier: Any) -> list[Problem]:
    place = f"dossiers[{number}]"
    if not isinstance(dossier, dict):
        return [Problem(place, _("An object is expected."))]
    found = [Problem(f"{place}.{name}", _("Unknown member.")) for name in dossier if name not in FIELDS]
    for name, value in dossier.items():
        if isinstance(value, bool) and name == "digitised":
            continue
        if name == "episodes" and isinstance(value, list) and len(json.dumps(value)) <= LONGEST_LIST:
            continue
        if value is not None and (isinstance(value, bool) or not isinstance(value, (str, int, float))):
            found.append(Problem(f"{place}.{name}", _("A text or a number is expected.")))
        elif isinstance(value, str) and len(value) > LONGEST_VALUE:
            found.append(Problem(f"{place}.{name}", _("The value is too long")))
    return found


def profile_of(agency: Agency, source: str) -> ImportProfile:
    """The profile whose words the sender uses; raises BatchInvalid for an unknown one."""
    if not source:
        return default_profile(agency)
    found = ImportProfile.objects.filter(agency=agency, code=source).first()
    if found is None:
        raise BatchInvalid(
            _("There is no profile “%(code)s”.") % {"code": source},
            [Problem("source", _("There is no profile “%(code)s”.") % {"code": source})],
        )
    return found


def mapping_of(profile: ImportProfile) -> dict[str, Any]:
    """Fields by their own names; words as the profile knows them, and the portal's own."""
    base = built_in()
    words = {
        kind: {value: list(known) for value, known in profile.mapping["words"].get(kind, {}).items()}
        for kind in WORDS
    }
    own = {"status": Status, "channel": Channel, "level": OnlineLevel, "payment": Payment}
    own |= {"late_reason": LateReason}
    for kind, values in own.items():
        for value in values.values:
            words[kind].setdefault(value, base["words"][kind].get(value, [])[:]).append(value)
    for value in ("yes", "no"):
        words["digitised"].setdefault(value, []).append({"yes": "true", "no": "false"}[value])
    return profile.mapping | {
        "columns": {field: [field] for field in FIELDS},
        "personal": [],
        "personal_marks": [],
        "ignored": [],
        "words": words,
        "header": [],
        "dates": "",
        "encoding": "utf-8",
        "delimiter": ",",
    }


def as_text(batch: Batch) -> bytes:
    """The batch as a file with one line per dossier, so that it goes the way of every file."""
    target = io.StringIO()
    writer = csv.writer(target)
    writer.writerow(FIELDS)
    for dossier in batch.dossiers:
        writer.writerow([_cell(dossier.get(field)) for field in FIELDS])
    return target.getvalue().encode()


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        value = json.dumps(value, ensure_ascii=False)
    # A line for each dossier: no value may break it.
    return "" if value is None else " ".join(str(value).replace("\0", "").split())


def batch_import(token: ApiToken, batch: Batch, *, key: str, body_sha256: str) -> tuple[ApiBatch, bool]:
    """Import a batch once per key; gives the record with its answer, and whether it was answered before.

    Raises KeyReused, StillWorking, BatchInvalid, or DomainError when the import itself failed.
    """
    profile = profile_of(token.agency, batch.source)
    try:
        with transaction.atomic():
            record = ApiBatch.objects.create(
                agency=token.agency, token=token, key=key, body_sha256=body_sha256
            )
    except IntegrityError:
        return _answered_before(token, key, body_sha256), True
    outcomes: list[Outcome] = []
    try:
        one = services.import_now(
            token.agency,
            name=f"{token.name}.csv",
            content=io.BytesIO(as_text(batch)),
            acting=None,
            as_of=batch.as_of,
            profile=profile,
            mapping=mapping_of(profile),
            again=True,
            source=DossierImport.Source.API,
            outcomes=outcomes,
        )
        if one.state != DossierImport.State.COMMITTED:
            raise BatchInvalid(one.reason)
    except BaseException:
        # What failed may be sent again under the same key.
        record.delete()
        raise
    record.answer = _answer(one, batch, outcomes)
    record.status, record.dossier_import = 200, one
    record.save(update_fields=["answer", "status", "dossier_import"])
    return record, False


def _answered_before(token: ApiToken, key: str, body_sha256: str) -> ApiBatch:
    record = ApiBatch.objects.get(agency=token.agency, token=token, key=key)
    if record.body_sha256 != body_sha256:
        raise KeyReused(_("This idempotency key was used for another batch."))
    if not record.status:
        raise StillWorking(_("The same batch is being worked on. Ask again in a moment."))
    return record


def _answer(one: DossierImport, batch: Batch, outcomes: list[Outcome]) -> dict[str, Any]:
    """What became of the whole and of each dossier; line 2 of the file is dossier 0."""
    by_line = {outcome.line: outcome.result for outcome in outcomes}
    problems: dict[int, list[dict[str, str]]] = {}
    rejected: set[int] = set()
    for error in one.row_errors.filter(agency=one.agency):
        problems.setdefault(error.line, []).append(
            {
                "severity": error.severity,
                "field": error.column,
                "value": error.value,
                "reason": error.reason,
                "expected": error.expected,
            }
        )
        if error.severity == "error":
            rejected.add(error.line)
    rows = []
    taken = {outcome.code for outcome in outcomes}
    for number, dossier in enumerate(batch.dossiers):
        line = number + 2
        code = str(dossier.get("code") or "").upper().replace(" ", "")
        known = "repeated" if code in taken and line not in rejected else "rejected"
        result = by_line.get(line, known)
        if result == "rejected" and line not in problems:
            problems[line] = [{"severity": "error", "field": "code", "reason": reason_of("code")}]
        row: dict[str, Any] = {"index": number, "code": str(dossier.get("code") or ""), "result": result}
        if line in problems:
            row["problems"] = problems[line]
        rows.append(row)
    counts = {
        name: getattr(one, f"{name}_count")
        for name in ("read", "new", "updated", "unchanged", "older", "repeated", "rejected", "warning")
    }
    return {"import": str(one.pk), "number": one.seq, "counts": counts, "rows": rows}
