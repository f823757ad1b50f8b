"""Tables of objectives pasted or uploaded: parts understood, figures read, taken over with their nesting."""

import datetime as dt
from decimal import Decimal

import pytest
from django.urls import reverse

from objectives import figure_words, papers, services
from objectives.models import ImplementingTask, ObjectiveSet, QualityObjective, RoleGroup, SetImport, Target
from objectives.services import sets_import
from qms.exceptions import IllegalTransition, Invalid, Refused
from qms.models import AuditEntry, Role
from tests import factories
from tests.objectives.test_tables import word

ROWS = [
    ["STT", "Mục tiêu", "Nhiệm vụ", "Đơn vị chủ trì", "Đơn vị phối hợp", "Thời gian"],
    ["(1)", "(2)", "(3)", "(4)", "(5)", "(6)"],
    [
        "1",
        "Tỷ lệ hồ sơ đúng hạn đạt tối thiểu 98%, mức độ hài lòng đạt ít nhất 95,5%",
        "Tiếp nhận hồ sơ\nTrả kết quả hồ sơ",
        "Các phòng/đơn vị có TTHC",
        "Phòng Một",
        "Thường xuyên",
    ],
    ["2", "Công chức được bồi dưỡng", "1.1. Lập danh sách", "P1", "", "Quý II và cả năm"],
    ["", "", "1.1.1. Chọn lớp", "Phòng Hai, Sở Tài chính", "", "khi cần"],
    ["", "", "1.2. Cử đi học", "P1", "", "Tháng 7,8"],
]
MERGES = [((3, 1), (5, 1)), ((3, 0), (5, 0))]
BY_DEPTH = (
    "TT\tMục tiêu\tMức đạt\tChủ trì\tThời gian\n"
    "I\tNâng cao năng lực\t\t\t\n1\tSố lớp mở trong năm\t≥ 05 lớp\t\t\n2\tMở lớp\t\tP1\tQuý II\n"
    "2.1\tMời giảng viên\t\tP2\tQuý I\nII\tBan hành quy chế\t\t\t\n"
)


@pytest.fixture
def empty(agency, people):
    return services.objective_set_create(
        agency=agency, year=2026, title="Mục tiêu 2026", acting=people.secretary
    )


@pytest.mark.parametrize(
    ("text", "goal"),
    [
        ("Đạt tối thiểu 98%", (">=", "98", "%")),
        ("từ 97,5 % trở lên", (">=", "97.5", "%")),
        ("tỷ lệ trễ không quá 2%", ("<=", "2", "%")),
        ("trên 90 phần trăm", (">", "90", "%")),
        ("dưới 3%", ("<", "3", "%")),
        ("= 100 %", ("=", "100", "%")),
        ("không dưới 1.200 lượt", (">=", "1200", "lượt")),
        ("Mở ít nhất 02 lớp trong năm 2026", (">=", "2", "lớp")),
        ("Ban hành quy chế năm 2026", None),
        ("Theo Nghị định số 61/2018/NĐ-CP", None),
    ],
)
def test_figures_are_read_as_people_write_them(text, goal):
    found = figure_words.read(text)
    assert (found and (found.operator, f"{found.figure:f}", found.unit)) == goal


def test_a_sentence_with_several_figures_is_cut_where_it_pauses():
    text = "100% công chức (cả 2%) được bồi dưỡng, tập huấn; mở ít nhất 02 lớp. Trên 90% hài lòng, đúng hẹn"
    assert figure_words.pieces(text) == [
        "100% công chức (cả 2%) được bồi dưỡng, tập huấn",
        "mở ít nhất 02 lớp",
        "Trên 90% hài lòng, đúng hẹn",
    ]


@pytest.mark.django_db
def test_a_word_table_with_merged_cells_becomes_objectives_targets_and_tasks(empty, people):
    batch = sets_import.import_read(
        empty, name="mt.docx", content=word(ROWS, MERGES), acting=people.secretary
    )
    assert [line.kind for line in sets_import.import_lines(batch)] == [
        *("objective", "target", "target", "task", "task"),
        *("objective", "target", "task", "subtask", "task"),
    ]
    sets_import.import_take(batch, acting=people.secretary)
    one, two = empty.objectives.order_by("order")
    assert (one.number, one.text, two.number) == ("1", ROWS[2][1], "2")
    first, second = one.targets.order_by("order")
    assert (first.formula, first.figure, first.operator) == ("RESOLVED", Decimal(98), ">=")
    assert (second.formula, second.figure, second.code) == ("MANUAL", Decimal("95.5"), "1b")
    assert two.targets.get().formula == "MILESTONE"
    tasks = {task.text: task for task in ImplementingTask.objects.prefetch_related("parties__unit")}
    assert tasks["Chọn lớp"].parent == tasks["Lập danh sách"] and tasks["Cử đi học"].parent is None
    assert tasks["Trả kết quả hồ sơ"].leads[0].group == RoleGroup.PROCEDURE_UNITS
    assert tasks["Lập danh sách"].time_text == "Quý II và cả năm"
    assert tasks["Lập danh sách"].timeframe.is_continuous
    assert tasks["Chọn lớp"].time_text == "khi cần" and "Sở Tài chính" in tasks["Chọn lớp"].method
    assert AuditEntry.objects.filter(verb="objectives.set.imported").count() == 1
    with pytest.raises(IllegalTransition):
        sets_import.import_take(batch, acting=people.secretary)


@pytest.mark.django_db
def test_one_column_is_understood_by_the_depth_of_its_numbers(empty, people):
    batch = sets_import.import_read(empty, pasted=BY_DEPTH, acting=people.secretary)
    kinds = [(line.number, line.kind) for line in sets_import.import_lines(batch)]
    assert kinds[:4] == [("I", "objective"), ("1", "target"), ("", "task"), ("", "subtask")]
    sets_import.import_take(batch, acting=people.secretary)
    counted, milestone = Target.objects.order_by("objective__order")
    assert (counted.formula, counted.planned, counted.measure_unit) == ("COUNT", 5, "lớp")
    assert milestone.formula == "MILESTONE" and milestone.text == "Ban hành quy chế"


@pytest.mark.django_db
def test_problems_are_located_and_nothing_is_half_done(empty, people, login):
    client = login(people.secretary)
    pasted = (
        "Mã\tĐiều hướng tới\tMức phải đạt\n7\tĐúng hạn\t≥ 120 %\n"
        "7\tHài lòng\tđạt 9x5\n8\tGhi chú chung\t98 %\n"
    )
    made = client.post(reverse("objectives:set-import-upload", args=[empty.pk]), {"pasted": pasted})
    batch = SetImport.objects.get()
    assert made.url == batch.get_absolute_url() and not client.get(made.url).context["lines"]
    client.post(made.url, {"column-0": "number", "column-1": "objective", "column-2": "figure", "start": "1"})
    page = client.get(made.url)
    where = [(problem.where, problem.value) for problem in page.context["problems"]]
    assert where == [
        ("Dòng 2, cột C (Mức phải đạt)", "≥ 120 %"),
        ("Dòng 3, cột A (Mã)", "7"),
        ("Dòng 3, cột C (Mức phải đạt)", "đạt 9x5"),
    ]
    with pytest.raises(Invalid):
        sets_import.import_take(batch, acting=people.secretary)
    take = reverse("objectives:set-import-take", args=[batch.pk])
    assert client.post(take).url == made.url and not empty.objectives.exists()
    keys = [line.key for line in page.context["lines"]]
    chosen = {f"kind-{key}": "left_out" for key in keys[:4]}
    assert client.post(take, chosen).url == empty.get_absolute_url()
    assert [one.text for one in empty.objectives.all()] == ["Ghi chú chung"]
    assert "Đã lấy" in client.get(made.url).content.decode()


@pytest.mark.django_db
def test_rows_can_be_joined_and_measured_otherwise(empty, people):
    pasted = "TT\tMục tiêu\tNhiệm vụ\n1\tHồ sơ xử lý trên mạng 90%\tViệc một\n\t\tphần nối tiếp"
    batch = sets_import.import_read(empty, pasted=pasted, acting=people.secretary)
    choices = {"2-k-0": {"kind": "joined"}, "1-d-0": {"formula": "ONLINE_ALL"}, "0-x-0": {"kind": "task"}}
    batch = sets_import.import_choose(batch, choices=choices, acting=people.secretary)
    assert set(batch.choices) == {"2-k-0", "1-d-0"}
    sets_import.import_take(batch, acting=people.secretary)
    assert ImplementingTask.objects.get().text == "Việc một phần nối tiếp"
    assert Target.objects.get().formula == "ONLINE_ALL"


@pytest.mark.django_db
def test_only_who_drafts_imports_only_into_a_draft_and_others_find_nothing(
    empty, people, other_agency, login
):
    pasted = "Mục tiêu\tNhiệm vụ\nĐúng hạn 98%\tTiếp nhận"
    with pytest.raises(Refused):
        sets_import.import_read(empty, pasted=pasted, acting=people.staff)
    batch = sets_import.import_read(empty, pasted=pasted, acting=people.secretary)
    client = login(factories.person(other_agency, Role.SECRETARY))
    assert client.get(batch.get_absolute_url()).status_code == 404
    for name in ("set-import-take", "set-import-rows", "set-import-discard"):
        assert client.post(reverse(f"objectives:{name}", args=[batch.pk])).status_code == 404
    ObjectiveSet.objects.filter(pk=empty.pk).update(state="in_review")
    with pytest.raises(Refused):
        sets_import.import_take(batch, acting=people.secretary)
    ObjectiveSet.objects.filter(pk=empty.pk).update(state="draft")
    sets_import.import_discard(batch, acting=people.secretary)
    assert not empty.objectives.exists()


@pytest.mark.django_db
def test_the_figure_beside_an_objective_is_its_target_though_tasks_have_a_column(empty, people):
    rows = (
        "TT\tMục tiêu\tMức đạt\tNhiệm vụ\tChủ trì\n"
        "1\tTrả hồ sơ đúng hạn\t≥ 98 %\tTiếp nhận\tP1\n\t\t\tTrả kết quả\tP2\n"
        "2\tMở lớp bồi dưỡng\t≥ 130 %\t\t\n"
    )
    batch = sets_import.import_read(empty, pasted=rows, acting=people.secretary)
    first, second = [line for line in sets_import.import_lines(batch) if line.kind == "target"]
    assert (first.goal.operator, str(first.goal.figure), first.problems) == (">=", "98", [])
    assert [problem.value for problem in second.problems] == ["≥ 130 %"], "said, not lost"


def test_a_table_of_a_past_year_names_the_units_of_that_year(agency, people, frozen):
    frozen(2026, 5, 4)
    gone = factories.unit(
        agency, "Thanh tra Sở", valid_from=dt.date(2020, 1, 1), valid_to=dt.date(2025, 6, 30)
    )
    table = "TT\tMục tiêu\tNhiệm vụ\tChủ trì\n1\tGiữ hệ thống\tKiểm tra\tThanh tra Sở\n"

    def led_by(year):
        one = services.objective_set_create(agency=agency, year=year, title="x", acting=people.secretary)
        batch = sets_import.import_read(one, pasted=table, acting=people.secretary)
        return [line.leads for line in sets_import.import_lines(batch) if line.kind == "task"]

    assert led_by(2025) == [[gone]]
    assert led_by(2026) == [[]], "what ended takes on nothing new"


def test_a_column_of_targets_that_holds_only_figures_is_read_as_figures(empty, people):
    rows = (
        "TT\tMục tiêu, nhiệm vụ\tChỉ tiêu\tChủ trì\tThời gian\n"
        "I\tTrả hồ sơ đúng hạn\t\t\t\n1\tHồ sơ cấp phép đúng hạn\t≥ 97,5%\t\t\n"
        "2\tRút ngắn quy trình\t\tPhòng Hai\tQuý II\n"
        "II\tBan hành quy chế\t\t\t\n1\tSoạn thảo\t\tP1\tTháng 3,4\n"
    )
    batch = sets_import.import_read(empty, pasted=rows, acting=people.secretary)
    assert "figure" in batch.columns and "target" not in batch.columns
    sets_import.import_take(batch, acting=people.secretary)
    share, milestone = Target.objects.order_by("objective__order")
    assert (share.code, share.figure, milestone.formula) == ("1", Decimal("97.5"), "MILESTONE")
    assert [row.unit for row in share.reporting.all()] == [
        people.units[1]
    ]  # who leads reports, until changed
    assert not services.missing_parts(empty)

    # What the objectives do not say themselves stands in the annex, under the agency's numbers.
    annex = papers.content(empty, None).annexes[0].blocks[0]
    said = [[cell.text for cell in row.cells] for row in annex.rows]
    assert said == [
        ["I", "Trả hồ sơ đúng hạn", ""],
        ["1", "Hồ sơ cấp phép đúng hạn", "≥\u00a097,5\u00a0%"],
        ["II", "Ban hành quy chế", "đạt mốc"],
    ]
    assert not any("97,5" in warning for warning in papers.set_warnings(empty))

    # Annex and plan are compared: wording, figures that the annex does not state, objectives without work.
    first = empty.objectives.order_by("order").first()
    QualityObjective.objects.filter(pk=first.pk).update(
        text="Trả ≥ 95 % hồ sơ đúng hạn", plan_text="Trả hồ sơ sớm hạn"
    )
    ImplementingTask.objects.filter(objective__in=empty.objectives.exclude(pk=first.pk)).delete()
    told = " ".join(papers.set_warnings(empty))
    for words in ("khác nhau giữa phụ lục và kế hoạch", "97,5", "không có nhiệm vụ"):
        assert words in told, (words, told)
