"""Imports: counts, corrections, repeats, refused rows, crashes, and no personal data anywhere."""

import datetime as dt
import io

import pytest
from django.apps import apps
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dossiers import committing, generator, incoming, selectors, services, staging
from dossiers.importers import quick
from dossiers.importers.problems import FileRefused
from dossiers.importers.rows import RowReader
from dossiers.models import (
    Dossier,
    DossierImport,
    DossierVersion,
    ImportRowError,
    ImportSequence,
    Procedure,
)
from qms import jobs
from qms.exceptions import DomainError, IllegalTransition, Invalid, Refused
from qms.models import AuditEntry, Job, OrgUnitAlias, OrgUnitVersion, Role
from tests import factories
from tests.dossiers import books
from tests.dossiers.conftest import SAMPLE, TRUTH, year

pytestmark = pytest.mark.django_db
ZONE = dt.timezone(dt.timedelta(hours=7))


def counts_of(one):
    return (one.read_count, one.new_count, one.updated_count, one.unchanged_count, one.rejected_count)


def export(rows, as_of, number=2025):
    target = io.BytesIO()
    generator.write_xlsx(rows, target, year=number, as_of=as_of)
    return target.getvalue()


def test_the_sample_by_command(agency, units, capsys):
    call_command("import_dossiers", str(SAMPLE))
    told = capsys.readouterr().out
    assert "2025-12-31 23:59:59" in told
    assert [line.split() for line in told.splitlines()[1:3]] == [["read", "6000"], ["new", "6000"]]
    whole, quarters = year()
    tallies = selectors.counts(agency, windows=[whole, *quarters])
    assert tallies.of(whole) == TRUTH["all"]
    assert {name: tallies.of(whole, unit.pk) for name, unit in units.items()} == TRUTH["units"]
    assert [tallies.of(quarter) for quarter in quarters] == TRUTH["quarters"]
    one = DossierImport.objects.get()
    assert (one.seq, one.state, one.incoming) == (1, "committed", "")
    assert Procedure.objects.count() == 13
    assert AuditEntry.objects.filter(verb="dossiers.import.committed").count() == 1


def test_the_command_fails_only_when_the_file_as_a_whole_is_refused(agency, units, tmp_path, capsys):
    bad_row, no_dossiers = tmp_path / "row.xlsx", tmp_path / "none.csv"
    bad_row.write_bytes(books.xlsx([books.row(1), books.row(2, **{"Trạng thái": "Sắp xong"})]))
    no_dossiers.write_text("Ten,Tuoi\nA,1\n")
    call_command("import_dossiers", str(bad_row))
    assert "line 3, Trạng thái" in capsys.readouterr().out
    with pytest.raises(CommandError, match="60"):
        call_command("import_dossiers", str(no_dossiers))
    with pytest.raises(CommandError, match="No such file"):
        call_command("import_dossiers", str(tmp_path / "absent.xlsx"))
    assert DossierImport.objects.filter(state="failed").get().file_name == "none.csv"
    assert Dossier.objects.count() == 1


def test_the_command_asks_whose_file_it_is_when_there_are_several(agency, other_agency, units):
    with pytest.raises(CommandError, match="SKHCN"):
        call_command("import_dossiers", str(SAMPLE))


def test_the_same_file_twice_is_recognised(take, sample):
    assert take(SAMPLE) == sample
    again = take(SAMPLE, again=True)
    assert counts_of(again) == (6000, 0, 0, 6000, 0)
    assert not DossierVersion.objects.exists()
    assert Dossier.objects.filter(import_seq=1).count() == 6000


def test_the_same_dossier_has_the_same_identity_everywhere(agency, take):
    from dossiers.models import dossier_id

    take(books.xlsx([books.row(1)]))
    dossier = Dossier.objects.get()
    assert dossier.pk == dossier_id(agency, dossier.code)


def test_a_repeated_row_counts_once_and_the_last_one_counts(take):
    first = books.row(1, **{"Trạng thái": "Đang giải quyết", "Ngày có kết quả": "", "Đánh giá": ""})
    one = take(books.xlsx([first, books.row(1), books.row(2)]))
    assert (*counts_of(one), one.repeated_count) == (3, 2, 0, 0, 0, 1)
    assert Dossier.objects.get(code=first["Mã hồ sơ"]).status == "result"


@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 10**6), first=st.integers(40, 200), gap=st.integers(1, 160))
def test_a_later_export_corrects_and_the_earlier_figures_can_be_computed_again(
    agency, take, seed, first, gap
):
    """As of the first import the figures are the first export's truth, now they are the second's."""
    wipe()
    moments = [dt.datetime(2025, 1, 1, 17, 30) + dt.timedelta(days=days) for days in (first, first + gap)]
    exports = [list(generator.export_rows(2025, at, a_year=150, seed=str(seed))) for at in moments]
    imports = [
        take(export(rows, at), f"{at:%d}.xlsx", again=True) for rows, at in zip(exports, moments, strict=True)
    ]
    whole, quarters = year()
    for one, rows, at in zip(imports, exports, moments, strict=True):
        truth = generator.truth(rows, 2025, at.replace(second=59))
        tallies = selectors.counts(agency, windows=[whole, *quarters], seq=one.seq)
        assert tallies.of(whole) == truth["all"]
        assert [tallies.of(quarter) for quarter in quarters] == truth["quarters"]
        for key in generator.KEYS:
            still, superseded = selectors.trace_then(agency, key, whole, seq=one.seq)
            assert still.count() + superseded.count() == truth["all"][key]
    now = selectors.counts(agency, windows=[whole])
    assert now.of(whole) == truth["all"]
    assert Dossier.objects.count() == len(exports[1])
    assert DossierVersion.objects.count() == imports[1].updated_count


def wipe():
    for model in (DossierVersion, Dossier, ImportRowError, DossierImport, ImportSequence):
        model.objects.all().delete()


def test_an_older_export_does_not_overwrite_what_a_newer_one_told(take):
    newer = books.row(1, **{"Trạng thái": "Đã trả kết quả"})
    take(books.xlsx([newer], titles=["(Xuất lúc 30/06/2025 10:00)"]), "b.xlsx")
    older = [books.row(1), books.row(2)]
    one = take(books.xlsx(older, titles=["(Xuất lúc 30/05/2025 10:00)"]), "a.xlsx")
    assert (one.new_count, one.updated_count, one.older_count) == (1, 0, 1)
    assert Dossier.objects.get(code=newer["Mã hồ sơ"]).status == "returned"
    assert selectors.data_as_of(one.agency) == dt.datetime(2025, 6, 30, 10, 0, 59, tzinfo=ZONE)


def test_another_vendors_form_gives_the_same_truth(agency, take):
    as_of = dt.datetime(2025, 12, 31, 23, 59, 59)
    rows = list(generator.export_rows(2025, as_of, a_year=600))
    target = io.StringIO()
    lines = generator.write_other_vendor(rows, target)
    moment = as_of.replace(tzinfo=ZONE)
    one = take(target.getvalue().encode("utf-8-sig"), "khac.csv", as_of=moment)
    assert (one.read_count, one.rejected_count) == (lines, 0)
    assert one.repeated_count == lines - len(rows)
    whole, quarters = year()
    tallies = selectors.counts(agency, windows=[whole, *quarters])
    truth = generator.truth(rows, 2025, as_of)
    assert tallies.of(whole) == truth["all"]
    assert [tallies.of(quarter) for quarter in quarters] == truth["quarters"]


def test_bad_rows_are_kept_with_their_place_and_good_ones_go_in(take):
    one = take(
        books.xlsx(
            [
                books.row(1),
                books.row(2, **{"Ngày hẹn trả": "31/02/2025"}),
                books.row(3, **{"Đơn vị thụ lý": "Phòng Lạ"}),
            ]
        )
    )
    assert counts_of(one) == (3, 1, 0, 0, 2)
    errors = [(e.line, e.column, e.value, e.kind) for e in one.row_errors.all()]
    assert errors == [
        (3, "Ngày hẹn trả", "31/02/2025", "no_such_date"),
        (4, "Đơn vị thụ lý", "Phòng Lạ", "unit"),
    ]
    assert "Văn phòng Sở" in one.row_errors.last().expected


def test_units_are_found_by_former_names_and_by_those_of_other_systems(agency, take):
    from qms.services import organisation

    office = agency_unit(agency, "Văn phòng Sở")
    organisation.unit_rename(office, acting=None, on=dt.date(2025, 6, 1), name="Văn phòng Tổng hợp")
    OrgUnitAlias.objects.create(agency=agency, unit=office, name="VP-MC", folded="vp-mc")
    dates = {"Ngày tiếp nhận": "02/07/2025 08:00", "Ngày hẹn trả": "09/07/2025 08:00", "Ngày có kết quả": ""}
    late = dates | {"Trạng thái": "Đang giải quyết", "Đánh giá": ""}
    one = take(
        books.xlsx(
            [
                books.row(1),
                books.row(2, **{"Đơn vị thụ lý": "VP-MC"}),
                books.row(3, **late, **{"Đơn vị thụ lý": "Văn phòng Tổng hợp"}),
                books.row(4, **late),
            ],
            titles=["(Xuất lúc 30/07/2025 10:00)"],
        )
    )
    assert [error.line for error in one.row_errors.all()] == [6]
    assert Dossier.objects.filter(unit=office).count() == 3


def agency_unit(agency, name):
    from qms.models import OrgUnit

    return OrgUnit.objects.get(agency=agency, name=name)


def test_personal_data_is_nowhere(agency, take, caplog, django_capture_on_commit_callbacks):
    """Neither in any table, nor in any file, nor in the log; also not of rows that are refused."""
    caplog.set_level("DEBUG")
    rows = [
        books.row(1),
        books.row(2, **{"Ngày hẹn trả": "sai"}),
        books.row(3, **{"Mã hồ sơ": "Trần Thị Riêng Tư"}),
    ]
    with django_capture_on_commit_callbacks(execute=True):
        take(books.text(rows), "co-ten.csv")
    with django_capture_on_commit_callbacks(execute=True):
        take(books.text([]) + b"\n", "rong.csv")
    assert Dossier.objects.count() == 1
    kept = [caplog.text]
    for model in apps.get_models():
        kept += [str(values) for values in model._base_manager.values_list()]
    kept += [content.decode("latin-1") for content in stored_files()]
    everything = "\n".join(kept)
    assert "000.00.16.H19-250102-0001" in everything
    for secret in ("Riêng Tư", "075123456789", "0912345678"):
        assert secret not in everything
    assert list(stored_files(f"{incoming.FOLDER}/{agency.pk}")) == []


def stored_files(folder=""):
    try:
        folders, names = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    for name in names:
        yield content_of(f"{folder}/{name}".lstrip("/"))
    for inner in folders:
        yield from stored_files(f"{folder}/{inner}".lstrip("/"))


def content_of(path):
    with default_storage.open(path) as handle:
        return handle.read()


def test_while_it_waits_the_file_is_encrypted(agency, one_stop):
    content = io.BytesIO(books.text([books.row(1)]))
    one = services.import_upload(agency, name="a.csv", content=content, acting=one_stop)
    sealed = content_of(one.incoming)
    assert b"Trang" not in sealed and "Riêng".encode() not in sealed and b"000.00.16" not in sealed
    with incoming.opened(one.incoming, one.file_name) as clear:
        assert clear.read_bytes() == content.getvalue()


@pytest.mark.parametrize(
    "change",
    [
        lambda kept: kept[:-100] + bytes([kept[-100] ^ 1]) + kept[-99:],
        lambda kept: kept[:-4],
        lambda kept: b"x" * 50 + kept,
    ],
)
def test_a_waiting_file_that_was_changed_is_not_read(agency, change):
    kept = incoming.keep(agency, io.BytesIO(b"a" * 10_000))
    sealed = content_of(kept.path)
    default_storage.delete(kept.path)
    path = default_storage.save(kept.path, ContentFile(change(sealed)))
    with pytest.raises(FileRefused, match="không còn"), incoming.opened(path, "a.csv"):
        pass


def test_a_crash_in_the_middle_leaves_nothing_and_the_import_can_go_on(agency, one_stop, monkeypatch):
    one = checked(agency, one_stop, books.xlsx([books.row(1)]))
    services.import_start(one, acting=one_stop)

    def crash(*args):
        Dossier.objects.filter(agency=agency).update(rating=1)
        raise RuntimeError("the lights went out")

    with monkeypatch.context() as broken:
        broken.setattr(staging.Staging, "_insert", crash)
        jobs.run(job_of(one).pk)
    one.refresh_from_db()
    assert (one.state, one.seq, job_of(one).state) == ("checked", None, "failed")
    assert "lights" in one.reason
    assert not Dossier.objects.exists()
    assert not ImportSequence.objects.exists()
    services.import_start(one, acting=one_stop)
    assert jobs.run(job_of(one).pk).state == Job.State.SUCCEEDED
    one.refresh_from_db()
    assert (one.state, one.seq, one.new_count) == ("committed", 1, 1)


def checked(agency, person, content, name="export.xlsx"):
    one = services.import_upload(agency, name=name, content=io.BytesIO(content), acting=person)
    assert jobs.run(one.job_id).state == Job.State.SUCCEEDED
    one.refresh_from_db()
    return one


def job_of(one):
    return Job.objects.filter(params__import=str(one.pk)).latest("created_at")


def test_a_runner_given_up_for_dead_changes_nothing(agency, one_stop):
    one = checked(agency, one_stop, books.xlsx([books.row(1)]))
    services.import_start(one, acting=one_stop)
    taken = jobs._take(job_of(one).pk)
    Job.objects.filter(pk=taken.pk).update(claim="somebody else")
    with pytest.raises(jobs.LostClaim):
        committing.import_commit(jobs.JobContext(taken, taken.claim))
    assert not Dossier.objects.exists()


def test_the_check_tells_what_would_happen_and_writes_no_dossier(agency, one_stop, take):
    take(books.xlsx([books.row(1), books.row(2)]), "vorher.xlsx")
    changed = books.row(1, **{"Trạng thái": "Đã trả kết quả"})
    one = checked(
        agency, one_stop, books.xlsx([changed, books.row(2), books.row(3), books.row(4, **{"Đánh giá": 9})])
    )
    assert (one.state, counts_of(one)) == ("checked", (4, 1, 1, 1, 1))
    assert Dossier.objects.count() == 2
    assert one.understood["kinds"] == {"rating": 1}
    assert [column["use"] for column in one.understood["columns"][:8]] == [
        "ignored", "field", "field", "field", "field", "field", "personal", "personal",
    ]  # fmt: skip


def test_only_one_stop_desk_and_secretary_import(agency, units):
    clerk = factories.person(agency, Role.CLERK, Role.LEADER, Role.ADMIN)
    with pytest.raises(Refused, match="Một cửa"):
        services.import_upload(agency, name="a.csv", content=io.BytesIO(b"x"), acting=clerk)
    for role in (Role.ONE_STOP, Role.SECRETARY):
        services.import_upload(
            agency, name="a.csv", content=io.BytesIO(b"x"), acting=factories.person(agency, role)
        )


def test_nobody_imports_for_another_agency(agency, other_agency, units):
    stranger = factories.person(other_agency, Role.SECRETARY)
    with pytest.raises(Refused):
        services.import_upload(agency, name="a.csv", content=io.BytesIO(b"x"), acting=stranger)


def test_an_import_is_started_or_given_up_once(agency, one_stop, django_capture_on_commit_callbacks):
    one = checked(agency, one_stop, books.xlsx([books.row(1)]))
    path = one.incoming
    with django_capture_on_commit_callbacks(execute=True):
        services.import_cancel(one, acting=one_stop)
    one.refresh_from_db()
    assert one.state == "cancelled"
    assert not default_storage.exists(path)
    with pytest.raises(IllegalTransition):
        services.import_start(one, acting=one_stop)


def test_files_nobody_goes_on_with_are_deleted_after_a_day(
    agency, one_stop, django_capture_on_commit_callbacks
):
    one = checked(agency, one_stop, books.xlsx([books.row(1)]))
    assert committing.incoming_sweep() == 0
    DossierImport.objects.update(created_at=timezone.now() - dt.timedelta(hours=25))
    with django_capture_on_commit_callbacks(execute=True):
        assert committing.incoming_sweep() == 1
    assert not default_storage.exists(one.incoming)
    one.refresh_from_db()
    assert one.state == "cancelled"


def test_a_file_that_is_too_large_or_of_another_kind_is_not_even_kept(agency, one_stop, settings):
    with pytest.raises(Invalid):
        services.import_upload(agency, name="a.exe", content=io.BytesIO(b"x"), acting=one_stop)
    settings.UPLOAD_MAX_BYTES = 3
    with pytest.raises(Invalid):
        services.import_upload(agency, name="a.csv", content=io.BytesIO(b"xxxx"), acting=one_stop)
    assert not DossierImport.objects.exists()


def test_others_are_told_what_an_import_touched(agency, units, take, monkeypatch):
    from dossiers import events

    told = []
    monkeypatch.setattr(events, "import_committed", [lambda one: told.append(one.touched)])
    take(books.xlsx([books.row(1)]), "a.xlsx")
    take(books.xlsx([books.row(1)]) + b"", "b.xlsx", again=True)
    office = str(units["Văn phòng Sở"].pk)
    assert told[0]["units"] == [office]
    assert dt.datetime.fromisoformat(told[0]["since"]) == dt.datetime(2025, 1, 2, 8, tzinfo=ZONE)
    assert told[1] == {"units": [], "since": None}


def test_two_imports_at_once_get_two_numbers(agency, take):
    assert [take(books.xlsx([books.row(n)]), f"{n}.xlsx").seq for n in (1, 2)] == [1, 2]


def test_a_procedure_without_a_code_is_found_by_its_name_or_asked_about(agency, take):
    header = [name for name in books.HEADER if name != "Mã TTHC"]
    one = take(books.xlsx([books.row(1)], header=header), "a.xlsx")
    assert [error.kind for error in one.row_errors.all()] == ["procedure"]
    Procedure.objects.create(agency=agency, code="1.004111.H19", name="Công bố sử dụng dấu định lượng")
    assert take(books.xlsx([books.row(1)], header=header), "b.xlsx", again=True).new_count == 1


def test_the_failure_of_a_job_is_an_error_for_the_command(agency, units, monkeypatch, take):
    monkeypatch.setattr(staging.Staging, "_insert", lambda *args: 1 / 0)
    with pytest.raises(DomainError):
        take(books.xlsx([books.row(1)]))


def test_rows_of_a_known_form_are_read_by_look_ups(take, units, monkeypatch):
    """Also where a unit has had the same name in several spells, and where a due time is warned of."""
    unit = units["Văn phòng Sở"]
    OrgUnitVersion.objects.create(
        agency=unit.agency,
        unit=unit,
        name=unit.name,
        short_name=unit.short_name,
        abbreviation=unit.abbreviation,
        valid_from=dt.date(2020, 1, 1),
        valid_to=dt.date(2024, 12, 31),
    )
    Procedure.objects.create(
        agency=unit.agency,
        code=books.ROW["Mã TTHC"],
        name=books.ROW["Tên thủ tục hành chính"],
        regulated_time=20,
    )
    thorough = []
    understand = RowReader.understand

    def counted(self, number, cells):
        thorough.append(number)
        return understand(self, number, cells)

    monkeypatch.setattr(RowReader, "understand", counted)
    one = take(books.xlsx([books.row(number) for number in range(1, 60)]))
    assert (one.new_count, one.warning_count, one.understood["kinds"]) == (59, 59, {"due_disagrees": 59})
    assert len(thorough) == 1


@pytest.mark.parametrize("sign", ["\0", "\x01", "\x1f"])
def test_signs_nobody_sees_are_left_out(agency, one_stop, sign):
    rows = [books.row(number) for number in range(1, 80)]
    rows[70]["Cán bộ thụ lý"] = f"Thu{sign}Trang"
    rows[71]["Mã hồ sơ"] += sign
    rows[72]["Trạng thái"] = f"Không{sign} rõ"
    one = services.import_now(agency, name="a.csv", content=io.BytesIO(books.text(rows)), acting=None)
    assert (one.new_count, one.rejected_count) == (78, 1)
    assert Dossier.objects.filter(agency=agency, officer_code="ThuTrang").count() == 1


def test_what_a_line_gives_is_what_is_loaded():
    assert quick.FACTS == staging.LOADED
