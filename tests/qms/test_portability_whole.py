"""The demonstration with a record of every kind, taken out and restored elsewhere: nothing is different."""

import hashlib
import json
import re
import shutil
import uuid
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from documents.models import PaperFile
from documents.services.revisions import FINAL
from documents.verification import Outcome, verify
from qms import demo, files, portability, portability_import, registry, seals
from qms.models import (
    Agency,
    AuditEntry,
    CalendarDay,
    Clause,
    ClauseMapping,
    Person,
    Role,
    SearchEntry,
    StandardEdition,
    StoredFile,
)
from qms.services import standard
from tests import databases
from tests.access.world import people
from tests.qms.test_portability import dump

pytestmark = pytest.mark.django_db

STANDARD = ("qms.standard_edition", "qms.clause", "qms.clause_mapping")
UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"


class Told:
    """What an installation holds of the demonstration agency."""

    def __init__(self, archive: Path) -> None:
        call_command("export_agency", demo.CODE, str(archive), verbosity=0)
        self.archive = archive.read_bytes()
        self.agency = Agency.objects.get(code=demo.CODE)
        self.rows = {kind.name: rows(kind, self.agency) for kind in registry.portable}
        self.shared = {
            row.pk: natural(row)
            for model in (StandardEdition, Clause, ClauseMapping)
            for row in model.objects.all()
        }
        self.national_days = set(CalendarDay.objects.filter(agency=None).values_list("day", "kind", "title"))
        self.found = set(
            SearchEntry.objects.filter(agency=self.agency).values_list(
                "kind", "object_id", "title", "subtitle", "url", "folded"
            )
        )
        self.contents = {
            row.pk: hashlib.sha256(files.read(row)).hexdigest()
            for row in StoredFile.objects.filter(agency=self.agency)
        }
        self.people = set(
            Person.objects.filter(agency=self.agency).values_list(
                "full_name", "user__username", "user__is_active", "user__email"
            )
        )


def natural(row):
    """What a record of the standard is, whatever its key."""
    if isinstance(row, StandardEdition):
        return row.code
    if isinstance(row, Clause):
        return row.edition.code, row.code
    return natural(row.source), natural(row.target), row.kind


def rows(kind, agency):
    """{key: every column and every link} of one kind."""
    links = [link.name for link in portability.links_of(kind.model)]
    return {
        row.pk: {field.attname: getattr(row, field.attname) for field in kind.model._meta.concrete_fields}
        | {name: {other.pk for other in getattr(row, name).all()} for name in links}
        for row in portability.rows_of(kind, agency).prefetch_related(*links)
    }


@pytest.fixture(scope="module")
def move(demonstration_with_records, tmp_path_factory):
    """The demonstration before and after: taken out, restored beside an installation's own standard."""
    folder = tmp_path_factory.mktemp("move")
    before = Told(folder / "before.zip")
    shutil.copytree(settings.TRUST_ROOTS, folder / "roots")
    with databases.new_installation():
        standard.editions_load()  # the same clauses under keys of this installation's own
        # what the operations guide says of trial signatures: their root is no record of the agency
        shutil.copytree(folder / "roots", settings.TRUST_ROOTS)
        portability_import.import_agency(folder / "before.zip")
        yield before, Told(folder / "after.zip")


@pytest.fixture
def renamed(move):
    """The key of each shared record there: its key here."""
    before, after = move
    here = {what: key for key, what in after.shared.items()}
    return {key: here[what] for key, what in before.shared.items()}


def moved(value, renamed):
    """A value of a record as it has to be after the move."""
    if isinstance(value, set):
        return {renamed.get(one, one) for one in value}
    return renamed.get(value, value) if isinstance(value, uuid.UUID) else value


@pytest.mark.parametrize("name", [kind.name for kind in registry.portable])
def test_every_record_of_the_kind_is_the_same(name, move, renamed):
    before, after = move
    expected = {
        key: {column: moved(value, renamed) for column, value in row.items()}
        for key, row in before.rows[name].items()
    }
    found = dict(after.rows[name])
    if name == "qms.agency":
        expected[before.agency.pk]["parent_id"] = None  # the superior agency is not here
    if name == "qms.audit_entry":
        new = [found.pop(key) for key in set(found) - set(expected)]
        assert {row["verb"] for row in new} == {"qms.agency.imported", "qms.agency.exported"}
    assert found == expected
    assert found, "make such a record (tests/access/records.py): without one its way is not shown"


def test_files_people_holidays_and_the_search_are_the_same(move):
    before, after = move
    assert before.contents == after.contents
    assert {row["sha256"] for row in before.rows["qms.stored_file"].values()} == set(before.contents.values())
    assert before.people == after.people
    assert before.national_days == after.national_days
    assert before.found == after.found


def test_what_is_taken_out_again_is_what_was_brought(move, renamed):
    before, after = move
    expected, found = dump(before.archive), dump(after.archive)
    assert set(expected) == set(found)
    trail = found["records/qms.audit_entry.jsonl"]
    assert [trail.pop()["verb"], trail.pop()["verb"]] == ["qms.agency.exported", "qms.agency.imported"]
    [origin] = expected["records/qms.agency.jsonl"]
    origin["parent"] = None
    keys = {str(key): str(value) for key, value in renamed.items()}
    for name in set(expected) - {f"records/{shared}.jsonl" for shared in STANDARD}:
        assert read(found[name], {}) == read(expected[name], keys), name


def read(records, keys):
    """Records as they read where the standard has other keys; what the trail says stays as it is."""
    if isinstance(records, bytes):
        return records
    return [
        {
            name: sorted(keys.get(one, one) for one in value)
            if isinstance(value, list) and all(isinstance(one, str) for one in value)
            else keys.get(value, value)
            if isinstance(value, str) and name != "subject_id"
            else value
            for name, value in record.items()
        }
        for record in records
    ]


def test_no_record_speaks_of_the_standard_by_the_keys_it_had_there(move, renamed):
    _before, after = move
    gone = {str(key) for key, value in renamed.items() if key != value}
    assert gone
    for name, records in dump(after.archive).items():
        if name.endswith(".jsonl") and name != "records/qms.audit_entry.jsonl":
            found = set(re.findall(UUID, json.dumps(records)))
            assert not found & gone, name


def test_the_trail_is_whole_and_sealed(move):
    _before, after = move
    assert seals.verify(after.agency).problems == []
    assert AuditEntry.objects.filter(agency=after.agency, verb="qms.agency.imported").count() == 1


def test_issued_papers_are_verified_here(move):
    _before, after = move
    issued = PaperFile.objects.filter(agency=after.agency, stage__in=FINAL).order_by("made_at")
    assert issued.count() > 5
    for one in issued[:5]:
        assert verify(files.read(one.file)).outcome == Outcome.VALID, one.paper


def test_the_agency_goes_on_here(move):
    """Somebody gets a new password, signs in, opens the pages and finds what was there."""
    _before, after = move
    secretary = people(after.agency)[Role.SECRETARY]
    assert not secretary.user.has_usable_password()
    client = Client()
    client.force_login(secretary.user)
    for path in ("/", f"{reverse('search')}?q=giai quyet ho so", reverse("objectives:dashboard")):
        assert client.get(path).status_code == 200, path
