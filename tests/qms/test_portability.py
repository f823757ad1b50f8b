"""An agency taken out and restored: the same, all of it, or nothing at all."""

import datetime as dt
import hashlib
import io
import json
import zipfile

import pytest
from django.apps import apps
from django.conf import settings
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection, models

from qms import audit, clock, files, jobs, notifications, portability, portability_import, registry, seals
from qms.models import (
    Agency,
    AgencySetting,
    AuditEntry,
    CalendarDay,
    Clause,
    ClauseApplicability,
    Mail,
    Notification,
    OrgUnit,
    OrgUnitChange,
    Person,
    Role,
    RoleAssignment,
    SearchEntry,
    StandardEdition,
    StoredFile,
    User,
)
from tests import factories


@pytest.fixture
def full(agency):
    """An agency with something of every kind the core has."""
    unit = factories.unit(agency, "Phòng Đo lường")
    child = factories.unit(agency, "Tổ Kiểm định", parent=unit)
    person = factories.person(agency, Role.SECRETARY, unit=unit, full_name="Đỗ Thị Ánh")
    edition = StandardEdition.objects.create(code="TCVN X", title_vi="t", title_en="t")
    parent = Clause.objects.create(edition=edition, code="8", title_vi="t", title_en="t", order=1)
    clause = Clause.objects.create(
        edition=edition, code="8.3", parent=parent, title_vi="t", title_en="t", order=2
    )
    ClauseApplicability.objects.create(
        agency=agency,
        clause=clause,
        applicable=False,
        justification="không thiết kế",
        valid_from=factories.START,
    )
    change = OrgUnitChange.objects.create(agency=agency, kind="split", on=factories.START)
    change.before.add(unit)
    change.after.add(unit, child)
    AgencySetting.objects.create(
        agency=agency, key="k", value={"a": [1, 2.5, None]}, valid_from=dt.date(2026, 1, 1)
    )
    files.store(agency, "Biên bản.pdf", b"%PDF-1.7 noi dung", acting=person)
    files.store(agency, "Bản sao.pdf", b"%PDF-1.7 noi dung", acting=person)
    audit.record("qms.unit.changed", unit, {"name": ("Cũ", "Mới")}, acting=person)
    seals.seal(agency, until=clock.now() + dt.timedelta(seconds=1))
    notifications.notify(person, topic="jobs", title="Xong", key="k")
    jobs.enqueue(seals.VERIFY, agency=agency, acting=person)
    return agency


def taken_out(agency) -> bytes:
    target = io.BytesIO()
    portability.export_agency(agency, target)
    return target.getvalue()


def dump(archive: bytes) -> dict[str, list]:
    """Every member but the manifest, records as objects."""
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        return {
            name: [json.loads(line) for line in opened.read(name).splitlines()]
            if name.endswith(".jsonl")
            else opened.read(name)
            for name in opened.namelist()
            if name != portability.MANIFEST
        }


def rewritten(archive: bytes, change, keep_hashes=False) -> bytes:
    """The same archive with `change(members, manifest)` applied and, unless told, hashes made to fit."""
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        members = {name: opened.read(name) for name in opened.namelist()}
    manifest = json.loads(members.pop(portability.MANIFEST))
    change(members, manifest)
    if not keep_hashes:
        for name, data in members.items():
            manifest["members"][name] = {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data)}
        manifest["members"] = {name: manifest["members"][name] for name in members}
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as out:
        for name, data in members.items():
            out.writestr(name, data)
        out.writestr(portability.MANIFEST, json.dumps(manifest))
    return target.getvalue()


def empty_the_installation():
    """Remove every row and file, append-only ones too; the test's transaction brings them back."""
    tables = connection.introspection.table_names()
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL session_replication_role = replica")
        else:
            cursor.execute("PRAGMA defer_foreign_keys = ON")
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            for (name,) in cursor.fetchall():
                cursor.execute(f"DROP TRIGGER {name}")
        for table in tables:
            if table.split("_")[0] in settings.OWN_APPS:
                cursor.execute(f'DELETE FROM "{table}"')
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL session_replication_role = DEFAULT")
    for name in list_files():
        default_storage.delete(name)


def list_files(folder=""):
    try:
        folders, names = default_storage.listdir(folder)
    except FileNotFoundError:
        return []
    found = [f"{folder}/{name}".lstrip("/") for name in names]
    return found + [name for one in folders for name in list_files(f"{folder}/{one}".lstrip("/"))]


@pytest.fixture
def brought(tmp_path):
    """Write an archive to a file and import it."""

    def bring(archive: bytes) -> Agency:
        path = tmp_path / "agency.zip"
        path.write_bytes(archive)
        return portability_import.import_agency(path)

    return bring


def test_the_round_trip_changes_nothing(full, brought):
    before = taken_out(full)
    trail = list(AuditEntry.objects.values())
    empty_the_installation()
    assert Agency.objects.count() == 0
    agency = brought(before)
    after = dump(taken_out(agency))
    brought_entry = after["records/qms.audit_entry.jsonl"].pop()
    assert brought_entry["verb"] == "qms.agency.imported"
    expected = dump(before)
    assert after == expected
    assert all(expected[f"records/{name}.jsonl"] for name in ("qms.unit_change", "qms.audit_seal", "qms.job"))
    assert list(AuditEntry.objects.exclude(verb="qms.agency.imported").values()) == trail
    assert seals.verify(agency).problems == []
    stored = StoredFile.objects.first()
    assert files.read(stored) == b"%PDF-1.7 noi dung"
    assert SearchEntry.objects.filter(title="Đỗ Thị Ánh").exists()


def test_accounts_come_without_password_and_must_set_one(full, brought):
    archive = taken_out(full)
    assert b"md5$" not in b"".join(str(part).encode() for part in dump(archive).values())
    empty_the_installation()
    brought(archive)
    user = User.objects.get()
    assert not user.has_usable_password()
    assert user.must_change_password
    assert Person.objects.get().user == user


def test_clauses_are_matched_with_those_that_are_here(full, brought):
    archive = taken_out(full)
    empty_the_installation()
    edition = StandardEdition.objects.create(code="TCVN X", title_vi="ở đây", title_en="t")
    here = Clause.objects.create(edition=edition, code="8.3", title_vi="ở đây", title_en="t", order=2)
    brought(archive)
    assert ClauseApplicability.objects.get().clause == here
    assert StandardEdition.objects.count() == 1
    assert Clause.objects.get(code="8").edition == edition


def test_an_agency_that_is_here_is_not_touched(full, brought):
    archive = taken_out(full)
    with pytest.raises(portability.PortabilityError, match=full.code):
        brought(archive)


def test_two_agencies_live_side_by_side_after_the_move(full, other_agency, brought):
    archive = taken_out(full)
    empty_the_installation()
    other = factories.agency(code="KHAC2")
    factories.person(other)
    brought(archive)
    assert Agency.objects.count() == 2
    assert OrgUnit.objects.count() == 2


def test_national_days_come_only_for_years_that_have_none_here(full, tmp_path):
    for day, title in (
        (dt.date(2026, 2, 16), "Tết"),
        (dt.date(2026, 2, 17), "Tết"),
        (dt.date(2027, 1, 1), "Năm"),
    ):
        CalendarDay.objects.create(day=day, kind="holiday", title=title)
    path = tmp_path / "agency.zip"
    path.write_bytes(taken_out(full))
    empty_the_installation()
    moved = CalendarDay.objects.create(day=dt.date(2026, 2, 18), kind="holiday", title="Tết dời")
    told = []
    portability_import.import_agency(path, told.append)
    days = CalendarDay.objects.filter(agency=None)
    assert set(days.values_list("day", flat=True)) == {moved.day, dt.date(2027, 1, 1)}
    assert "qms.national_day: 1" in told


def test_an_account_of_somebody_else_with_the_same_name_is_refused(full, brought):
    name = User.objects.get().username
    archive = taken_out(full)
    empty_the_installation()
    User.objects.create_user(name)
    with pytest.raises(portability.PortabilityError, match=name):
        brought(archive)
    assert Agency.objects.count() == 0


def change_a_member(members, manifest):
    members["records/qms.unit.jsonl"] = members["records/qms.unit.jsonl"].replace(b"Ph", b"Xx")


def drop_a_member(members, manifest):
    del members["records/qms.role_assignment.jsonl"]


def add_a_member(members, manifest):
    members["records/extra.jsonl"] = b""


@pytest.mark.parametrize("change", [change_a_member, drop_a_member, add_a_member])
def test_a_changed_archive_is_refused(full, brought, change):
    archive = rewritten(taken_out(full), change, keep_hashes=True)
    empty_the_installation()
    with pytest.raises(portability.PortabilityError):
        brought(archive)
    assert Agency.objects.count() == 0
    assert list_files() == []


def set_version(members, manifest):
    manifest["version"] = 99


def set_format(members, manifest):
    manifest["format"] = "other"


def newer_portal(members, manifest):
    manifest["migrations"]["qms"] = "9999_from_the_future"


def lose_people(members, manifest):
    members["records/qms.person.jsonl"] = b""
    manifest["counts"]["qms.person"] = 0


def lose_a_file(members, manifest):
    for name in [name for name in members if name.startswith("files/")]:
        del members[name]


def swap_a_file(members, manifest):
    for name in [name for name in members if name.startswith("files/")]:
        members[name] = b"other bytes"


def wrong_count(members, manifest):
    manifest["counts"]["qms.unit"] = 7


def foreign_record(members, manifest):
    name = "records/qms.setting.jsonl"
    members[name] = members[name].replace(
        manifest["agency"]["id"].encode(), b"01a00000-0000-7000-8000-000000000000"
    )


def place_outside(members, manifest):
    name = "records/qms.stored_file.jsonl"
    members[name] = members[name].replace(b'"file": "', b'"file": "../../')


def unknown_field(members, manifest):
    name = "records/qms.unit.jsonl"
    members[name] = members[name].replace(b'"code":', b'"colour": "x", "code":')


@pytest.mark.parametrize(
    "change",
    [
        set_version,
        set_format,
        newer_portal,
        lose_people,
        lose_a_file,
        swap_a_file,
        wrong_count,
        foreign_record,
        place_outside,
        unknown_field,
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_stays_behind(full, brought, change):
    archive = rewritten(taken_out(full), change)
    empty_the_installation()
    with pytest.raises(portability.PortabilityError):
        brought(archive)
    assert Agency.objects.count() == 0
    assert User.objects.count() == 0
    assert list_files() == []


def test_something_else_is_not_an_archive(brought):
    with pytest.raises(portability.PortabilityError):
        brought(b"PK not a zip")


def test_a_superior_agency_that_is_not_here_is_left_out(full, other_agency, brought):
    Agency.objects.filter(pk=full.pk).update(parent=other_agency)
    archive = taken_out(full)
    empty_the_installation()
    assert brought(archive).parent is None


def test_mail_still_to_be_sent_does_not_travel(full, brought):
    person = Person.objects.get()
    Mail.objects.create(agency=full, person=person, to=person.email, subject="x", body="x", key="1",
                        send_after=clock.now())  # fmt: skip
    assert dump(taken_out(full))["records/qms.mail.jsonl"] == []


def test_the_commands_write_and_restore(full, tmp_path, capsys):
    target = tmp_path / "out.zip"
    call_command("export_agency", full.code, str(target))
    assert "2 files" not in capsys.readouterr().out  # the same bytes are kept once
    assert target.stat().st_mode & 0o077 == 0
    assert AuditEntry.objects.filter(verb="qms.agency.exported").count() == 1
    with pytest.raises(CommandError, match="exists already"):
        call_command("export_agency", full.code, str(target))
    with pytest.raises(CommandError, match="no agency"):
        call_command("export_agency", "NONE", str(tmp_path / "x.zip"))
    with pytest.raises(CommandError):
        call_command("import_agency", str(target))
    empty_the_installation()
    call_command("import_agency", str(target))
    assert AuditEntry.objects.filter(verb="qms.agency.exported").count() == 1
    assert Notification.objects.count() == RoleAssignment.objects.count() == 1


def test_a_missing_file_stops_the_export(full):
    default_storage.delete(str(StoredFile.objects.first().file.name))
    with pytest.raises(portability.PortabilityError, match=r"B[iả]"):
        taken_out(full)


# What every app must do


OWN_MODELS = [model for model in apps.get_models() if model._meta.app_label in settings.OWN_APPS]


@pytest.mark.parametrize("model", OWN_MODELS, ids=lambda m: m._meta.label)
def test_every_model_travels_or_says_why_not(model):
    travels = {kind.model for kind in registry.portable} | {shared.model for shared in portability.SHARED}
    assert model in travels or model in registry.not_portable, (
        f"{model._meta.label} must be registered: registry.portable.add(registry.Portable(…))"
    )


def test_nothing_that_travels_points_to_something_that_stays():
    travels = {kind.model for kind in registry.portable} | {shared.model for shared in portability.SHARED}
    for kind in registry.portable:
        for field in [*kind.model._meta.concrete_fields, *portability.links_of(kind.model)]:
            if field.is_relation:
                assert field.related_model in travels, f"{kind.name}.{field.name}"


def test_every_link_with_a_model_of_its_own_travels():
    travels = {kind.model for kind in registry.portable}
    for kind in registry.portable:
        for link in kind.model._meta.many_to_many:
            through = link.remote_field.through
            assert through._meta.auto_created or through in travels, f"{kind.name}.{link.name}"


def test_names_are_unique_and_files_are_kept_in_one_kind_only():
    names = [kind.name for kind in registry.portable]
    assert len(names) == len(set(names))
    with_files = {
        kind.model
        for kind in registry.portable
        if any(isinstance(field, models.FileField) for field in kind.model._meta.concrete_fields)
    }
    assert with_files == {StoredFile}


FOUND_BY_THEIR_APP = {"dossiers.dossier", "dossiers.procedure"}


def test_every_findable_kind_can_be_indexed_anew():
    assert set(registry.search_kinds) - FOUND_BY_THEIR_APP == set(registry.search_indexers)
