"""The frame of a paper (Annex I, 1 to 4 and 7 to 9): head, title, signer, recipients, annexes."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import pairwise

from django.utils.translation import gettext as _

from documents.formcheck.findings import Finding, are_set, centred, is_set, mm, share_of
from documents.formcheck.parts import (
    KIND_LINES,
    REFERENCE,
    Placed,
    area_of,
    content,
    find,
    is_annex_label,
    main_lines,
    main_pages,
    rule_under,
    starts_annex,
    title_lines,
    width,
)
from documents.formcheck.pdftext import MM, Line, PageText
from documents.rendering.fields import AGENCY_FIELD, LEADER_FIELD
from documents.rendering.sheet import MOTTO, roman

TITLES = r"^(GS|PGS|TS|ThS|TSKH|BS|KS|CN|NGND|NGƯT)\.? ?[.A-ZĐ]"
"""Academic titles before a name (Annex I, 7: none)."""
HEADS = {(12.0, 13.0, 13.0), (13.0, 14.0, 14.0)}


def check_head(page: PageText) -> Iterator[Finding]:
    """National name, motto, agencies, number, place and date."""
    lines = page.lines
    country = find(lines, f"^{re.escape(MOTTO[0])}$")
    motto = find(lines, r"^Độc lập ?[-–—] ?Tự do ?[-–—] ?Hạnh phúc$")
    yield is_set(_("National name"), country, (12, 13), bold=True, italic=False)
    yield is_set(_("Motto"), motto, (13, 14), bold=True, italic=False)
    if motto is not None:
        yield Finding(_("Form of the motto"), MOTTO[1], motto.text, motto.text == MOTTO[1])
        yield share_of(_("Rule under the motto"), rule_under(page, motto), motto, 0.95, 1.05)
    if country is not None and motto is not None:
        yield centred(_("Place of the motto"), _("centred under the national name"), motto, country.middle)
        right = country.left > page.width * 0.42
        yield Finding(_("Place of the national name"), _("right half"), mm(country.left), right)
    yield from _agencies(page, country)
    yield from _number(page)
    yield from _date(page, country, motto)


def _agencies(page: PageText, country: Line | None) -> Iterator[Finding]:
    beside = [
        line for line in page.lines if country and line.right < country.left + 20 and line.y > country.y - 60
    ]
    names = [line for line in beside if line.text.isupper() and not line.text.startswith("SỐ:")]
    issuing = [line for line in names if line.bold]
    for line in (line for line in names if not line.bold):
        yield is_set(_("Superior agency"), line, (12, 13), bold=False, italic=False)
    yield is_set(_("Issuing agency"), issuing[0] if issuing else None, (12, 13), bold=True, italic=False)
    if not issuing:
        return
    yield share_of(
        _("Rule under the agency"), rule_under(page, issuing[-1]), max(issuing, key=width), 0.32, 0.52
    )
    number = find(page.lines, r"^Số: ?")
    yield centred(_("Place of the number"), _("centred under the agency"), number, issuing[-1].middle, by=2.5)


def _number(page: PageText) -> Iterator[Finding]:
    number = find(page.lines, r"^Số: ?")
    yield is_set(_("Number and symbol"), number, (13, 13), bold=False, italic=False)
    if number is not None:
        ok = bool(re.fullmatch(r"Số: ?(0[1-9]|[1-9]\d+)?/[^\s/]+(-[^\s/]+)*", number.text))
        yield Finding(_("Form of the number"), "Số: 07/QĐ-SKHCN", number.text, ok)
    subject = find(page.lines, r"^V/v ")
    if subject is not None:
        yield is_set(_("Subject of a letter"), subject, (12, 13), bold=False, italic=False)
    to = find(page.lines, r"^Kính gửi:")
    if subject is not None or to is not None:
        yield is_set(_("Addressee"), to, (13, 14), bold=False, italic=False)


def _date(page: PageText, country: Line | None, motto: Line | None) -> Iterator[Finding]:
    if any(line.text == "BIÊN BẢN" for line in page.lines):
        return  # minutes give time and place in their text (form 1.10 of Annex III)
    date = find(page.lines, r"ngày .*tháng .*năm \d{4}$")
    date = date if date is not None and (not motto or motto.y - date.y < 60) else None
    yield is_set(_("Place and date"), date, (13, 14), bold=False, italic=True)
    if date is None:
        return
    form = r".+, ngày (0[1-9]|[12]\d|3[01])? ?tháng (0[12]|[3-9]|1[0-2])? ?năm \d{4}"
    ok = bool(re.fullmatch(form, date.text))
    yield Finding(_("Form of the date"), "…, ngày 05 tháng 3 năm 2025", date.text, ok)
    if country is None or motto is None:
        return
    yield centred(_("Place of the date"), _("centred under the motto"), date, motto.middle)
    sizes = tuple(max(line.sizes) for line in (country, motto, date))
    shown = "/".join(f"{size:g}" for size in sizes)
    yield Finding(_("Sizes in the head"), "12/13/13, 13/14/14", shown, sizes in HEADS)


def check_title(pages: Sequence[PageText]) -> Iterator[Finding]:
    """The kind of paper, what it is about, and what follows them in a decision."""
    page = pages[0]
    index = next((i for i, line in enumerate(page.lines) if line.text in KIND_LINES), None)
    if index is None:
        return
    middle = area_of(main_pages(pages)).middle
    kind = page.lines[index]
    yield is_set(_("Kind of paper"), kind, (13, 14), bold=True, italic=False)
    yield centred(_("Place of the kind"), _("centred"), kind, middle)
    title = title_lines(page, index)
    if not title:
        yield is_set(_("Title"), None, (13, 14), bold=True, italic=False)
        return
    yield are_set(_("Title"), [(1, line) for line in title], (13, 14), bold=True, italic=False)
    yield centred(_("Place of the title"), _("centred"), title[-1], middle)
    yield share_of(_("Rule under the title"), rule_under(page, title[-1]), max(title, key=width), 0.32, 0.52)
    if kind.text == "QUYẾT ĐỊNH":
        yield from _enacting(main_lines(pages), page.lines[index + 1 + len(title) :], middle)


def _enacting(lines: Sequence[Placed], after: Sequence[Line], middle: float) -> Iterator[Finding]:
    """The one who decides, and the words that decide (form 1.2 of Annex III)."""
    head = after[0] if after and after[0].text.isupper() else None
    yield is_set(_("Who decides"), head, (13, 14), bold=True, italic=False)
    placed = next(((page, line) for page, line in lines if line.text == "QUYẾT ĐỊNH:"), None)
    page, words = placed or (1, None)
    yield is_set(_("Words of decision"), words, (13, 14), bold=True, italic=False, page=page)
    yield centred(_("Place of the words of decision"), _("centred"), words, middle, page)


def check_closing(pages: Sequence[PageText]) -> Iterator[Finding]:
    """Recipients and signer."""
    lines = main_lines(pages)
    index = next((i for i, (_page, line) in enumerate(lines) if line.text == "Nơi nhận:"), None)
    if index is None:
        yield Finding(_("Recipients"), "Nơi nhận:", _("not found"), False)
        return
    page, label = lines[index]
    yield is_set(_("Recipients, label"), label, (12, 12), bold=True, italic=True, page=page)
    after = [line for number, line in lines if number == page and line.y <= label.y + 3]
    yield from _recipients(label, after, page)
    right = [
        line for line in after if line.left > label.right + 20 and line.left > pages[page - 1].width * 0.42
    ]
    right = [line for line in right if line.bold or max(line.sizes) > 12.5]
    if not right:  # two people sign side by side, the recipients stand below them
        before = [line for number, line in lines if number == page and line.y > label.y and line.bold]
        right = [line for line in before[-4:] if line.left > label.right + 120]
    yield from _signer(pages[page - 1], right, page)


def _recipients(label: Line, after: Sequence[Line], page: int) -> Iterator[Finding]:
    left = [line for line in after if line.left < label.left + 20 and line is not label]
    entries: list[list[Line]] = []
    for line in left:
        if line.text.startswith("-"):
            entries.append([line])
        elif entries:
            entries[-1].append(line)
    lines = [(page, line) for entry in entries for line in entry]
    if not lines:
        yield is_set(_("Recipients, list"), None, (11, 11), bold=False, italic=False, page=page)
        return
    yield are_set(_("Recipients, list"), lines, (11, 11), bold=False, italic=False)
    texts = [" ".join(line.text for line in entry) for entry in entries]
    ends = [text[-1:] for text in texts[:-1]]
    shown = " ".join(ends) or _("none")
    yield Finding(_("Recipients, ends"), _("“;” after each"), shown, all(end == ";" for end in ends), page)
    ok = bool(re.fullmatch(r"- ?Lưu: ?VT.*\.( [^\s.]+\.?\(?\d*\)?)?", texts[-1]))
    yield Finding(_("Recipients, last line"), "- Lưu: VT, …", texts[-1], ok, page)


def _signer(page: PageText, right: Sequence[Line], number: int) -> Iterator[Finding]:
    positions = [(number, line) for line in right if line.text.isupper()]
    names = [line for line in right if not line.text.isupper()]
    rule = _("Authority and position of the signer")
    if positions:
        yield are_set(rule, positions, (13, 14), bold=True, italic=False)
    else:
        yield is_set(rule, None, (13, 14), bold=True, italic=False, page=number)
    name = names[-1] if names else None
    yield is_set(_("Name of the signer"), name, (13, 14), bold=True, italic=False, page=number)
    if name is None or not positions:
        return
    plain = not re.match(TITLES, name.text)
    yield Finding(_("Form of the name"), _("without an academic title"), name.text, plain, number)
    position = positions[0][1]
    yield centred(_("Place of the name"), _("centred under the position"), name, position.middle, number)
    yield from _images(page, positions, name, number)


def _images(page: PageText, positions: Sequence[Placed], name: Line, number: int) -> Iterator[Finding]:
    """The images of signature and seal (Annex I, 7 and 8), where the file has fields for them."""
    leader, seal = page.boxes.get(LEADER_FIELD), page.boxes.get(AGENCY_FIELD)
    if leader is None:
        return
    left, bottom, right, top = leader
    above = min(line.y for _page, line in positions if line.y > name.y)
    off = abs((left + right) / 2 - name.middle) * MM
    ok = off <= 2 and top <= above + 1 and bottom >= name.y + max(name.sizes) * 0.6
    wanted = _("centred between position and name")
    yield Finding(
        _("Image of the signature"), wanted, _("%(off)s off") % {"off": f"{off:.1f} mm"}, ok, number
    )
    if seal is None:
        return
    covered = (seal[2] - left) / (right - left)
    ok = 0.28 <= covered <= 0.39 and seal[0] < left and seal[1] < top and seal[3] > bottom
    shown = f"{covered * 100:.0f} %"
    yield Finding(_("Image of the seal"), _("over a third of the signature, on its left"), shown, ok, number)


def check_annexes(pages: Sequence[PageText]) -> Iterator[Finding]:
    """Label, title and reference of each annex; Roman numbers where there are several."""
    begun = [(number, page) for number, page in enumerate(pages, 1) if number > 1 and starts_annex(page)]
    labelled = [number for number, page in begun if any(is_annex_label(line) for line in content(page)[:2])]
    for number, page in begun:
        lines = content(page)
        area = area_of([page])
        label = next((line for line in lines[:2] if is_annex_label(line)), None)
        if label is not None:
            yield is_set(_("Annex, label"), label, (14, 14), bold=True, italic=False, page=number)
            place = labelled.index(number) + 1
            wanted = f"Phụ lục {roman(place)}" if len(labelled) > 1 else "Phụ lục"
            yield Finding(_("Annex, number"), wanted, label.text, label.text == wanted, number)
            lines = lines[lines.index(label) + 1 :]
        title = lines[0] if lines else None
        yield is_set(_("Annex, title"), title, (13, 14), bold=True, italic=False, page=number)
        if title is not None:
            shown = title.text[:60]
            yield Finding(
                _("Annex, title in capitals"), title.text.upper()[:60], shown, title.text.isupper(), number
            )
        reference = find(lines, REFERENCE)
        yield is_set(_("Annex, reference"), reference, (13, 14), bold=False, italic=True, page=number)
        for line in (label, title, reference):
            if line is not None and not page.in_table(line):
                yield centred(_("Place of an annex's head"), _("centred"), line, area.middle, number, by=4)


def check_letters(pages: Sequence[PageText]) -> Iterator[Finding]:
    """Black letters, composed as Unicode wants them (TCVN 6909:2001)."""
    lines = [(number, line) for number, page in enumerate(pages, start=1) for line in page.lines]
    gaudy = next(((number, line) for number, line in lines if not line.black), None)
    page, shown = (gaudy[0], gaudy[1].text[:60]) if gaudy else (1, _("black"))
    yield Finding(_("Colour of the text"), _("black"), shown, gaudy is None, page)
    loose = next(
        ((number, line) for number, line in lines if not unicodedata.is_normalized("NFC", line.text)), None
    )
    page, shown = (loose[0], loose[1].text[:60]) if loose else (1, "NFC")
    yield Finding(_("Unicode"), _("composed letters (NFC)"), shown, loose is None, page)


def check_tables(pages: Sequence[PageText]) -> Iterator[Finding]:
    """A table that runs over a page's end shows its head again on the next page."""
    for number, (one, two) in enumerate(pairwise(pages), start=2):
        before, after = content(one), content(two)
        if not before or not after or not (one.in_table(before[-1]) and two.in_table(after[0])):
            continue
        known = {line.text for line in before if line.bold and one.in_table(line)}
        again = after[0].bold and after[0].text in known
        yield Finding(_("Head of a table"), _("repeated on every page"), after[0].text[:60], again, number)
