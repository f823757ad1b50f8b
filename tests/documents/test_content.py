"""The typed content: cleaned, validated, located; text to blocks and back."""

import unicodedata

import pytest

from documents import plaintext
from documents.content import PaperContent, clean_line
from documents.problems import content_parse
from documents.rendering.glyphs import glyph_problems
from tests.documents import samples


def with_changes(**changes):
    return {**samples.decision_data(), **changes}


def test_text_is_composed_and_displaced_marks_are_repaired():
    content = PaperContent.model_validate(
        with_changes(title=unicodedata.normalize("NFD", "Mục tiêu") + " khoa hoc\u0323")
    )
    assert content.title == "Mục tiêu khoa học"


def test_the_same_content_typed_differently_has_the_same_hash():
    composed = PaperContent.model_validate(with_changes(title="Mục  tiêu\tchất lượng "))
    decomposed = PaperContent.model_validate(
        with_changes(title=unicodedata.normalize("NFD", "Mục tiêu chất lượng"))
    )
    assert composed.digest() == decomposed.digest()
    assert composed.digest() != samples.decision().digest()


@pytest.mark.parametrize("letter", ["\u202e", "\u200b", "\x07", "\ufeff", "\ue000", "\u2066"])
def test_invisible_characters_are_refused_with_their_code_and_place(letter):
    data = samples.decision_data()
    data["body"][1]["points"][1] = f"Một{letter} hai"
    content, problems = content_parse(data)
    assert content is None
    assert [problem.where for problem in problems] == ["Điều 2, Điểm b"]
    assert f"U+{ord(letter):04X}" in problems[0].message


def test_a_hard_space_and_vietnamese_quotes_stay():
    assert clean_line("98,2\u00a0% “đạt” … ≥ 95") == "98,2\u00a0% “đạt” … ≥ 95"


def test_characters_the_font_lacks_are_refused_before_rendering_with_their_place():
    data = samples.decision_data()
    data["annexes"][0]["title"] = "Mục tiêu ☑ 中"
    problems = glyph_problems(PaperContent.model_validate(data))
    assert [problem.where for problem in problems] == ["Phụ lục 1, Trích yếu"] or "Phụ lục 1" in problems[
        0
    ].where
    assert "☑" in problems[0].message
    assert "中" in problems[0].message
    assert not glyph_problems(samples.decision())


def test_every_vietnamese_letter_can_be_shown():
    vowels = "aăâeêioôơuưy"
    tones = ["", "\u0300", "\u0301", "\u0309", "\u0303", "\u0323"]
    letters = [unicodedata.normalize("NFC", v + t) for v in vowels for t in tones] + ["đ"]
    text = "".join(letters) + "".join(letters).upper()
    assert not glyph_problems(PaperContent.model_validate(with_changes(title=text)))


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"symbol": "QĐ SKHCN"}, "A symbol"),
        ({"body": []}, "body"),
        ({"signature": {"authority": "KT.", "position": "Phó Giám đốc", "name": "A"}}, "whom"),
        ({"signature": {"authority": "", "name": "A"}}, "position"),
        ({"unknown": 1}, "unknown"),
        ({"layout": {"left": 20}}, "layout"),
    ],
)
def test_what_is_no_paper_is_refused(changes, place):
    content, problems = content_parse(with_changes(**changes))
    assert content is None
    assert problems


def table(rows, columns=3, header=()):
    widths = [34, 33, 33][:columns]
    return {
        "type": "table",
        "columns": [{"title": f"C{i}", "width": width} for i, width in enumerate(widths)],
        "header": header,
        "rows": rows,
    }


def cells(*spans):
    return {"cells": [{"text": "x", "colspan": c, "rowspan": r} for c, r in spans]}


def annexed(block):
    return with_changes(annexes=[{"title": "Bảng", "blocks": [block]}])


def test_merged_and_nested_rows_that_fill_the_table_are_taken():
    rows = [
        cells((3, 1)),
        cells((1, 2), (1, 1), (1, 1)),
        cells((2, 1)),
        cells((1, 1), (2, 1)),
    ]
    content, problems = content_parse(annexed(table(rows)))
    assert content is not None, problems


@pytest.mark.parametrize(
    "rows",
    [
        [cells((1, 1), (1, 1))],
        [cells((2, 1), (2, 1))],
        [cells((1, 2), (1, 1), (1, 1))],
        [cells((1, 2), (2, 1)), cells((1, 1), (1, 1), (1, 1))],
    ],
)
def test_rows_that_do_not_fill_the_table_are_refused(rows):
    content, problems = content_parse(annexed(table(rows)))
    assert content is None
    assert "Phụ lục 1" in problems[0].where


def test_tables_of_more_than_a_thousand_rows_are_refused_with_advice():
    content, problems = content_parse(annexed(table([cells((1, 1), (1, 1), (1, 1))] * 1001)))
    assert content is None
    assert "tách" in problems[0].message


def test_text_to_blocks_and_back_is_the_same():
    content = samples.decision()
    text = plaintext.blocks_to_text(content.body)
    blocks = plaintext.text_to_blocks(text)
    again = PaperContent.model_validate({**samples.decision_data(), "body": blocks})
    assert again.body == content.body
    bases = plaintext.text_to_bases(plaintext.bases_to_text(content))
    assert PaperContent.model_validate({**samples.decision_data(), "bases": bases}).bases == content.bases


def test_a_table_keeps_its_place_while_the_text_around_it_is_edited():
    content = samples.decision()
    annex = content.annexes[1]
    text = plaintext.annex_to_text(annex)
    assert text == "[[Bảng 1]]"
    tables = plaintext.tables_of(annex.blocks)
    blocks = plaintext.text_to_blocks(f"Lời dẫn\n{text}\n- Ghi chú", tables)
    assert [block["type"] for block in blocks] == ["paragraph", "table", "list"]
    assert blocks[1] == tables[0]


def test_sections_clauses_and_points_are_read_from_plain_text():
    blocks = plaintext.text_to_blocks(
        "I. MỤC ĐÍCH\n## Mục đích\n- Một\n- Hai\nII. TỔ CHỨC\n1. Việc một\n2. Việc hai\n"
        "Điều 1. Công bố\n1. Khoản\na) Điểm\nĐoạn sau"
    )
    assert [block["type"] for block in blocks] == ["section", "section"]
    assert blocks[0]["blocks"][0]["blocks"] == [{"type": "list", "style": "dash", "items": ["Một", "Hai"]}]
    article = blocks[1]["blocks"][1]
    assert article["clauses"] == [{"text": "Khoản", "points": ["Điểm"]}]
    assert article["paragraphs"] == ["Đoạn sau"]
