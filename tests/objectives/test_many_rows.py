"""Every list of the yearly cycle costs as many queries for 20 rows as for 2; every table is a file too."""

import datetime as dt
import io
import re

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from docx import Document

from objectives import services
from objectives.models import MaintenancePlan, ManualEntry, ObjectiveReview, ObjectiveSet, PlanItem
from objectives.selectors.province import overview
from objectives.services import plans, plans_import, sets_import
from objectives.word_tables import table_docx
from qms.models import Role
from tests import factories
from tests.objectives import build, plan_build

pytestmark = pytest.mark.usefixtures("english")
FEW, MANY = 2, 20


@pytest.fixture(autouse=True)
def january(frozen):
    frozen(2026, 1, 12)


def at(name, *args):
    return reverse(f"objectives:{name}", args=args)


def cost(client, urls):
    """How many queries every address takes, once everything cached is cached."""
    found = {}
    for name, url in urls.items():
        build.status_of(client, url)
        with CaptureQueriesContext(connection) as captured:
            assert build.status_of(client, url) == 200, name
        found[name] = len(captured)
    return found


def same(few, many):
    assert {name: (few[name], many[name]) for name in few if few[name] != many[name]} == {}


class Year:
    """Objectives of 2025 in force, a review of them and people, that all can grow."""

    def __init__(self, agency, people):
        self.agency, self.people, self.count = agency, people, 0
        self.set = build.into_force(build.draft(agency, people), people)
        services.set_tell(self.set, due=dt.date(2026, 1, 20), message="Mời đọc", acting=people.secretary)
        self.review = None

    def grow(self, to):
        """Up to so many targets with figures, units, readers, sets of units, review lines, comments."""
        type(self.set).objects.filter(pk=self.set.pk).update(state="draft")
        self.set.refresh_from_db()
        by = {"acting": self.people.secretary}
        while self.count < to:
            self.count += 1
            unit = factories.unit(self.agency, f"Phòng số {self.count}", code=f"U{self.count}")
            factories.person(self.agency, Role.STAFF, unit=unit)
            one = services.objective_add(self.set, text=f"Mục tiêu {self.count}", **by)
            target = services.target_add(
                one, text="Đạt", label="đạt", figure=100, formula="MANUAL", units=[unit], **by
            )
            services.task_add(one, text="Làm", leads=[unit], time_text="Quý I", **by)
            services.objective_set_create(
                agency=self.agency, year=2025, title="Của phòng", unit=unit, acting=self.people.secretary
            )
            for quarter in (1, 2):
                ManualEntry.objects.create(
                    agency=self.agency,
                    target=target,
                    unit=unit,
                    period=f"2025-Q{quarter}",
                    numerator=1,
                    denominator=2,
                    state="waiting",
                    entered_by=self.people.head,
                )
        type(self.set).objects.filter(pk=self.set.pk).update(state="in_force")
        self.set.refresh_from_db()
        ObjectiveReview.objects.all().delete()
        self.review = services.review_start(self.set, kind="year", **by)
        for number in range(to):
            services.review_comment(self.review, text=f"Ý kiến {number}", acting=self.people.committee_head)

    def urls(self):
        """Every page and export that lists them."""
        query = "?year=2025"
        one, review = self.set.pk, self.review.pk
        exports = {
            f"{name} {kind}": f"{url}{'&' if '?' in url else '?'}as={kind}"
            for name, url in exports_of(one, review)
            for kind in ("xlsx", "docx")
        }
        return exports | {
            "entry-list": at("entry-list") + query,
            "set-list": at("set-list"),
            "set": at("set", one),
            "review": at("review", review),
            "readers": at("readers", one),
            "coverage": at("coverage", one),
            "year": at("year") + query,
            "year-start": at("year-start", one),
            "unit": at("unit") + query,
        }


def exports_of(one, review):
    """Every table of objectives, by name."""
    query = "?year=2025"
    return [
        ("sets", at("set-list-export")),
        ("set", at("set-export", one)),
        ("figures", at("entry-list-export") + query),
        ("review", at("review-export", review)),
        ("readers", at("readers-export", one)),
        ("coverage", at("coverage-export", one)),
        ("year", at("year-export") + query),
    ]


@pytest.fixture
def year(agency, people):
    return Year(agency, people)


def test_objectives_readers_reviews_and_figures(year, login, people):
    client = login(people.secretary)
    year.grow(FEW)
    few = cost(client, year.urls())
    year.grow(MANY)
    same(few, cost(client, year.urls()))


def test_plans(agency, people, login):
    client = login(people.secretary)
    urls = {
        "plan-list": at("plan-list") + "?year=2030",
        "xlsx": at("plan-list-export"),
        "docx": at("plan-list-export") + "?as=docx",
        "mine": at("plan-mine") + "?year=2030",
        "mine xlsx": at("plan-mine-export") + "?year=2030",
        "mine docx": at("plan-mine-export") + "?year=2030&as=docx",
    }
    plan = plan_build.into_force(plan_build.draft(agency, people, 2030), people, on=dt.date(2026, 1, 5))
    few = cost(client, urls)
    for number in range(MANY):
        plan_build.draft(agency, people, 2031 + number)
    type(plan).objects.filter(pk=plan.pk).update(state="draft")
    plan.refresh_from_db()
    for number in range(MANY):
        plans.item_add(plan, text=f"Việc {number}", leads=people.units, acting=people.secretary)
    type(plan).objects.filter(pk=plan.pk).update(state="in_force")
    assert PlanItem.objects.filter(plan=plan).count() > MANY
    same(few, cost(client, urls))


def test_previews_of_tables(agency, people, login):
    client = login(people.secretary)

    def urls(rows):
        plan = plans.plan_create(agency=agency, year=2026, title="Kế hoạch", acting=people.secretary)
        table = "TT\tNội dung\tChủ trì\tPhối hợp\tThời gian\n" + "".join(
            f"{n}\tViệc {n}\tPhòng Một\tCác phòng có TTHC\tQuý II\n" for n in range(1, rows + 1)
        )
        one = plans_import.import_read(plan, pasted=table, acting=people.secretary)
        draft = services.objective_set_create(
            agency=agency, year=2027, title="Mục tiêu", acting=people.secretary
        )
        table = "TT\tMục tiêu\tMức đạt\tChủ trì\tThời gian\n" + "".join(
            f"{n}\tSố lớp thứ {n}\t≥ 05 lớp\tPhòng Một\tQuý II\n" for n in range(1, rows + 1)
        )
        two = sets_import.import_read(draft, pasted=table, acting=people.secretary)
        return {"plan": one.get_absolute_url(), "objectives": two.get_absolute_url()}

    few = cost(client, urls(FEW))
    MaintenancePlan.objects.all().update(state="superseded")
    ObjectiveSet.objects.filter(year=2027).update(state="superseded")
    same(few, cost(client, urls(MANY)))


def test_the_view_from_above(agency):
    above = factories.agency()
    looker = factories.person(above, Role.SUPERIOR)

    def grow(to):
        while type(agency).objects.filter(parent=above).count() < to:
            one = factories.agency(parent=above)
            who = build.people(one)
            build.into_force(build.draft(one, who), who)

    def queries():
        with CaptureQueriesContext(connection) as captured:
            rows = overview(type(looker).objects.get(pk=looker.pk), 2025)
        return len(rows), len(captured)

    grow(FEW)
    rows, few = queries()
    assert rows == FEW
    grow(FEW * 4)
    rows, many = queries()
    assert (rows, many) == (FEW * 4, few)


# Tables as files


def said_by(client, url):
    """The rows of an export: of Excel, of Word, and what stands above the table in Word."""
    book = openpyxl.load_workbook(io.BytesIO(b"".join(client.get(url).streaming_content)))
    sheet = [list(row) for row in book.active.iter_rows(values_only=True)]
    answer = client.get(url + ("&" if "?" in url else "?") + "as=docx")
    assert answer["Content-Disposition"].endswith('.docx"')
    file = Document(io.BytesIO(b"".join(answer.streaming_content)))
    word = [[cell.text for cell in row.cells] for row in file.tables[0].rows]
    return sheet, word, " ".join(one.text for one in file.paragraphs)


def test_every_table_as_excel_and_as_word(year, login, people, agency):
    year.grow(FEW)
    client = login(people.secretary)
    for name, url in exports_of(year.set.pk, year.review.pk):
        sheet, word, above = said_by(client, url)
        assert len(sheet) == len(word) > 1, name
        assert [str(one) for one in sheet[0]] == word[0], name
        assert agency.name in above, name
    sheet, word, _above = said_by(client, at("entry-list-export") + "?year=2025")
    row = next(row for row in word if row[0] == "Phòng số 1" and "Q1" not in row[4])
    assert row[-3:-1] == ["Chờ xác nhận", str(people.head)]
    sheet, word, above = said_by(client, at("year-export") + "?year=2025")
    assert "2025" in above and len(word) == 1 + 2 + FEW


def test_tables_of_figures_and_of_the_plan_as_excel_and_as_word(year, login, people, agency):
    """Dashboard, target, comparison, form 06a, the plan behind list, Gantt, board, calendar and year page."""
    year.grow(FEW)
    plan = plan_build.into_force(plan_build.draft(agency, people, 2025), people)
    client = login(people.secretary)
    counted, reported = year.set.targets.order_by("created_at")[:2]
    tables = {
        "dashboard": at("dashboard-export") + "?year=2025",
        "compare": at("compare-export") + "?period_a=2025-Q1&period_b=2025-Q2",
        "report": at("report-xlsx") + "?year=2025&by=unit",
        "plan": at("plan-export", plan.pk),
    }
    for name, url in tables.items():
        sheet, word, above = said_by(client, url)
        assert len(sheet) == len(word) > 1, name
        assert [str(one) for one in sheet[0]] == word[0], name
        assert agency.name in above, name
    for target in (counted, reported):
        sheet, word, above = said_by(client, at("target-export", target.pk))
        assert len(sheet) == len(word) and target.text in above
    _sheet, word, _above = said_by(client, tables["compare"])
    assert [row[0] for row in word[1:]] == ["quý I/2025", "quý II/2025"]
    _sheet, word, _above = said_by(client, at("plan-export", plan.pk))
    assert [row[2] for row in word[1:3]] == ["Quý I", "Quý I"]
    pages = {
        at("dashboard") + "?year=2025": at("dashboard-export"),
        at("target", counted.pk): at("target-export", counted.pk),
        at("compare"): at("compare-export"),
        at("plan-board", plan.pk): at("plan-export", plan.pk),
        at("plan-calendar", plan.pk): at("plan-export", plan.pk),
        at("plan-year", plan.pk): at("plan-export", plan.pk),
    }
    for page, table in pages.items():
        links = re.findall(r'href="([^"]+)"', client.get(page).content.decode())
        found = [one for one in links if one.partition("?")[0] == table]
        assert len(found) == 2 and "as=docx" in found[1] and "as=docx" not in found[0], page


def test_the_view_from_above_as_excel_and_as_word(login, db):
    above = factories.agency()
    one = factories.agency(parent=above)
    who = build.people(one)
    build.into_force(build.draft(one, who), who)
    client = login(factories.person(above, Role.SUPERIOR))
    sheet, word, title = said_by(client, at("province-export") + "?year=2025")
    assert len(sheet) == len(word) == 2 and word[1][0] == one.name and "2025" in title
    page = client.get(at("province") + "?year=2025").content.decode()
    assert f'{at("province-export")}?as=docx&amp;year=2025"' in page


def test_people_from_outside_get_what_they_may_see(year, login, other_agency):
    year.grow(FEW)
    client = login(factories.person(other_agency, Role.SECRETARY))
    for name, url in exports_of(year.set.pk, year.review.pk):
        if str(year.set.pk) in url or str(year.review.pk) in url:
            assert build.status_of(client, url) == 404, name
        else:
            assert "Phòng số 1" not in str(said_by(client, url)), name


def test_words_of_a_table_are_what_people_write():
    made = table_docx(
        ["Ngày", "Số", "Tỷ lệ", "Chữ"],
        [[dt.date(2026, 1, 2), 4974, 0.5, "<b>&"], [None, 0, None, ""]],
        title="Bảng",
        agency="Sở",
    )
    rows = [[cell.text for cell in row.cells] for row in Document(io.BytesIO(made)).tables[0].rows]
    pasted = table_docx(["Nguyên\x00nhân"], [["Thiếu\x0bngười\nvà máy"]], title="Bảng\x0c1", agency="Sở\x1f")
    (head,), (cell,) = [
        [cell.text for cell in row.cells] for row in Document(io.BytesIO(pasted)).tables[0].rows
    ]
    assert (head, cell) == ("Nguyên nhân", "Thiếu người\nvà máy"), "what Word cannot hold is left out"
    assert rows[1:] == [["02/01/2026", "4.974", "50\N{NO-BREAK SPACE}%", "<b>&"], ["", "0", "", ""]]
