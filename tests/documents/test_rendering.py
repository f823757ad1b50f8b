"""The rendered file: form of Annex I, PDF/A-3a and PDF/UA-1, nothing loaded from outside."""

import datetime as dt
import html
import io
import re
import subprocess
import zlib

import page as validator
import pikepdf
import pytest
from pyhanko.pdf_utils.reader import PdfFileReader

from documents.checks import paper_fonts
from documents.content import PaperContent
from documents.formcheck import check_paper
from documents.formcheck.pdftext import pages_of
from documents.rendering import fonts, streams
from documents.rendering.assets import RenderingFailed
from documents.rendering.render import _layout, paper_render, sheet_html
from documents.rendering.sheet import IssueFacts, sheet_of
from documents.signing import filling
from documents.templatetags.papers import symbols
from qms.exceptions import Invalid
from tests.documents import samples

FACTS = IssueFacts(7, dt.date(2025, 2, 9))


@pytest.fixture(scope="module")
def rendered():
    return paper_render(samples.decision(), FACTS, code="AAAA-BBBB-CCCC")


@pytest.mark.parametrize("profile", ["3a", "ua1"])
def test_one_file_is_archivable_and_accessible(rendered, profile):
    report = validator.validate_pdf_bytes(rendered.pdf, profile=profile)
    assert report.is_compliant, [(one.rule_id, one.message) for one in report.failures]


def test_cells_after_others_that_span_rows_still_know_their_headers():
    data = samples.decision_data()
    columns = [{"title": f"Cột {number}", "width": 20} for number in range(1, 6)]
    cell = {"text": "ô"}
    rows = [
        {"cells": [{"text": "1", "rowspan": 2}, {"text": "hai hàng", "rowspan": 2}, cell, cell, cell]},
        {"cells": [cell, cell, cell]},
        {"cells": [cell] * 5},
    ]
    data["annexes"] = [{"title": "Bảng", "blocks": [{"type": "table", "columns": columns, "rows": rows}]}]
    pdf = paper_render(PaperContent.model_validate(data), FACTS).pdf
    assert validator.validate_pdf_bytes(pdf, profile="ua1").failures == []


def test_the_structure_of_the_file_is_sound(rendered, tmp_path):
    file = tmp_path / "paper.pdf"
    file.write_bytes(rendered.pdf)
    done = subprocess.run(["qpdf", "--check", str(file)], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_measured_rule_of_annex_one_is_kept(rendered):
    report = check_paper(rendered.pdf)
    assert report.ok, [f"{one.rule}: {one.found} ({one.expected})" for one in report.faults]
    assert len(report.findings) > 40
    assert rendered.pages == 4


def test_only_the_bundled_font_is_used(rendered):
    _pages, fonts, _xmp = pages_of(rendered.pdf)
    assert all(name.startswith("Tinos") and embedded for name, embedded in fonts.items())


def licensed(folder, family="Times New Roman"):
    """A font of other name and the same widths, as an agency would put it there."""
    from fontTools.ttLib import TTFont

    for file in fonts.bundled().glob("*.ttf"):
        with TTFont(file) as font:
            style = font["name"].getDebugName(2)
            for record in list(font["name"].names):
                if record.nameID in {16, 17}:
                    font["name"].removeNames(record.nameID)
            for number, text in ((1, family), (4, f"{family} {style}"), (6, f"{family}-{style}")):
                font["name"].setName(text.replace(" ", "" if number == 6 else " "), number, 3, 1, 0x409)
                font["name"].removeNames(number, 1)
            font.save(folder / f"times-{style}.ttf".replace(" ", ""))


def test_an_agency_may_mount_its_own_licensed_font(tmp_path, settings):
    licensed(tmp_path)
    settings.PAPER_FONTS = str(tmp_path)
    assert fonts.family() == "Times New Roman"
    facts = IssueFacts(year=2025, fields=True)
    empty = paper_render(samples.decision().model_copy(update={"annexes": ()}), facts).pdf
    pdf = filling.fill(empty, 7, FACTS.issued_on)
    _pages, names, _xmp = pages_of(pdf)
    assert names and all(name.startswith("TimesNewRoman") or "Times-New" in name for name in names), names
    assert all(names.values())
    assert check_paper(pdf).faults == []
    assert paper_fonts(None) == []
    for profile in ("ua1", "3a"):
        assert validator.validate_pdf_bytes(pdf, profile=profile).is_compliant
    (tmp_path / "lacking").mkdir()
    settings.PAPER_FONTS = str(tmp_path / "lacking")
    assert [one.id for one in paper_fonts(None)] == ["documents.E001"]
    with pytest.raises(fonts.FontsUnusable, match="bold italic"):
        fonts.faces()


def test_the_text_layer_is_composed_and_complete(rendered):
    pages, _fonts, xmp = pages_of(rendered.pdf)
    text = " ".join(line.text for one in pages for line in one.lines)
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in text
    assert "Đồng Nai, ngày 09 tháng 02 năm 2025" in text
    assert "Số: 07/QĐ-SKHCN" in text
    assert "chịu trách nhiệm thi hành Quyết định này./." in text.replace("  ", " ")
    assert "AAAA-BBBB-CCCC" in xmp


def test_the_fields_wait_empty_on_the_page_of_the_signature(rendered):

    reader = PdfFileReader(io.BytesIO(rendered.pdf))
    fields = {str(field["/T"]) for field in (ref.get_object() for ref in reader.root["/AcroForm"]["/Fields"])}
    assert fields == {"ChuKyNguoiKy", "ChuKyCoQuan"}
    assert {box.page for box in rendered.boxes.values()} == {1}


def test_annexes_count_their_pages_from_one_again():
    data = samples.decision_data()
    data["annexes"] = [
        {
            "title": f"Phụ lục số {n}",
            "orientation": way,
            "blocks": [{"type": "list", "style": "number", "items": ["Việc cần làm. " * 40] * 8}],
        }
        for n, way in enumerate(["portrait", "landscape", "landscape"], start=1)
    ]
    report = check_paper(paper_render(PaperContent.model_validate(data), FACTS).pdf)
    numbers = [one for one in report.findings if one.rule == "Số trang"]
    assert all(one.ok for one in numbers), [f"{one.page}: {one.found} ({one.expected})" for one in numbers]
    assert len([one for one in numbers if one.found.startswith("2,")]) >= 4


def test_a_long_table_repeats_its_head_on_every_page():
    data = samples.decision_data()
    row = {"cells": [{"text": str(n)} for n in range(6)]}
    data["annexes"][1]["blocks"][0]["rows"] = [row] * 90
    pages, _fonts, _xmp = pages_of(paper_render(PaperContent.model_validate(data), FACTS).pdf)
    wide = [one for one in pages if one.landscape]
    assert len(wide) > 2
    assert all(any(line.text == "Mục tiêu" for line in one.lines) for one in wide)


def test_missing_characters_stop_before_rendering():
    data = samples.decision_data() | {"title": "Về việc 中"}
    with pytest.raises(Invalid, match="中"):
        paper_render(PaperContent.model_validate(data), FACTS)


@pytest.mark.parametrize(
    "markup",
    [
        '<img src="http://127.0.0.1:9/x.png">',
        '<img src="file:///etc/hostname">',
        '<link rel="stylesheet" href="http://127.0.0.1:9/x.css">',
        '<link rel="attachment" href="file:///etc/hostname">',
        '<style>@import url("http://127.0.0.1:9/x.css");</style>',
        '<p style="background: url(http://127.0.0.1:9/y.png)">x</p>',
        '<object data="file:///etc/hostname"></object>',
    ],
)
def test_a_template_cannot_fetch_anything(markup):
    text = sheet_html(sheet_of(samples.decision(), FACTS)).replace("</body>", f"{markup}</body>")
    with pytest.raises(RenderingFailed):
        document = _layout(text, samples.decision())
        from documents.rendering.metadata import PaperMetadata
        from documents.rendering.render import _write

        _write(document, PaperMetadata("t", "a", "c", "2025-01-01T00:00:00+00:00", "p"))


def test_text_is_never_markup():
    data = samples.decision_data() | {"title": 'Về việc <img src="http://127.0.0.1:9/x.png">'}
    page = sheet_html(sheet_of(PaperContent.model_validate(data), FACTS))
    assert "<img" not in page
    assert "&lt;img" in page


@pytest.mark.parametrize(
    ("number", "day", "expected", "date"),
    [
        (7, dt.date(2025, 5, 9), "07", ("09", "5", "2025")),
        (12, dt.date(2025, 2, 27), "12", ("27", "02", "2025")),
        (148, dt.date(2026, 12, 1), "148", ("01", "12", "2026")),
        (None, None, "", ("", "", "2026")),
    ],
)
def test_numbers_and_dates_are_written_as_the_decree_says(number, day, expected, date):
    facts = IssueFacts(number, day, 2026)
    assert facts.number_text == expected
    assert (facts.day, facts.month, facts.year_text) == date


def test_the_checker_finds_what_is_not_in_form(rendered):

    import pikepdf

    with pikepdf.open(io.BytesIO(rendered.pdf)) as document:
        for one in document.pages:
            one.mediabox = [0, 0, 612, 792]
        out = io.BytesIO()
        document.save(out)
    faults = {one.rule for one in check_paper(out.getvalue()).faults}
    assert "Khổ giấy" in faults
    assert "Lề phải" in faults


def test_the_qr_code_leads_to_the_verification_page_and_keeps_the_form():
    from documents.rendering.qr import modules_of

    content = samples.decision().model_copy(update={"annexes": ()})
    address = "https://cong.example/verify/ABCD-EFGH-JKLM/"
    plain = paper_render(content, FACTS, code="ABCD-EFGH-JKLM")
    made = paper_render(content, FACTS, code="ABCD-EFGH-JKLM", qr_address=address)
    assert made.pages == plain.pages
    assert len(modules_of(address)) in {29, 33}
    assert check_paper(made.pdf).faults == check_paper(plain.pdf).faults == []
    for profile in ("ua1", "3a"):
        assert validator.validate_pdf_bytes(made.pdf, profile=profile).is_compliant


def test_no_stream_ends_in_a_byte_that_reads_as_the_end_of_a_line(rendered):
    """One compressed stream in 256 does by chance; its length would then read as one byte too long."""
    with pikepdf.open(io.BytesIO(rendered.pdf)) as document:
        font = next(one for one in document.objects if isinstance(one, pikepdf.Stream) and "/Length1" in one)
        said = font.read_bytes()
        font.write(zlib.compress(said) + b"\r", filter=pikepdf.Name.FlateDecode)  # decoders stop at the sum
        wrong = io.BytesIO()
        document.save(wrong, fix_metadata_version=False, compress_streams=False)
        (failure,) = validator.validate_pdf_bytes(wrong.getvalue(), profile="3a").failures
        assert "/Length" in str(failure)

        mended = streams.written(document)
        assert font.read_bytes() == said
    assert validator.validate_pdf_bytes(mended, profile="3a").is_compliant


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Nghị định số 30/2020/NĐ-CP ngày 05/3/2020;", ["30/2020/NĐ-CP", "05/3/2020"]),
        ("Quyết định số …/QĐ-SKHCN, và/hoặc <b>07/QĐ-SKHCN</b>", ["…/QĐ-SKHCN", "07/QĐ-SKHCN"]),
        ("https://sokhcn.dongnai.gov.vn/2025/QĐ", []),
    ],
)
def test_a_symbol_is_kept_on_one_line_and_nothing_is_added_to_the_text(text, kept):
    made = str(symbols(text))
    assert re.findall('<span class="whole">([^<]*)</span>', made) == kept
    assert html.unescape(re.sub("</?span[^>]*>", "", made)) == text
    assert "<b>" not in made
