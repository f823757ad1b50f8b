"""The pages: the way of a file from upload to result, lists that equal figures, scopes and roles."""

import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from dossiers import registration, selectors
from dossiers.models import Dossier, DossierImport, Procedure, ProcedureVersion
from qms import jobs, registry, search
from qms.models import Agency, AuditEntry, Job, Role
from tests import factories
from tests.dossiers import books
from tests.dossiers.conftest import TRUTH, year

pytestmark = pytest.mark.django_db


def upload(client, content, name="export.xlsx"):
    file = SimpleUploadedFile(name, content)
    return client.post(reverse("dossiers:import-upload"), {"file": file})


def run_waiting():
    """What the worker does."""
    for job in Job.objects.filter(state="queued"):
        jobs.run(job.pk)


def page(client, name, *args, **query):
    response = client.get(reverse(f"dossiers:{name}", args=args), query)
    assert response.status_code == 200
    return response.content.decode()


def test_a_file_goes_from_upload_over_the_check_to_the_result(login, one_stop):
    client = login(one_stop)
    content = books.xlsx(
        [books.row(1), books.row(2, **{"Trạng thái": "Sắp xong"})], titles=["(Xuất lúc 30/06/2025 10:00)"]
    )
    response = upload(client, content)
    one = DossierImport.objects.get()
    assert response.url == one.get_absolute_url()
    assert "import-progress" in page(client, "import-detail", one.pk)
    run_waiting()
    check = page(client, "import-detail", one.pk)
    assert "Sắp xong" in check
    assert "Riêng Tư" not in check and "075123456789" not in check
    assert [item.url for item in registration.import_work(one_stop)] == [one.get_absolute_url()]
    assert not Dossier.objects.exists()
    client.post(reverse("dossiers:import-start", args=[one.pk]))
    run_waiting()
    one.refresh_from_db()
    assert (one.state, one.new_count, one.rejected_count, one.imported_by) == ("committed", 1, 1, one_stop)
    result = page(client, "import-detail", one.pk)
    assert "Sắp xong" in result
    assert list(registration.import_work(one_stop)) == []
    assert one_stop.notifications.filter(topic="dossiers").count() == 1
    listed = page(client, "dossier-list", seq=one.seq)
    assert "000.00.16.H19-250102-0001" in listed


def test_the_progress_reloads_the_page_when_the_state_has_changed(login, one_stop):
    client = login(one_stop)
    upload(client, books.xlsx([books.row(1)]))
    one = DossierImport.objects.get()
    url = one.get_absolute_url()
    part = client.get(url, {"state": "checking"}, headers={"HX-Request": "true"})
    assert "HX-Refresh" not in part
    assert b"<html" not in part.content
    run_waiting()
    part = client.get(url, {"state": "checking"}, headers={"HX-Request": "true"})
    assert part["HX-Refresh"] == "true"


def test_a_refused_file_says_why(login, one_stop):
    client = login(one_stop)
    assert upload(client, b"x", "a.pdf").status_code == 422
    upload(client, b"not a workbook", "a.xlsx")
    run_waiting()
    one = DossierImport.objects.get()
    assert one.state == "failed"
    assert one.reason in page(client, "import-detail", one.pk)


def test_the_same_file_is_recognised_on_the_check_page(login, one_stop, take):
    content = books.xlsx([books.row(1)])
    first = take(content)
    client = login(one_stop)
    upload(client, content)
    run_waiting()
    second = DossierImport.objects.exclude(pk=first.pk).get()
    assert first.get_absolute_url() in page(client, "import-detail", second.pk)
    client.post(reverse("dossiers:import-cancel", args=[second.pk]))
    second.refresh_from_db()
    assert second.state == "cancelled"
    page(client, "import-detail", second.pk)


def test_a_file_without_a_moment_takes_the_day_the_person_enters(login, one_stop):
    client = login(one_stop)
    upload(client, books.xlsx([books.row(1)]))
    run_waiting()
    one = DossierImport.objects.get()
    assert 'name="as_of"' in page(client, "import-detail", one.pk)
    client.post(reverse("dossiers:import-start", args=[one.pk]), {"as_of": "30/06/2025"})
    run_waiting()
    one.refresh_from_db()
    assert one.as_of.isoformat() == "2025-06-30T16:59:59+00:00"


def test_the_refused_rows_come_as_a_workbook(login, one_stop, take):
    one = take(books.text([books.row(1, **{"Đơn vị thụ lý": "=Phòng Lạ"})]), "a.csv")
    response = login(one_stop).get(reverse("dossiers:import-errors", args=[one.pk]))
    rows = list(openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content))).active.values)
    assert len(rows) == 2
    assert rows[1][0] == 2
    assert rows[1][2:4] == ("Đơn vị thụ lý", "=Phòng Lạ")


def test_a_figure_leads_to_exactly_its_dossiers(login, agency, units, one_stop, sample):
    client = login(one_stop)
    whole, quarters = year()
    unit = units["Phòng Quản lý Khoa học"]
    for key, window, where, expected in [
        ("late", whole, None, TRUTH["all"]["late"]),
        ("open_overdue", quarters[1], None, TRUTH["quarters"][1]["open_overdue"]),
        ("suspended", whole, unit, TRUTH["units"][unit.name]["suspended"]),
        ("late+open_overdue", whole, None, TRUTH["all"]["late"] + TRUTH["all"]["open_overdue"]),
    ]:
        response = client.get(selectors.trace_url(key, window, unit=where))
        assert response.context["page_obj"].paginator.count == expected


def test_lists_filter_sort_and_search_without_accents(login, one_stop, sample):
    client = login(one_stop)

    def found(**query):
        return client.get(reverse("dossiers:dossier-list"), query).context["page_obj"].paginator.count

    assert found() == 6000
    assert found(q="chung chi nhan vien buc xa") == 478
    assert found(q="H19-250822-0001") == 1
    assert found(status="stopped") == 64
    assert found(**{"from": "01/01/2025", "to": "31/12/2025"}) == 5325
    assert found(fact="nonsense", unit="x", **{"from": "31/31/2025"}) == 6000
    rows = client.get(reverse("dossiers:dossier-list"), {"sort": "received"}).context["rows"]
    assert rows[0].received_at == min(row.received_at for row in rows)


def test_the_filtered_list_is_exported(login, one_stop, sample):
    client = login(one_stop)
    response = client.get(reverse("dossiers:dossier-export"), {"status": "stopped"})
    book = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content)))
    assert len(list(book.active.values)) == 65
    assert AuditEntry.objects.filter(verb="qms.export.downloaded").count() == 1


def test_a_dossier_tells_what_each_import_changed(login, one_stop, take):
    early = books.row(1, **{"Trạng thái": "Đang giải quyết", "Ngày có kết quả": "", "Đánh giá": ""})
    take(books.xlsx([early]), "a.xlsx")
    take(books.xlsx([books.row(1)]), "b.xlsx")
    content = page(login(one_stop), "dossier-detail", Dossier.objects.get().pk)
    assert "a.xlsx" in content and "b.xlsx" in content
    assert "<del>Đang giải quyết</del>" in content
    assert "<ins>08/01/2025 09:00</ins>" in content


def test_every_kind_of_dossier_has_its_page(login, one_stop, sample):
    client = login(one_stop)
    for status in Dossier.objects.order_by("status").values_list("status", flat=True).distinct():
        dossier = Dossier.objects.filter(status=status).first()
        assert dossier.code in page(client, "dossier-detail", dossier.pk)
    asked = Dossier.objects.exclude(supplement_requested_at=None).first()
    page(client, "dossier-detail", asked.pk)


def test_procedures_show_the_counts_of_the_year(login, one_stop, sample):
    content = page(login(one_stop), "procedure-list", year=2025)
    assert "5.269" in content and "4.974" in content


@pytest.mark.parametrize(("day", "said"), [("99/99/2025", "ngày"), ("31/12/2090", "chưa đến")])
def test_a_day_of_the_export_that_cannot_be_is_asked_again(login, one_stop, agency, day, said):
    """Taking the present instead would import with another moment, and lose “all or nothing”."""
    factories.unit(agency, "Văn phòng Sở")
    client = login(one_stop)
    bad = books.row(2, **{"Ngày tiếp nhận": "32/01/2025"})
    upload(client, books.xlsx([books.row(1), bad]))
    run_waiting()
    one = DossierImport.objects.get()
    asked = {"as_of": day, "all_or_nothing": "on"}
    answer = client.post(reverse("dossiers:import-start", args=[one.pk]), asked)
    assert answer.status_code == 422
    (told,) = answer.context["start_form"].errors["as_of"]
    assert said in told.lower()
    assert told in answer.content.decode()
    run_waiting()
    one.refresh_from_db()
    assert (one.state, Dossier.objects.count()) == ("checked", 0)


def test_rows_with_an_unknown_word_are_taken_along_to_be_mended(login, one_stop, agency):
    """After the import nothing is asked any more; what was rejected is offered for download."""
    factories.unit(agency, "Văn phòng Sở")
    client = login(one_stop)
    upload(client, books.xlsx([books.row(1), books.row(2, **{"Trạng thái": "Đang bay"})]))
    run_waiting()
    one = DossierImport.objects.get()
    client.post(reverse("dossiers:import-start", args=[one.pk]))
    run_waiting()
    content = client.get(one.get_absolute_url()).content.decode()
    for name in ("import-rejected", "import-errors"):
        assert reverse(f"dossiers:{name}", args=[one.pk]) in content
    assert "phần lớn sẽ hết khi" not in content


def test_the_catalogue_of_procedures_is_searched_and_taken_along(login, one_stop, take):
    """By words without accents or a part of the code; the workbook holds what the page shows."""
    other = {"Mã TTHC": "1.002542.H19", "Tên thủ tục hành chính": "Cấp giấy phép bưu chính"}
    take(books.xlsx([books.row(1), books.row(2, **other), books.row(3, **other)]))
    client = login(one_stop)
    for asked in ({"q": "buu chinh"}, {"q": "002542"}):
        content = page(client, "procedure-list", year=2025, **asked)
        assert "Cấp giấy phép bưu chính" in content
        assert "Công bố sử dụng dấu định lượng" not in content
        answer = client.get(reverse("dossiers:procedure-export"), asked)
        book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
        ((code, name, *_rest, received, resolved, _late, _open),) = list(book.active.values)[1:]
        assert (code, name, received, resolved) == ("1.002542.H19", other["Tên thủ tục hành chính"], 2, 2)
    assert "Không có thủ tục nào khớp" in page(client, "procedure-list", q="không có")


def test_the_list_of_imports_is_taken_along_as_it_is_filtered(login, one_stop, take):
    take(books.xlsx([books.row(1), books.row(2), books.row(3, **{"Ngày tiếp nhận": "không rõ"})]))
    client = login(one_stop)
    for state, lines in (("committed", 1), ("failed", 0), ("", 1)):
        answer = client.get(reverse("dossiers:import-list-export"), {"state": state})
        book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
        head, *found = book.active.values
        assert len(found) == lines
        assert head[4:9] == ("Dòng đọc được", "Thêm mới", "Cập nhật", "Không đổi", "Dòng lỗi")
        for line in found:
            assert line[4:9] == (3, 2, 0, 0, 1)


def test_a_procedure_changes_from_a_day_on_and_keeps_what_it_was(login, one_stop, take):
    take(books.xlsx([books.row(1)]))
    procedure = Procedure.objects.get()
    client = login(one_stop)
    url = reverse("dossiers:procedure-change", args=[procedure.pk])
    values = {
        "name": procedure.name,
        "field": "Đo lường",
        "online_level": "full",
        "regulated_unit": "working_days",
        "after_supplement": "continues",
    }
    assert client.post(url, values | {"regulated_time": "5"}).status_code == 302
    assert client.post(url, values | {"regulated_time": "3,5", "on": "01/07/2026"}).status_code == 302
    assert client.post(url, values | {"regulated_time": "2", "on": "01/06/2026"}).status_code == 422
    procedure.refresh_from_db()
    assert (float(procedure.regulated_time), str(procedure.valid_from)) == (3.5, "2026-07-01")
    version = ProcedureVersion.objects.get(known_to=None)
    assert (
        client.post(url, values | {"regulated_time": "3,5", "after_supplement": "restarts"}).status_code
        == 302
    )
    assert "tính lại sau bổ sung" in client.get(reverse("dossiers:procedure-list")).content.decode()
    assert (float(version.regulated_time), str(version.valid_to)) == (5.0, "2026-06-30")
    assert AuditEntry.objects.filter(verb="dossiers.procedure.changed").count() == 3
    assert "30/06/2026" in client.get(url).content.decode()


@pytest.mark.parametrize(
    ("status", "result", "word"),
    [("result", True, "Đã giải quyết, không có hạn"), ("processing", False, "Trong hạn")],
)
def test_a_dossier_without_a_due_time_is_never_late(login, one_stop, take, status, result, word):
    take(books.xlsx([books.row(1)]))
    dossier = Dossier.objects.get()
    at = dossier.result_at if result else None
    Dossier.objects.update(due_original_at=None, status=status, result_at=at)
    client = login(one_stop)
    assert word in client.get(reverse("dossiers:dossier-list")).content.decode()
    assert word in client.get(dossier.get_absolute_url()).content.decode()
    dossier.refresh_from_db()
    assert "–" in registration.dossier_facts(dossier).evidence


@pytest.mark.parametrize("role", [role for role in Role if role != Role.SUPERIOR])
def test_everyone_of_the_agency_reads_and_few_import(login, agency, role, take):
    one = take(books.xlsx([books.row(1)]))
    client = login(factories.person(agency, role))
    for name, args in [
        ("dossier-list", []),
        ("procedure-list", []),
        ("import-list", []),
        ("import-detail", [one.pk]),
        ("dossier-detail", [Dossier.objects.get().pk]),
    ]:
        page(client, name, *args)
    may = role in {Role.SECRETARY, Role.ONE_STOP}
    assert client.get(reverse("dossiers:import-upload")).status_code == (200 if may else 403)
    start = client.post(reverse("dossiers:import-start", args=[one.pk]))
    assert start.status_code == (302 if may else 403)


def test_a_superior_agency_sees_no_single_dossier(login, agency):
    client = login(factories.person(agency, Role.SUPERIOR))
    assert client.get(reverse("dossiers:dossier-list")).status_code == 403


def test_what_belongs_to_another_agency_does_not_exist(login, other_agency, take):
    one = take(books.xlsx([books.row(1)]))
    client = login(factories.person(other_agency, Role.SECRETARY))
    for name, pk in [
        ("import-detail", one.pk),
        ("dossier-detail", Dossier.objects.get().pk),
        ("procedure-change", Procedure.objects.get().pk),
    ]:
        assert client.get(reverse(f"dossiers:{name}", args=[pk])).status_code == 404
    for name in ("import-start", "import-cancel"):
        assert client.post(reverse(f"dossiers:{name}", args=[one.pk])).status_code == 404


def test_two_and_many_rows_cost_the_same_number_of_queries(
    login, one_stop, take, django_assert_max_num_queries, django_assert_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = login(one_stop)

    def cost(name):
        with CaptureQueriesContext(
            connection,
        ) as captured:
            page(client, name)
        return len(captured)

    take(books.xlsx([books.row(n) for n in (1, 2)]), "a.xlsx")
    few = [cost(name) for name in ("dossier-list", "procedure-list", "import-list")]
    kinds = [{"Mã TTHC": f"1.00{n:04d}.H19", "Tên thủ tục hành chính": f"Thủ tục {n}"} for n in range(30)]
    take(books.xlsx([books.row(n + 10, **kind) for n, kind in enumerate(kinds)]), "b.xlsx")
    take(books.xlsx([books.row(1, **{"Đánh giá": 4})]), "c.xlsx")
    assert [cost(name) for name in ("dossier-list", "procedure-list", "import-list")] == few


def test_the_search_box_finds_dossiers_by_code_and_procedures_by_name(agency, other_agency, one_stop, take):
    take(books.xlsx([books.row(1)]))
    assert [hit.title for hit in search.find(one_stop, "250102-0001")] == ["000.00.16.H19-250102-0001"]
    assert [hit.kind for hit in search.find(one_stop, "dau dinh luong")] == ["dossiers.procedure"]
    stranger = factories.person(other_agency, Role.SECRETARY)
    assert search.find(stranger, "250102-0001") == search.find(stranger, "dau dinh luong") == []


def test_everything_of_an_agency_is_portable():
    names = [entry.name for entry in registry.portable if entry.name.startswith("dossiers.")]
    models = {entry.model for entry in registry.portable}
    from django.apps import apps

    kept_here = set(registry.not_portable)
    assert set(apps.get_app_config("dossiers").get_models()) <= models | kept_here
    assert (
        names.index("dossiers.procedure")
        < names.index("dossiers.dossier")
        < names.index("dossiers.dossier_version")
    )


def test_the_administration_shows_facts_read_only(client, sample):
    from qms.models import User

    root = User.objects.create_superuser("root", "root@example.invalid", "mat-khau-thu-1")
    client.force_login(root)
    for name in (
        "dossier",
        "dossierversion",
        "dossierimport",
        "importrowerror",
        "procedure",
        "importprofile",
    ):
        assert client.get(reverse(f"admin:dossiers_{name}_changelist")).status_code in {200, 302}


def test_the_demonstration_may_be_loaded_twice(db, monkeypatch):
    import datetime as dt

    from dossiers import demo, generator

    agency = factories.agency(code="DEMO", is_demo=True)
    for name in generator.UNITS:
        factories.unit(agency, name, valid_from=dt.date(2020, 1, 1))
    monkeypatch.setattr("qms.clock.today", lambda: dt.date(2026, 2, 10))
    for _time in range(2):
        demo.load(Agency.objects.get(code="DEMO"))
    assert [one.file_name for one in DossierImport.objects.order_by("seq")] == [
        "one_stop_2025.xlsx",
        "mot_cua_2026.xlsx",
    ]
    assert not DossierImport.objects.exclude(rejected_count=0).exists()
    whole, quarters = year()
    tallies = selectors.counts(agency, windows=[whole, *quarters])
    assert tallies.of(whole) == TRUTH["all"]
    assert [tallies.of(quarter) for quarter in quarters] == TRUTH["quarters"]
    assert not Procedure.objects.filter(regulated_time=None).exists()
