"""Each measured rule of Annex I: a paper with exactly one fault is told by the rule it breaks."""

import datetime as dt
import io
from functools import lru_cache

import pikepdf
import pytest
from django.utils.translation import gettext

from documents.content import PaperContent
from documents.formcheck import check_paper
from documents.rendering import render
from documents.rendering.sheet import IssueFacts
from tests.documents import samples

FACTS = IssueFacts(7, dt.date(2025, 2, 9))
LONG = "Trưởng các phòng, đơn vị phổ biến Mục tiêu chất lượng đến toàn thể công chức, viên chức của đơn vị. "
TABLE = {
    "type": "table",
    "columns": [{"title": "STT", "width": 10}, {"title": "Nội dung công việc", "width": 90}],
    "rows": [{"cells": [{"text": str(number)}, {"text": "Việc cần làm"}]} for number in range(1, 40)],
}


@lru_cache
def content_of(sort):
    """A short decision; `long` runs to a second page, `annexed` has two annexes, one with a long table."""
    data = samples.decision_data() | {"annexes": []}
    data["bases"] = data["bases"][:2]
    data["body"] = [
        {"type": "article", "text": LONG, "points": ["Ban ISO và các phòng;", "Văn phòng Sở."]},
        {"type": "article", "text": "Quyết định này có hiệu lực kể từ ngày ký."},
    ]
    if sort == "long":
        data["body"][0]["points"] = [LONG.strip()] * 14
    if sort == "annexed":
        listing = {"type": "list", "style": "number", "items": [LONG.strip()]}
        data["annexes"] = [
            {"title": "Mục tiêu chất lượng", "blocks": [listing]},
            {"title": "Kế hoạch thực hiện", "orientation": "landscape", "blocks": [TABLE]},
        ]
    if sort == "letter":
        data |= {"kind": "letter", "symbol": "SKHCN-TĐC", "preamble": "", "enacting": "", "bases": []}
        data["addressees"] = ["Các phòng, đơn vị thuộc Sở"]
    if sort == "plan":
        data |= {"kind": "plan", "symbol": "KH-SKHCN", "preamble": "", "enacting": "", "bases": []}
        paragraph = {"type": "paragraph", "text": LONG}
        data["body"] = [
            {"type": "section", "title": f"Phần {name}", "blocks": [paragraph]} for name in ("một", "hai")
        ]
    return PaperContent.model_validate(data)


def faults_of(pdf):
    return {one.rule for one in check_paper(pdf).faults}


@pytest.mark.parametrize("sort", ["short", "long", "annexed", "letter", "plan"])
def test_a_paper_in_form_has_no_fault(sort):
    report = check_paper(render.paper_render(content_of(sort), FACTS).pdf)
    assert report.ok, [f"{one.rule}: {one.found} ({one.expected})" for one in report.faults]
    rules = {one.rule for one in report.findings}
    wanted = {"First-line indent", "Even edges", "Line spacing", "Paragraph spacing", "Image of the seal"}
    assert {gettext(one) for one in wanted} <= rules


@pytest.mark.parametrize(
    ("rule", "css", "sort"),
    [
        ("Colour of the text", ".paper .motto { color: #1a3f8c }", "short"),
        ("Left margin", ".paper { margin-left: -3mm }", "short"),
        ("Left margin", ".paper { margin-left: 8mm }", "short"),
        ("Right margin", ".paper { margin-right: -7mm }", "short"),
        ("Top margin", ".paper { margin-top: -4mm }", "short"),
        ("Bottom margin", "@page { margin-bottom: 6mm }", "long"),
        ("Page number", "@page :first { @top-center { content: counter(page) } }", "short"),
        ("Page number", "@page { @top-center { font-size: 10pt } }", "long"),
        ("Page number", "@page { @top-center { font-style: italic } }", "long"),
        ("Page number", "@page { @top-center { width: 30mm; margin-left: 130mm } }", "long"),
        ("Page number", "@page { @top-center { content: none } }", "long"),
        ("Page number", "@page :nth(1 of annex-2) { counter-reset: page 3 }", "annexed"),
        ("National name", ".paper .country { font-weight: normal }", "short"),
        ("National name", ".paper .country { font-size: 11pt }", "short"),
        ("Place of the national name", ".paper .letterhead { margin-left: -25mm }", "short"),
        ("Motto", ".paper .motto { font-style: italic }", "short"),
        ("Motto", ".paper .motto { font-size: 12pt }", "short"),
        ("Rule under the motto", ".paper .ruled::after { width: 50% }", "short"),
        ("Rule under the motto", ".paper .ruled::after { display: none }", "short"),
        ("Place of the motto", ".paper .motto { text-align: right }", "short"),
        ("Superior agency", ".paper .parent { font-size: 14pt }", "short"),
        ("Issuing agency", ".paper .agency { font-weight: normal }", "short"),
        ("Issuing agency", ".paper .agency { font-size: 13.5pt }", "short"),
        ("Rule under the agency", ".paper .agency .ruled-part::after { width: 90% }", "short"),
        ("Number and symbol", ".paper .number p { font-size: 12pt }", "short"),
        ("Number and symbol", ".paper .number p { font-style: italic }", "short"),
        ("Place of the number", ".paper .number { text-align: left }", "short"),
        ("Place and date", ".paper .dateline p { font-style: normal }", "short"),
        ("Place of the date", ".paper .dateline { text-align: left }", "short"),
        ("Sizes in the head", ".paper .dateline p { font-size: 14pt }", "short"),
        ("Kind of paper", ".paper .kind { font-size: 16pt }", "short"),
        ("Place of the kind", ".paper .title { padding-left: 30mm }", "short"),
        ("Title", ".paper .title .ruled-part { font-weight: normal }", "short"),
        ("Rule under the title", ".paper .title .ruled-part::after { display: none }", "short"),
        ("Rule under the title", ".paper .title .ruled-part::after { width: 100% }", "short"),
        ("Place of the title", ".paper .title .ruled-part { padding-left: 20mm }", "short"),
        ("Who decides", ".paper .preamble { font-weight: normal }", "short"),
        ("Words of decision", ".paper .enacting { font-size: 12pt }", "short"),
        ("Place of the words of decision", ".paper .enacting { text-align: left }", "short"),
        ("Subject of a letter", ".paper .number .about { font-style: italic }", "letter"),
        ("Subject of a letter", ".paper .number .about { font-size: 14pt }", "letter"),
        ("Addressee", ".paper .addressees p { font-weight: bold }", "letter"),
        ("Legal basis", ".paper .basis { font-size: 12pt }", "short"),
        ("Legal basis", ".paper .basis { font-weight: bold }", "short"),
        ("Article", ".paper .body b { font-weight: normal }", "short"),
        ("Heading of a part", ".paper .section { font-weight: normal }", "plan"),
        ("Text", ".paper .body p { font-size: 12pt }", "short"),
        ("Text", ".paper .body p { font-size: 15pt }", "short"),
        ("First-line indent", ".paper .just, .paper .basis { text-indent: 0 }", "short"),
        ("First-line indent", ".paper .just, .paper .basis { text-indent: 11.5mm }", "short"),
        ("First-line indent", ".paper .just, .paper .basis { text-indent: 20mm }", "short"),
        ("Even edges", ".paper .just, .paper .basis { text-align: left }", "short"),
        ("Line spacing", ".paper .body p { line-height: 1 }", "short"),
        ("Line spacing", ".paper .body p { line-height: 2 }", "short"),
        ("Paragraph spacing", ".paper .body p { padding-top: 2pt }", "short"),
        ("Recipients, label", ".paper .recipients .label { font-style: normal }", "short"),
        ("Recipients, list", ".paper .recipients { font-size: 12pt }", "short"),
        ("Authority and position of the signer", ".paper .position { font-weight: normal }", "short"),
        ("Authority and position of the signer", ".paper .position { font-size: 12pt }", "short"),
        ("Name of the signer", ".paper .name { font-style: italic }", "short"),
        ("Place of the name", ".paper .name { text-align: right }", "short"),
        ("Image of the signature", ".paper .corner.start { left: 40mm }", "short"),
        ("Annex, label", ".paper .annex-label { font-weight: normal }", "annexed"),
        ("Annex, title", ".paper .annex-title { font-size: 15pt }", "annexed"),
        ("Annex, reference", ".paper .annex-reference { font-style: normal }", "annexed"),
        ("Place of an annex's head", ".paper .annex-title { text-align: left }", "annexed"),
        ("Head of a table", ".paper table.grid thead { display: table-row-group }", "annexed"),
    ],
)
def test_a_fault_of_setting_is_named(rule, css, sort, monkeypatch):
    pages = render.page_styles
    loud = css if "@" in css else css.replace(" }", " !important }").replace(";", " !important;")
    monkeypatch.setattr(render, "page_styles", lambda content: f"{pages(content)}\n{loud}")
    assert gettext(rule) in faults_of(render.paper_render(content_of(sort), FACTS).pdf)


@pytest.mark.parametrize(
    ("rule", "before", "after", "sort"),
    [
        ("National name", "CỘNG HÒA XÃ HỘI", "CỘNG HOÀ XÃ HỘI", "short"),
        ("Form of the motto", "Độc lập - Tự do - Hạnh phúc", "Độc lập-Tự do-Hạnh phúc", "short"),
        ("Form of the number", "Số: 07/", "Số: 7/", "short"),
        ("Form of the number", "Số: 07/", "Số: 07 / ", "short"),
        ("Form of the date", "tháng 02 năm", "tháng 2 năm", "short"),
        ("Form of the date", "ngày 09 tháng", "ngày 9 tháng", "short"),
        ("Form of the date", "Đồng Nai, ngày", "Đồng Nai ngày", "short"),
        ("Legal bases, ends", "hành chính nhà nước;", "hành chính nhà nước.", "short"),
        ("Article", "Điều 2.", "Điều 3.", "short"),
        ("End of the text", "./.", ".", "short"),
        ("Recipients", "Nơi nhận:", "Gửi:", "short"),
        ("Recipients, ends", "- Như Điều 3;", "- Như Điều 3.", "short"),
        ("Recipients, last line", "- Lưu: VT", "- Lưu: Ban ISO", "short"),
        ("Authority and position of the signer", "GIÁM ĐỐC</p>", "Giám đốc</p>", "short"),
        ("Form of the name", ">Trịnh Bảo Long<", ">TS. Trịnh Bảo Long<", "short"),
        ("Annex, number", "Phụ lục II", "Phụ lục 2", "annexed"),
        ("Annex, title in capitals", "KẾ HOẠCH THỰC HIỆN", "Kế hoạch thực hiện", "annexed"),
        ("Annex, reference", "(Kèm theo", "(Gửi theo", "annexed"),
    ],
)
def test_a_fault_of_wording_is_named(rule, before, after, sort, monkeypatch):
    html = render.sheet_html
    assert before in html(render.sheet_of(content_of(sort), FACTS))
    monkeypatch.setattr(render, "sheet_html", lambda sheet: html(sheet).replace(before, after))
    assert gettext(rule) in faults_of(render.paper_render(content_of(sort), FACTS).pdf)


def _changed(pdf, change):
    with pikepdf.open(io.BytesIO(pdf)) as document:
        change(document)
        out = io.BytesIO()
        document.save(out)
    return out.getvalue()


def _letter_size(document):
    for page in document.pages:
        page.mediabox = [0, 0, 612, 792]


def _other_font(document):
    for font in document.pages[0].Resources.Font.values():
        font.BaseFont = pikepdf.Name("/Arial")


def _loose_font(document):
    for font in document.pages[0].Resources.Font.values():
        del font.DescendantFonts[0].FontDescriptor["/FontFile2"]


def _decomposed(document):
    for font in document.pages[0].Resources.Font.values():
        data = font.ToUnicode.read_bytes()
        font.ToUnicode.write(data.replace(b"<00e0>", b"<00610300>").replace(b"<00E0>", b"<00610300>"))


def _bare(document):
    del document.Root.Metadata


def _moved_seal(document):
    fields = document.Root.AcroForm.Fields
    seal = next(field for field in fields if str(field.T) == "ChuKyCoQuan")
    left, bottom, right, top = (float(value) for value in seal.Rect)
    seal.Rect = [left + 90, bottom, right + 90, top]


@pytest.mark.parametrize(
    ("rule", "change"),
    [
        ("Paper size", _letter_size),
        ("Font", _other_font),
        ("Font", _loose_font),
        ("Unicode", _decomposed),
        ("Archival and accessible form", _bare),
        ("Image of the seal", _moved_seal),
    ],
)
def test_a_fault_of_the_file_is_named(rule, change):
    pdf = render.paper_render(content_of("short"), FACTS).pdf
    assert gettext(rule) in faults_of(_changed(pdf, change))


def test_every_rule_of_the_checker_has_a_fault_that_names_it():
    proven = {
        row[0]
        for test in (
            test_a_fault_of_setting_is_named,
            test_a_fault_of_wording_is_named,
            test_a_fault_of_the_file_is_named,
        )
        for mark in test.pytestmark
        for row in mark.args[1]
    }
    measured = set()
    for sort in ("short", "annexed", "letter", "plan"):
        measured |= {
            one.rule for one in check_paper(render.paper_render(content_of(sort), FACTS).pdf).findings
        }
    assert measured <= {gettext(rule) for rule in proven}
