"""The report on procedures: identities of form II.06a, reasons, spreadsheet and PDF."""

import io

import openpyxl
import pytest

from dossiers import delays, selectors
from dossiers.models import Dossier
from dossiers.report import COLUMNS, Report
from objectives import periods
from qms.models import Role
from tests import factories
from tests.dossiers.conftest import TRUTH, sample, take, units  # noqa: F401 - fixtures

pytestmark = pytest.mark.django_db
YEAR = periods.window(periods.year_of(2025))


def test_form_06a_agrees_with_the_truth_and_with_itself(agency, sample):  # noqa: F811
    found = {by: Report(agency, YEAR, by=by) for by in ("field", "procedure", "unit")}
    for report in found.values():
        assert report.broken == []
        for number in COLUMNS:
            assert sum(line.columns[number] for line in report.lines) == report.total.columns[number]
    total = found["unit"].total.columns
    truth = TRUTH["all"]
    assert (total[7], total[8] + total[9], total[10]) == (
        truth["resolved"],
        truth["early_or_on_time"],
        truth["late"],
    )
    assert total[13] == truth["open_overdue"]
    assert found["unit"].total.closed == truth["withdrawn_or_stopped"]
    assert sum(count for _code, _label, count in found["field"].reasons) == total[10] + total[13]


def test_every_cell_leads_to_as_many_dossiers(agency, sample, client):  # noqa: F811
    client.force_login(factories.person(agency, Role.STAFF).user)
    report = Report(agency, YEAR, by="field")
    line = report.lines[0]
    for number in (4, 8, 12):
        listed = client.get(report.link(number, line))
        assert listed.context["page_obj"].paginator.count == line.columns[number], number


def test_every_reason_of_delays_leads_to_its_dossiers(agency, sample, client):  # noqa: F811
    secretary = factories.person(agency, Role.SECRETARY)
    late = list(selectors.trace(agency, delays.LATE, YEAR)[:3])
    delays.delay_explain(late[0], reason="coordination", acting=secretary)
    Dossier.objects.filter(pk=late[1].pk).update(late_reason="staff")
    Dossier.objects.filter(pk=late[2].pk).update(late_reason="coordination")
    client.force_login(secretary.user)
    report = Report(agency, YEAR)
    counted = {code: count for code, _label, count in report.reasons}
    assert (counted["coordination"], counted["staff"]) == (2, 1)
    for code, count in counted.items():
        listed = client.get(report.reason_link(code))
        assert listed.context["page_obj"].paginator.count == count, code
        assert "Lý do" in listed.content.decode()


def test_a_contradiction_shows_as_a_broken_sum(agency, sample):  # noqa: F811
    one = Dossier.objects.filter(status="returned", result_at__year=2025).first()
    Dossier.objects.filter(pk=one.pk).update(result_at=one.received_at.replace(year=2023))
    names = [name for name, _broken in Report(agency, YEAR, by="unit").broken]
    assert one.unit.name in names


def test_page_spreadsheet_and_pdf(agency, sample, client):  # noqa: F811
    secretary = factories.person(agency, Role.SECRETARY)
    late = selectors.trace(agency, delays.LATE, YEAR)
    delays.delay_explain(late.first(), reason="coordination", acting=secretary)
    client.force_login(secretary.user)
    query = "?year=2025&period=2025&by=unit"
    page = client.get(f"/objectives/reports/procedures/{query}")
    assert page.status_code == 200
    assert "Cơ quan phối hợp trả lời chậm" in page.content.decode()
    pdf = client.get(f"/objectives/reports/procedures/pdf/{query}")
    assert pdf.content.startswith(b"%PDF-1.7")
    superior = factories.person(agency, Role.SUPERIOR)
    book = client.get(f"/objectives/reports/procedures/xlsx/{query}")
    rows = list(openpyxl.load_workbook(io.BytesIO(book.getvalue())).active.values)
    assert rows[0][2].startswith("(3)")
    client.force_login(superior.user)
    assert client.get(f"/objectives/reports/procedures/{query}").status_code == 403
    book.close()
