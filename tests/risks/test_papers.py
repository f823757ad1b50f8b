"""The decision with the table and the plan, built from what was approved."""

import pytest
from django.urls import reverse

from documents.content import Kind
from documents.formcheck import check_paper
from documents.models import Paper
from documents.rendering.render import paper_render
from documents.rendering.sheet import IssueFacts
from documents.services import paper_abandon, paper_refresh
from qms.exceptions import Invalid, Refused
from risks import papers
from risks.models import Risk
from risks.services import registers, risks
from risks.services.papering import register_paper
from tests.risks.conftest import TODAY
from tests.risks.test_registers import way  # noqa: F401


@pytest.fixture
def whole(way, make_risk):  # noqa: F811
    make_risk(4, 4, event="Hồ sơ trễ hạn")
    make_risk(kind=Risk.Kind.OPPORTUNITY, event="Rút ngắn thời gian")
    return way()[1]


def test_the_decision_carries_the_table_in_a_landscape_annex(whole, leader, secretary):
    paper = register_paper(whole, purpose=papers.TABLE, signer=leader, acting=secretary)
    content = paper.typed
    assert (paper.kind, content.annexes[0].orientation) == (Kind.DECISION, "landscape")
    assert "Bảng nhận diện, đánh giá, giải quyết rủi ro và cơ hội năm 2026" in content.title
    sections = content.annexes[0].blocks
    tables = [block for section in sections for block in section.blocks if block.type == "table"]
    assert len(tables) == 2 and all(len(table.columns) == 15 for table in tables)
    texts = [cell.text for cell in tables[0].rows[0].cells]
    assert any("Hồ sơ trễ hạn" in text for text in texts) and "16\nCao" in texts
    assert texts[-1] == "15/06/\n2027", (
        "the next look is a year after the approval, its year on a line of its own"
    )
    whole.refresh_from_db()
    assert whole.decision == paper


# Millimetres of a landscape page between its margins, of the cells' padding, and of the widest figures
TEXT_WIDTH, PADDING = 247, 2.9
WIDEST = {"08/06/": 10.2, "31/07/2025": 19.7, "2×3=6": 10.2, "Trung": 9.6, "Không": 10.6, "TT": 5.2, "M": 3.7}


def test_no_figure_and_no_word_of_a_narrow_column_is_torn_apart(whole, leader, secretary):
    """What stands in each narrow column fits its width at the size of the table (11 and 12 points)."""
    asked = {
        papers.TABLE: (
            (0, "TT"),
            (8, "M"),
            (9, "M"),
            (12, "2×3=6"),
            (12, "Trung"),
            (13, "Không"),
            (14, "08/06/"),
        ),
        papers.PLAN: ((4, "31/07/2025"),),
    }
    for purpose, pairs in asked.items():
        paper = register_paper(whole, purpose=purpose, signer=leader, acting=secretary)
        block = paper.typed.annexes[0].blocks[0]
        table = block if block.type == "table" else block.blocks[0]
        assert sum(column.width for column in table.columns) == 100
        for number, text in pairs:
            room = table.columns[number].width / 100 * TEXT_WIDTH - PADDING
            assert room >= WIDEST[text], (text, room)


def test_the_plan_lists_every_action(whole, leader, secretary, staff):
    paper = register_paper(whole, purpose=papers.PLAN, signer=leader, acting=secretary)
    table = paper.typed.annexes[0].blocks[0]
    assert len(table.rows) == 2
    assert any(staff.full_name in cell.text for cell in table.rows[0].cells)


def test_papers_say_what_was_approved_not_what_changed_since(whole, leader, secretary):
    paper = register_paper(whole, purpose=papers.TABLE, signer=leader, acting=secretary)
    before = paper.content_hash
    risks.risk_change(Risk.objects.get(kind="risk"), acting=None, event="Đổi sau khi duyệt")
    assert paper_refresh(paper, acting=secretary).content_hash == before


def test_a_paper_is_made_once_and_again_after_it_was_given_up(whole, leader, secretary, staff):
    with pytest.raises(Refused):
        register_paper(whole, purpose=papers.TABLE, signer=leader, acting=staff)
    paper = register_paper(whole, purpose=papers.TABLE, signer=leader, acting=secretary)
    with pytest.raises(Invalid):
        register_paper(whole, purpose=papers.TABLE, signer=leader, acting=secretary)
    paper_abandon(paper, reason="Soạn lại", acting=secretary)
    assert register_paper(whole, purpose=papers.TABLE, signer=leader, acting=secretary) != paper


def test_only_the_approved_register_of_the_agency_becomes_a_paper(scaled, unit, staff, leader, secretary):
    part = registers.register_open(scaled, acting=staff, year=2026, unit=unit)
    with pytest.raises(Invalid):
        register_paper(part, purpose=papers.TABLE, signer=leader, acting=secretary)


def test_the_page_drafts_both_papers(whole, leader, secretary, login):
    client = login(secretary)
    assert client.get(whole.get_absolute_url()).context["show_papers"]
    for what in ("table", "plan"):
        url = reverse("risks:paper-draft", args=[whole.pk, what])
        assert client.get(url).status_code == 200
        made = client.post(url, {"signer": leader.pk})
        assert made.url in {one.get_absolute_url() for one in Paper.objects.all()}
    page = client.get(whole.get_absolute_url())
    assert page.context["decision_paper"] and page.context["plan_paper"]


def test_the_papers_pass_the_form_checker(whole, leader, secretary):
    """Rendered and read back by the independent checker of official form."""
    for purpose in (papers.TABLE, papers.PLAN):
        paper = register_paper(whole, purpose=purpose, signer=leader, acting=secretary)
        report = check_paper(paper_render(paper.typed, IssueFacts(7, TODAY)).pdf)
        assert report.ok, [f"{one.rule}: {one.found} ({one.expected})" for one in report.faults]
