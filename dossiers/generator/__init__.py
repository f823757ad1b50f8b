"""Invented exports of one-stop systems with a known truth: for the demonstration, the tests and the bench.

A year of dossiers is drawn from a seed as whole histories; an export shows them as they stood at its moment.
So an export of a later day continues the one of an earlier day. Nothing here knows the database.
"""

from dossiers.generator.files import read_export, write_csv, write_other_vendor, write_xlsx
from dossiers.generator.histories import (
    BY_CODE,
    KINDS,
    UNITS,
    Kind,
    Row,
    as_seen,
    carry_over,
    export_rows,
    histories,
)
from dossiers.generator.truth import KEYS, count, truth
from dossiers.generator.vendors import VENDORS, Vendor

__all__ = [
    "BY_CODE",
    "KEYS",
    "KINDS",
    "UNITS",
    "VENDORS",
    "Kind",
    "Row",
    "Vendor",
    "as_seen",
    "carry_over",
    "count",
    "export_rows",
    "histories",
    "read_export",
    "truth",
    "write_csv",
    "write_other_vendor",
    "write_xlsx",
]
