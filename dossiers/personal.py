"""Personal data of citizens: dropped, unless the agency switched a field on; then encrypted, shown masked.

Setting `dossiers.personal` names the kinds an agency keeps. They never stand among the facts: each lot is
one encrypted text per dossier and import, so that undoing an import takes back exactly what it brought.
"""

import json
import tempfile
from collections.abc import Callable, Iterator
from itertools import islice
from typing import IO, Any

from django.db.models import Q

from dossiers.importers.headers import Table
from dossiers.importers.profile import PERSONAL
from dossiers.importers.values import text_of
from dossiers.models import Dossier, DossierPersonal
from qms import agency_settings, crypto
from qms.models import Agency
from qms.text import repair_marks

SETTING = "dossiers.personal"
LONGEST = 200
SHOWN_DIGITS = 3
BATCH = 1000


def kinds_kept(agency: Agency) -> tuple[str, ...]:
    """The kinds the agency switched on, by default none."""
    chosen: list[str] = agency_settings.get(agency, SETTING)
    return tuple(kind for kind in PERSONAL if kind in chosen)


class PersonalSpool:
    """What is kept of the persons of a file, on disk and encrypted line by line."""

    def __init__(self, kinds: tuple[str, ...]) -> None:
        self.kinds = kinds
        self._file: IO[bytes] | None = None

    def collector(self, table: Table) -> Callable[[str, list[Any]], None]:
        """A function (code, cells) that puts away what is kept of a line."""
        places = [
            (column.field, column.index)
            for column in table.columns
            if column.use == "personal" and column.field in self.kinds
        ]
        self._file = file = tempfile.TemporaryFile()  # noqa: SIM115 - closed by close()

        def collect(code: str, cells: list[Any]) -> None:
            found: dict[str, str] = {}
            for kind, index in places:
                text = repair_marks(text_of(cells[index]))[:LONGEST] if index < len(cells) else ""
                if text:
                    found.setdefault(kind, text)
            if found:
                file.write(code.encode() + b"\t" + crypto.encrypt(json.dumps(found).encode()) + b"\n")

        return collect

    def lots(self) -> Iterator[tuple[str, str]]:
        """(code, encrypted text) of each line; of a repeated dossier the last one counts."""
        if self._file is None:
            return
        self._file.seek(0)
        for line in self._file:
            code, sealed = line.rstrip(b"\n").split(b"\t")
            yield code.decode(), sealed.decode()

    def close(self) -> None:
        """Give the disk space back."""
        if self._file is not None:
            self._file.close()


def personal_keep(agency: Agency, spool: PersonalSpool, seq: int) -> None:
    """Store what a file tells of the persons of dossiers this import brought, or that had none yet."""
    lots = spool.lots()
    while batch := dict(islice(lots, BATCH)):
        rows = Dossier.objects.filter(agency=agency, code__in=list(batch))
        wanted = rows.filter(Q(import_seq=seq) | Q(personal=None) | Q(personal__import_seq=seq))
        DossierPersonal.objects.bulk_create(
            [
                DossierPersonal(agency=agency, dossier_id=pk, import_seq=seq, sealed=batch[code])
                for code, pk in wanted.values_list("code", "pk").distinct()
            ],
            update_conflicts=True,
            update_fields=["sealed"],
            unique_fields=["agency", "dossier", "import_seq"],
        )


def personal_shown(dossier: Dossier) -> list[tuple[str, str]]:
    """(label, masked text) of what is kept of a dossier's person."""
    newest = (
        DossierPersonal.objects.filter(agency=dossier.agency, dossier=dossier).order_by("-import_seq").first()
    )
    if newest is None:
        return []
    told: dict[str, str] = json.loads(crypto.decrypt(newest.sealed.encode()))
    return [(str(PERSONAL[kind]), masked(text)) for kind, text in told.items() if kind in PERSONAL]


def masked(text: str) -> str:
    """The text of which only first letters and last digits are left."""
    digits = sum(letter.isdigit() for letter in text)
    if digits * 2 > len(text):
        return "•" * (len(text) - SHOWN_DIGITS) + text[-SHOWN_DIGITS:]
    return " ".join(word[0] + "•" * (len(word) - 1) for word in text.split())


def rotate() -> int:
    """Put every lot under the newest field key; gives back how many there were."""
    count = 0
    for row in DossierPersonal.objects.iterator(chunk_size=BATCH):
        row.sealed = crypto.rotate(row.sealed.encode()).decode()
        row.save(update_fields=["sealed"])
        count += 1
    return count
