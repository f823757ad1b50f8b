"""Undoing, mending, all or nothing, personal data switched on, trial runs of the command."""

import datetime as dt
import io

import openpyxl
import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from dossiers import events, generator, personal, services, undoing
from dossiers.models import (
    Dossier,
    DossierImport,
    DossierPersonal,
    DossierVersion,
    ImportProfile,
    Procedure,
)
from dossiers.models.dossier import FACT_COLUMNS
from dossiers.supplements import SETTING
from qms import agency_settings, jobs
from qms.exceptions import Invalid, Refused
from qms.models import AuditEntry, Role
from tests import factories
from tests.dossiers import books, oldbook
from tests.dossiers.conftest import SAMPLE

pytestmark = pytest.mark.django_db
OPEN = {"Trạng thái": "Đang giải quyết", "Ngày có kết quả": "", "Đánh giá": ""}


def facts():
    """Everything an import may change, exactly."""
    return (
        list(Dossier.objects.order_by("code").values_list(*FACT_COLUMNS, "import_seq")),
        list(DossierVersion.objects.order_by("code", "to_seq").values_list(*FACT_COLUMNS, "to_seq")),
        list(Procedure.objects.order_by("code").values_list("code", flat=True)),
    )


def test_an_import_is_undone_exactly(agency, one_stop, take):
    take(books.xlsx([books.row(1, **OPEN), books.row(2)]), "a.xlsx")
    before = facts()
    new = {"Mã TTHC": "1.009999.H19", "Tên thủ tục hành chính": "Thủ tục mới"}
    last = take(books.xlsx([books.row(1), books.row(2), books.row(3, **new)]), "b.xlsx")
    assert facts() != before
    undoing.import_undo(last, reason="Nhầm tệp", acting=one_stop)
    assert facts() == before
    last.refresh_from_db()
    assert (last.state, last.seq, last.reason) == ("undone", 2, "Nhầm tệp")
    assert AuditEntry.objects.filter(verb="dossiers.import.undone").count() == 1
    again = take(books.xlsx([books.row(1), books.row(2), books.row(3, **new)]), "b.xlsx")
    assert (again.seq, again.new_count, again.updated_count) == (3, 1, 1)


def test_what_later_things_rest_on_is_not_undone(agency, other_agency, one_stop, take, monkeypatch):
    first = take(books.xlsx([books.row(1, **OPEN)]), "a.xlsx")
    second = take(books.xlsx([books.row(1)]), "b.xlsx")
    with pytest.raises(Refused, match="2"):
        undoing.import_undo(first, reason="x", acting=one_stop)
    with pytest.raises(Refused):
        undoing.import_undo(second, reason="x", acting=factories.person(agency, Role.LEADER))
    with pytest.raises(Refused):
        undoing.import_undo(second, reason="x", acting=factories.person(other_agency, Role.SECRETARY))
    monkeypatch.setattr(events, "import_rests", [lambda one: "Đã chốt số liệu"])
    with pytest.raises(Refused, match="Đã chốt số liệu"):
        undoing.import_undo(second, reason="x", acting=one_stop)
    assert DossierImport.objects.filter(state="committed").count() == 2


def test_the_page_of_undoing_asks_for_a_reason(login, one_stop, take):
    one = take(books.xlsx([books.row(1)]))
    client = login(one_stop)
    url = reverse("dossiers:import-undo", args=[one.pk])
    assert url in client.get(one.get_absolute_url()).content.decode()
    assert client.post(url, {"reason": ""}).status_code == 422
    assert client.post(url, {"reason": "Nhầm tệp"}).status_code == 302
    assert not Dossier.objects.exists()
    assert "Nhầm tệp" in client.get(one.get_absolute_url()).content.decode()


def test_rejected_rows_are_mended_and_uploaded_again(login, one_stop, take):
    rows = [books.row(1), books.row(2, **{"Trạng thái": "Sắp xong", "Ngày hẹn trả": "31/02/2025"})]
    one = take(books.xlsx(rows, titles=["(Xuất lúc 30/06/2025 10:00)"]))
    response = login(one_stop).get(reverse("dossiers:import-rejected", args=[one.pk]))
    book = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content)))
    sheet = book.active
    titles = [cell.value for cell in sheet[3]]
    assert "Chủ hồ sơ" not in titles
    assert "Riêng Tư" not in str(list(sheet.values))
    mended = dict(zip(titles, sheet[4], strict=True))
    assert mended["Mã hồ sơ"].value == books.row(2)["Mã hồ sơ"]
    assert "Trạng thái" in mended["Lý do không nhận"].value
    mended["Trạng thái"].value, mended["Ngày hẹn trả"].value = "Đã có kết quả", "28/02/2025"
    target = io.BytesIO()
    book.save(target)
    again = take(target.getvalue(), "sua.xlsx")
    assert (again.new_count, again.rejected_count, again.as_of) == (1, 0, one.as_of)


def test_all_or_nothing_leaves_nothing(agency, one_stop):
    content = books.xlsx([books.row(1), books.row(2, **{"Đánh giá": 9})])
    one = services.import_upload(agency, name="a.xlsx", content=io.BytesIO(content), acting=one_stop)
    jobs.run(one.job_id)
    one.refresh_from_db()
    with pytest.raises(Invalid):
        services.import_start(one, acting=one_stop, all_or_nothing=True)
    one.refresh_from_db()
    assert one.state == "checked"
    services.import_start(one, acting=one_stop)


def test_personal_data_is_kept_only_when_switched_on_and_then_encrypted(agency, one_stop, login, take):
    take(books.xlsx([books.row(1)]), "a.xlsx")
    assert not DossierPersonal.objects.exists()
    agency_settings.put(agency, personal.SETTING, ["owner", "telephone"], acting=None)
    take(books.xlsx([books.row(1), books.row(2)]), "b.xlsx")
    lots = DossierPersonal.objects.all()
    assert lots.count() == 2
    assert not any("Riêng" in lot.sealed or "0912345678" in lot.sealed for lot in lots)
    shown = dict(personal.personal_shown(Dossier.objects.first()))
    assert list(shown.values()) == ["T••• T•• R•••• T•", "•••••••678"]
    page = login(one_stop).get(Dossier.objects.first().get_absolute_url()).content.decode()
    assert "T••• T•• R•••• T•" in page and "Riêng Tư" not in page
    assert personal.rotate() == 2
    reader = factories.person(agency, Role.STAFF)
    assert "R••••" not in login(reader).get(Dossier.objects.first().get_absolute_url()).content.decode()


def test_the_command_guesses_refuses_and_tries(agency, units, tmp_path, capsys):
    vendor = generator.VENDORS[2]
    path = tmp_path / "a.xlsx"
    path.write_bytes(vendor.export(generator.read_export(SAMPLE)[:30]))
    call_command("import_dossiers", path, "--guess", "--dry-run", "--agency", agency.code)
    told = capsys.readouterr().out
    assert "Mã số hồ sơ điện tử -> code" in told and "nothing was changed" in told
    assert not Dossier.objects.exists() and not DossierImport.objects.exists()
    call_command("import_dossiers", path, "--guess", "--agency", agency.code)
    assert Dossier.objects.count() == 30
    strange = tmp_path / "b.csv"
    strange.write_bytes(books.text([books.row(1, **{"Trạng thái": "Sắp xong"})]))
    with pytest.raises(CommandError, match="Sắp xong"):
        call_command("import_dossiers", strange, "--guess", "--agency", agency.code)
    with pytest.raises(CommandError, match="No such profile"):
        call_command("import_dossiers", strange, "--profile", "nobody", "--agency", agency.code)
    assert DossierImport.objects.count() == 1


def test_an_old_excel_file_is_read_like_any_other(take):
    rows = [books.row(number) for number in (1, 2, 3)]
    one = take(oldbook.xls([list(rows[0]), *(list(row.values()) for row in rows)]), "cu.xls")
    assert (one.reason, one.new_count, one.rejected_count) == ("", 3, 0)


def test_a_due_time_that_disagrees_with_the_procedure_is_a_warning(agency, take):
    Procedure.objects.create(agency=agency, code="1.004111.H19", name="x", regulated_time=5)
    rows = [books.row(1), books.row(2, **{"Ngày hẹn trả": "29/01/2025 08:00"})]
    one = take(books.xlsx(rows))
    assert [(error.line, error.kind) for error in one.row_errors.all()] == [(3, "due_disagrees")]
    assert one.new_count == 2


def test_after_a_supplement_the_due_time_goes_on_or_starts_again(agency, take):
    """Ten working days, asked after eight of them: what a source may tell depends on the rule."""
    asked = {"Ngày yêu cầu bổ sung": "13/03/2025 08:00", "Ngày nhận bổ sung": "20/03/2025 08:00"}
    done = {"Ngày tiếp nhận": "03/03/2025 08:00", "Ngày có kết quả": "21/03/2025 08:00"}
    dues = ("17/03/2025", "24/03/2025", "03/04/2025", "21/04/2025")
    told = []
    for rule, decided in (("continues", "restarts"), ("restarts", "continues"), ("agency", "restarts")):
        agency_settings.put(agency, SETTING, decided, acting=None, valid_from=dt.date(2025, 1, 1))
        Procedure.objects.update_or_create(
            agency=agency,
            code="1.004111.H19",
            defaults={"name": "x", "regulated_time": 10, "after_supplement": rule},
        )
        rows = [
            books.row(number, **asked, **done, **{"Ngày hẹn trả": f"{due} 08:00"})
            for number, due in enumerate(dues, start=1)
        ]
        one = take(books.xlsx(rows), again=True)
        told.append([dues[error.line - 2] for error in one.row_errors.order_by("line")])
    again = ["24/03/2025", "21/04/2025"]
    assert told == [["03/04/2025", "21/04/2025"], again, again]


def test_profiles_belong_to_their_agency(agency, other_agency, login, one_stop, units):
    ImportProfile.objects.create(agency=other_agency, code="la", name="Nguồn lạ", mapping={})
    page = login(one_stop).get(reverse("dossiers:import-upload")).content.decode()
    assert "Nguồn lạ" not in page
