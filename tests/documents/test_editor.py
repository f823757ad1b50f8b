"""The editor: what its buttons do to a text, and that nothing is lost between two clicks."""

import io

import pytest
from django.urls import reverse
from docx import Document
from docx.enum.section import WD_ORIENT

from documents.content import PaperContent
from documents.editing import cards, grid
from documents.editing import state as editing
from documents.models import PaperVersion
from documents.problems import content_parse
from documents.rendering.sheet import IssueFacts
from documents.rendering.word import paper_docx
from qms.exceptions import Invalid
from tests.documents import samples
from tests.documents.forms import fields_of

SECTIONS = [
    {"type": "section", "title": "Một", "blocks": [{"type": "paragraph", "text": "Trong mục một."}]},
    {
        "type": "section",
        "title": "Hai",
        "blocks": [
            {"type": "section", "title": "Hai một", "blocks": [{"type": "paragraph", "text": "Sâu hơn."}]},
            {"type": "list", "style": "dash", "items": ["Gạch một", "Gạch hai"]},
        ],
    },
]


def plan_content():
    data = {**samples.decision_data(), "kind": "plan", "symbol": "KH-SKHCN", "preamble": "", "enacting": ""}
    return PaperContent.model_validate({**data, "body": SECTIONS, "annexes": []})


def of(state):
    content, problems = content_parse(state.data()[0])
    assert content is not None, [str(one) for one in problems]
    return content


def test_a_text_goes_through_the_editor_unchanged():
    decision = samples.decision()
    assert of(editing.from_content(decision)).digest() == decision.digest()


def test_a_section_moves_with_all_it_heads():
    state = editing.from_content(plan_content())
    names = [card.get("title") for card in state.body]
    assert names == ["Một", None, "Hai", "Hai một", None, None]
    editing.apply(state, "up:body:2", {})
    assert state.focus == "body-0"
    titles = [block.title for block in of(state).body]
    assert titles == ["Hai", "Một"]
    editing.apply(state, "down:body:0", {})
    assert [block.title for block in of(state).body] == ["Một", "Hai"]
    assert cards.numbered(state.body)[:4] == ["I.", "", "II.", "1."]


def test_parts_are_added_copied_and_removed():
    state = editing.from_content(samples.decision())
    editing.apply(state, "add:body:0:article", {})
    state.body[1]["text"] = "Điều mới:\n1. Khoản một\na) Điểm một\n2. Khoản hai"
    made = of(state).body[1]
    assert [clause.text for clause in made.clauses] == ["Khoản một", "Khoản hai"]
    assert made.clauses[0].points == ("Điểm một",)
    editing.apply(state, "copy:annexes:0", {})
    assert [annex.title for annex in of(state).annexes[:2]] == ["Mục tiêu chất lượng năm 2025"] * 2
    editing.apply(state, "remove:annexes:0", {})
    editing.apply(state, "remove:body:1", {})
    assert of(state).digest() == samples.decision().digest()


@pytest.mark.parametrize(
    "op", ["remove:body:99", "up:nothing:1", "row-add:body:0:0", "split:annexes-7-cards:0:0:0"]
)
def test_a_button_for_what_is_not_there_is_refused(op):
    with pytest.raises(Invalid):
        editing.apply(editing.from_content(samples.decision()), op, {})


def rows(*texts):
    return [{"cells": [grid.blank(text) for text in line], "kind": "normal"} for line in texts]


def whole(table, width):
    return (
        content_parse(
            {
                **samples.decision_data(),
                "annexes": [
                    {
                        "title": "Bảng",
                        "blocks": [
                            {
                                "type": "table",
                                "columns": [{"title": "Cột", "width": 100 // width}] * width,
                                "rows": table,
                            }
                        ],
                    }
                ],
            }
        )[1]
        == []
    )


def test_no_operation_on_a_table_leaves_a_hole():
    table = rows("ab", "cd", "ef", "gh")
    table = grid.merge(table, 2, 0, 0, "below")
    assert table[0]["cells"][0]["text"] == "a\nc"
    assert table[0]["cells"][0]["rowspan"] == 2
    for changed in (
        grid.row_add(table, 2, 0),
        grid.row_remove(table, 2, 0),
        grid.row_move(table, 2, 1, 1),
        grid.merge(table, 2, 0, 0, "right"),
        grid.split(table, 2, 0, 0),
    ):
        assert whole(changed, 2)
    assert grid.row_add(table, 2, 0)[0]["cells"][0]["rowspan"] == 3, "a new row inside a span joins it"
    assert whole(grid.column_add(table, 2, 0) and grid.column_remove(grid.column_add(table, 2, 0), 3, 1), 2)
    assert len(grid.row_remove(rows("ab"), 2, 0)) == 1, "a table keeps a row"


def test_rows_are_pasted_from_a_spreadsheet():
    pasted = grid.pasted("1\tRà soát\tPhòng Một\n2\tĐánh giá\n\n", 3)
    assert [[cell["text"] for cell in row["cells"]] for row in pasted] == [
        ["1", "Rà soát", "Phòng Một"],
        ["2", "Đánh giá", ""],
    ]


def test_widths_are_fitted_to_a_hundred():
    columns = [{"width": 50}, {"width": 50}, {"width": 50}, {"width": 1}]
    grid.widths_even(columns)
    assert sum(column["width"] for column in columns) == 100
    assert min(column["width"] for column in columns) >= 2


def test_a_copy_for_word_has_the_form_and_every_text():
    file = Document(io.BytesIO(paper_docx(samples.decision(), IssueFacts(year=2025))))
    assert [one.orientation for one in file.sections] == [
        WD_ORIENT.PORTRAIT,
        WD_ORIENT.PORTRAIT,
        WD_ORIENT.LANDSCAPE,
    ]
    assert {round(one.left_margin.mm) for one in file.sections} == {30}
    assert file.styles["Normal"].font.name == "Times New Roman"
    texts = [paragraph.text for paragraph in file.paragraphs]
    assert "QUYẾT ĐỊNH" in texts
    assert any(text.startswith("Điều 2. Trách nhiệm") for text in texts)
    table = next(one for one in file.tables if one.rows[0].cells[0].text == "STT")
    assert "tblHeader" in table.rows[0]._tr.xml
    assert len(table.rows) == 6
    assert any("KT. GIÁM ĐỐC" in cell.text for one in file.tables for row in one.rows for cell in row.cells)


# Through the pages


def at(name, *args):
    return reverse(f"documents:{name}", args=args)


@pytest.mark.django_db
def test_a_button_changes_the_form_and_saves_nothing(office, draft, login):
    client = login(office.drafter)
    page = client.get(at("paper-edit", draft.pk))
    data = fields_of(page.content.decode(), "editor") | {"body-0-text": "Sửa dở dang"}
    added = client.post(
        at("paper-edit", draft.pk), data | {"op": "add:body:0:article"}, HTTP_HX_REQUEST="true"
    )
    html = added.content.decode()
    assert "<html" not in html
    assert added["HX-Trigger-After-Swap"] == "content-changed"
    assert "Sửa dở dang" in html
    again = fields_of(f'<form id="editor">{html}</form>', "editor")
    assert again["body-count"] == "4"
    plain = client.post(at("paper-edit", draft.pk), data | {"op": "add:body:0:article"})
    assert "<html" in plain.content.decode(), "it works without JavaScript too"
    draft.refresh_from_db()
    assert draft.version == 1
    empty = client.post(at("paper-preview", draft.pk), data | {"body-0-text": ""}).content.decode()
    assert "Chưa in được" in empty
    assert "Điều 2." in empty, "the preview stays while a text is still missing"
    broken = client.post(at("paper-edit", draft.pk), {"body-count": "3"}, HTTP_HX_REQUEST="true")
    assert broken.status_code == 422


@pytest.mark.django_db
def test_each_save_keeps_a_version_and_an_older_one_can_be_taken_back(office, draft, login):
    client = login(office.drafter)
    data = fields_of(client.get(at("paper-edit", draft.pk)).content.decode(), "editor")
    client.post(at("paper-edit", draft.pk), data | {"body-2-text": "Quyết định này có hiệu lực ngay."})
    draft.refresh_from_db()
    assert list(draft.versions.values_list("number", flat=True)) == [2, 1]
    page = client.get(at("paper-versions", draft.pk)).content.decode()
    assert "<del>" in page
    assert "<ins>ngay</ins>" in page.replace("<ins> ngay", "<ins>ngay")
    stale = client.post(at("paper-edit", draft.pk), data | {"body-0-text": "Cũ"})
    assert stale.status_code in {302, 409, 422}
    draft.refresh_from_db()
    assert draft.version == 2, "somebody else's version is not overwritten"
    client.post(at("paper-take-back", draft.pk, 1))
    draft.refresh_from_db()
    assert draft.version == 3
    assert draft.typed == samples.decision()
    with pytest.raises(Exception, match="append-only"):
        PaperVersion.objects.filter(paper=draft).update(number=9)


def test_a_comparison_reads_by_part_and_word():
    from documents.comparing import compare

    data = samples.decision_data()
    data["title"] = "Về việc công bố Mục tiêu chất lượng năm 2026\ncủa Sở Khoa học và Công nghệ"
    data["body"].insert(1, {"type": "article", "text": "Một điều hoàn toàn mới."})
    data["annexes"].pop(0)
    found = {one.words: one for one in compare(samples.decision(), PaperContent.model_validate(data))}
    title = [line for line in found["Phần đầu văn bản"].lines if line.kind == "changed"]
    assert [(one.kind, one.text) for one in title[0].pieces][-2:] == [("gone", "2025"), ("new", "2026")]
    assert found["Điều 2"].kind == "new"
    assert any(one.kind == "gone" for one in found.values())
    assert "Điều 3" not in found, "an article that only got another number did not change"
    assert compare(samples.decision(), samples.decision()) == []


@pytest.mark.django_db
def test_files_of_a_draft_are_made_of_what_is_typed(office, draft, login, other_agency):
    client = login(office.drafter)
    data = fields_of(client.get(at("paper-edit", draft.pk)).content.decode(), "editor")
    made = client.post(at("paper-pdf", draft.pk), data)
    assert made["Content-Type"] == "application/pdf"
    assert made.content[:5] == b"%PDF-"
    word = client.get(at("paper-docx", draft.pk))
    assert word.content[:2] == b"PK"
    long = {**samples.decision_data()}
    long["annexes"][1]["blocks"][0]["rows"] = [{"cells": [{"text": str(n)} for n in range(6)]}] * 300
    draft.content = PaperContent.model_validate(long).model_dump(mode="json")
    draft.save(update_fields=["content"])
    assert client.get(at("paper-pdf", draft.pk)).status_code == 302, "too long to draw while one waits"


@pytest.mark.django_db
def test_a_comment_stands_at_its_part_until_it_is_settled(office, draft, login):
    client = login(office.head)
    client.post(at("paper-comment", draft.pk), {"place": "body-1", "text": "Nêu rõ thời hạn."})
    comment = draft.comments.get()
    assert comment.place_words.startswith("Điều 2: ")
    wrong = client.post(at("paper-comment", draft.pk), {"place": "body-77", "text": "Không có phần này."})
    assert wrong.status_code == 422
    client = login(office.drafter)
    assert "Nêu rõ thời hạn." in client.get(at("paper-edit", draft.pk)).content.decode()
    assert client.post(at("comment-settle", comment.pk)).status_code == 302
    assert "Nêu rõ thời hạn." not in client.get(at("paper-edit", draft.pk)).content.decode()
    assert "Nêu rõ thời hạn." in client.get(draft.get_absolute_url()).content.decode()
