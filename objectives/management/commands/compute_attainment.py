"""`manage.py compute_attainment`: compute how far the objectives of a year are attained, and print it."""

import datetime as dt
import json
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from objectives import formulas, words
from objectives.attainment import Attainment, Result
from objectives.models import Figure, ObjectiveSet, SetState
from objectives.services import attainment_request
from qms import jobs
from qms.exceptions import DomainError
from qms.models import Agency


class Command(BaseCommand):
    """Compute and store the figures of a year; with `--as-of` only say what they were on that day."""

    help = "Compute the attainment of a year's objectives (all periods, the agency and every unit)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """--year is compulsory."""
        parser.add_argument("--year", type=int, required=True)
        parser.add_argument(
            "--as-of",
            type=dt.date.fromisoformat,
            metavar="YYYY-MM-DD",
            help="what the figures say at the end of this day; nothing is stored",
        )
        parser.add_argument("--json", action="store_true", help="print a list of objects")
        parser.add_argument("--agency", metavar="CODE", help="only this agency")

    def handle(self, *args: Any, **options: Any) -> None:
        """Compute, then print."""
        year, as_of = options["year"], options["as_of"]
        agencies = self._agencies(year, options["agency"])
        rows: list[dict[str, Any]] = []
        for agency in agencies:
            if as_of is None:
                self._compute(agency, year)
                rows += stored_rows(agency, year)
            else:
                rows += [row for one in _sets(agency, year) for row in computed_rows(one, as_of)]
        if options["json"]:
            self.stdout.write(json.dumps(rows, ensure_ascii=False, indent=1))
        else:
            self._table(rows)

    def _agencies(self, year: int, code: str | None) -> list[Agency]:
        sets = ObjectiveSet.objects.filter(year=year, state__in=[SetState.IN_FORCE, SetState.CLOSED])
        agencies = Agency.objects.filter(pk__in=sets.values("agency")).order_by("code")
        if code:
            if not Agency.objects.filter(code=code).exists():
                raise CommandError(f"No agency has the code {code}.")
            agencies = agencies.filter(code=code)
        if not agencies:
            raise CommandError(f"No objectives of {year} are in force.")
        return list(agencies)

    def _compute(self, agency: Agency, year: int) -> None:
        with transaction.atomic():
            job = attainment_request(agency=agency, year=year, acting=None)
        try:
            jobs.run_or_wait(job)
        except DomainError as error:
            raise CommandError(str(error)) from error

    def _table(self, rows: list[dict[str, Any]]) -> None:
        for row in rows:
            numbers = "–" if row["numerator"] is None else f"{row['numerator']}/{row['denominator']}"
            self.stdout.write(
                f"{row['agency']:<12} {row['target']:<4} {row['formula']:<16} {row['period']:<8} "
                f"{(row['unit_code'] or '·'):<8} {numbers:>14}  {row['status']}"
            )


def _sets(agency: Agency, year: int) -> Iterable[ObjectiveSet]:
    return ObjectiveSet.objects.filter(
        agency=agency, year=year, state__in=[SetState.IN_FORCE, SetState.CLOSED]
    ).select_related("agency", "unit")


def stored_rows(agency: Agency, year: int) -> Iterator[dict[str, Any]]:
    """The present figures of an agency's sets of a year, in the order of targets, periods and units."""
    figures = list(
        Figure.objects.filter(target__objective_set__in=_sets(agency, year)).select_related(
            "measurement", "unit", "target__objective", "target__objective_set__agency"
        )
    )
    figures.sort(
        key=lambda row: (
            row.target.objective_set.unit_id is not None,
            row.target.objective.order,
            row.target.order,
            row.formula != row.target.formula,
            -len(row.span.parts(row.span.grain.MONTH)),
            row.period,
            row.unit is not None,
            row.unit.order if row.unit else 0,
        )
    )
    for row in figures:
        yield _row(
            agency,
            row.target,
            row.unit,
            row.period,
            (row.formula, row.measurement.formula_version),
            (row.numerator, row.denominator, row.status),
            row.as_of,
        )


def computed_rows(objective_set: ObjectiveSet, as_of: dt.date) -> Iterator[dict[str, Any]]:
    """The figures of a set as they stood at the end of a day."""
    results: Iterator[Result] = Attainment.of(objective_set, as_of).results()
    for result in results:
        yield _row(
            objective_set.agency,
            result.target,
            result.unit,
            result.period.code,
            (result.formula.code, result.formula.version),
            (result.numerator, result.denominator, result.status.value),
            result.as_of,
        )


def _row(
    agency: Agency,
    target: Any,
    unit: Any,
    period: str,
    formula: tuple[str, int],
    figures: tuple[int | None, int | None, str],
    as_of: dt.datetime | None,
) -> dict[str, Any]:
    numerator, denominator, status = figures
    return {
        "target": target.code,
        "formula": formula[0],
        "unit": unit.name if unit else None,
        "period": period,
        "numerator": numerator,
        "denominator": denominator,
        "status": formulas.Status(status).value,
        "agency": agency.code,
        "unit_code": unit.code if unit else None,
        "formula_version": formula[1],
        "as_of": as_of.isoformat() if as_of else None,
        "target_text": target.text,
        "goal": words.goal_of(target),
    }
