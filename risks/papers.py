"""The papers of an approved register: the decision with the table, and the plan of treatment (domain K).

Both are built from the rows frozen at the approval, so what is issued is what was approved. Words of the
papers are Vietnamese whatever language the reader uses.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from documents import registry, wording
from documents.content import Kind, PaperContent
from documents.models import Paper
from documents.problems import content_made
from documents.selectors import live
from documents.services import signature_of
from objectives.models import SetBasis, SetState
from qms import agency_settings, clock
from qms.exceptions import Invalid
from qms.models import Agency, OrgUnit, Person
from risks.matrix import Matrix
from risks.models import Register, RegisterRow, RiskAction
from risks.paper_words import ALL, NAME, PLAN, TABLE
from risks.selectors.registers import register_rows

MOST_ROWS = 900


def register_of(paper: Paper) -> Register:
    """The register a paper is about."""
    rows = Register.objects.select_related("agency", "unit", "scale", "decision", "plan")
    found: Register = rows.get(agency=paper.agency, pk=paper.subject_key)
    return found


def content(register: Register, purpose: str, signer: Person | None) -> PaperContent:
    """What a paper says; raises Invalid with the place of every text that a paper cannot show."""
    make = _decision if purpose == TABLE else _plan
    with override("vi"):
        data = make(register, signer)
    return content_made(data)


def _rows(register: Register) -> list[RegisterRow]:
    rows = register_rows(register).exclude(decision=RegisterRow.Decision.DROPPED)
    return list(rows.select_related("risk").order_by("register__unit__order", "risk__code"))


def _decision(register: Register, signer: Person | None) -> dict[str, Any]:
    agency, year = register.agency, register.year
    rows = _rows(register)
    risks = [row for row in rows if row.data.get("kind") == "risk"]
    opportunities = [row for row in rows if row.data.get("kind") != "risk"]
    blocks: list[dict[str, Any]] = []
    for title, group, is_risk in (("Rủi ro", risks, True), ("Cơ hội", opportunities, False)):
        for part in _parts(group):
            blocks.append({"type": "section", "title": title, "blocks": [_table(part, is_risk)]})
    blocks.append(
        {"type": "section", "title": "Thang điểm", "blocks": list(_scale_words(register.scale.scale.risk))}
    )
    if opportunities:
        blocks[-1]["blocks"].extend(_scale_words(register.scale.scale.opportunity))
    fields = {"register_year": str(year), "unit_recipients": _unit_recipients(agency)}
    words = wording.words_of(agency, TABLE, signer=signer, fields=fields)
    return {
        **words,
        "bases": [*_bases(agency, year), *words["bases"]],
        "annexes": [{"title": f"{NAME} năm {year}", "orientation": "landscape", "blocks": blocks}],
        "signature": _signature(agency, signer),
    }


def _parts(rows: Sequence[RegisterRow]) -> Iterator[Sequence[RegisterRow]]:
    for start in range(0, len(rows), MOST_ROWS):
        yield rows[start : start + MOST_ROWS]


def _bases(agency: Agency, year: int) -> Iterator[dict[str, str]]:
    """The legal bases that the objectives of the year cite and that are still in force."""
    states = [SetState.IN_FORCE, SetState.CLOSED, SetState.APPROVED]
    rows = SetBasis.objects.filter(
        agency=agency, objective_set__year=year, objective_set__unit=None, objective_set__state__in=states
    )
    for row in rows.filter(kind=SetBasis.Kind.BASIS).select_related("legal_basis"):
        if not row.legal_basis.ended_by(clock.today()):
            yield {"kind": "basis", "text": row.legal_basis.citation, "record": str(row.legal_basis_id)}


def _table(rows: Sequence[RegisterRow], is_risk: bool) -> dict[str, Any]:
    what = (
        ("Rủi ro", "Nguyên nhân", "Hậu quả", "Kiểm soát\nhiện có")
        if is_risk
        else ("Cơ hội", "Điều kiện\nthuận lợi", "Lợi ích", "Việc\nđã làm")
    )
    titles: tuple[str, ...] = ("TT", "Quá trình,\nthủ tục", "Đơn vị,\nphụ trách", "Nguồn", *what)
    titles += ("K", "M", "Điểm,\nmức", "Xử lý,\nhành động", "Còn lại\n(K×M)", "Hiệu\nlực", "Rà soát\ntới")
    widths = (4, 8, 9, 7, 10, 7, 7, 7, 3, 3, 6, 11, 6, 6, 6)
    centred = {0, 8, 9, 10, 12, 13, 14}
    columns = [
        {"title": title, "width": width, "align": "center" if number in centred else "left"}
        for number, (title, width) in enumerate(zip(titles, widths, strict=True))
    ]
    lines = [_line(number, row.data) for number, row in enumerate(rows, start=1)]
    return {"type": "table", "columns": columns, "rows": lines, "size": 11}


def _line(number: int, data: dict[str, Any]) -> dict[str, Any]:
    texts = (
        number,
        data["process"],
        "\n".join(part for part in (data["unit"], data["owner"]) if part),
        "\n".join(data["sources"]),
        f"{data['code']}\n{data['event']}",
        data["cause"],
        data["consequence"],
        data["controls"],
        data["before_first"] or "",
        data["before_second"] or "",
        f"{data['before_value']}\n{data['before_word']}" if data["before_value"] else "",
        _treatment(data),
        _left(data),
        {"effective": "Có", "ineffective": "Không"}.get(data["effectiveness"], ""),
        _day(data["next_review_on"], narrow=True),
    )
    return {"cells": [{"text": str(text)} for text in texts]}


def _treatment(data: dict[str, Any]) -> str:
    if data["kind"] == "risk":
        choice = data["treatment_word"]
    else:
        choice = {True: "Theo đuổi", False: "Không theo đuổi", None: ""}[data["pursue"]]
    if data["accepted_until"]:
        choice = f"{choice} (đến {_day(data['accepted_until'])})"
    lines = [f"- {action['description']}" for action in _planned(data)]
    return "\n".join([part for part in (choice and f"{choice}.", *lines) if part])


def _planned(data: dict[str, Any]) -> list[dict[str, Any]]:
    return [action for action in data["actions"] if action["state"] != RiskAction.State.CANCELLED]


def _left(data: dict[str, Any]) -> str:
    if not data["after_value"]:
        return ""
    return f"{data['after_first']}×{data['after_second']}={data['after_value']}\n{data['after_word']}"


def _day(iso: str | None, *, narrow: bool = False) -> str:
    """dd/mm/yyyy; in a narrow column the year stands below, so that no figure is torn apart."""
    if not iso:
        return ""
    year, month, day = iso.split("-")
    return f"{day}/{month}/{chr(10) if narrow else ''}{year}"


def _scale_words(table: Matrix) -> Iterator[dict[str, Any]]:
    """What the letters and figures of the table mean, on the scale of the register."""
    is_risk = table.kind == "risk"
    axes = (
        ("Khả năng xảy ra (K)", "Mức độ ảnh hưởng (M)")
        if is_risk
        else ("Khả năng thực hiện (K)", "Lợi ích (M)")
    )
    for name, levels in zip(axes, (table.first, table.second), strict=True):
        words = "; ".join(f"{level.value} – {level.label}" for level in levels)
        yield {"type": "paragraph", "text": f"{name}: {words}."}
    bands = "; ".join(f"{band.low}–{band.high}: {band.label}" for band in table.bands)
    what = "Mức rủi ro" if is_risk else "Mức cơ hội"
    yield {"type": "paragraph", "text": f"{what} theo điểm K × M: {bands}."}


def _plan(register: Register, signer: Person | None) -> dict[str, Any]:
    agency, year = register.agency, register.year
    rows = _rows(register)
    lines = list(_plan_lines(rows))
    if not lines:
        raise Invalid(_("No entry of the register has an action; there is nothing to plan."))
    risks = sum(1 for row in rows if row.data.get("kind") == "risk")
    fields = {
        "register_year": str(year),
        "risk_count": str(risks),
        "opportunity_count": str(len(rows) - risks),
        "action_count": str(len(lines)),
        "unit_recipients": _unit_recipients(agency),
    }
    words = wording.words_of(agency, PLAN, signer=signer, fields=fields)
    return {
        **words,
        "bases": [*_plan_bases(register), *words["bases"]],
        "annexes": [
            {
                "title": f"Các hành động giải quyết rủi ro và cơ hội năm {year}",
                "orientation": "landscape",
                "blocks": [_plan_table(part) for part in _chunks(lines)],
            }
        ],
        "signature": _signature(agency, signer),
    }


def _plan_bases(register: Register) -> Iterator[dict[str, str]]:
    """The decision that the plan carries out, once it is issued."""
    paper = live(register.decision)
    if paper is not None and paper.is_issued and paper.issued_on is not None:
        day = paper.issued_on
        month = f"{day.month:02d}" if day.month < 3 else str(day.month)
        text = (
            f"Quyết định số {paper.reference} ngày {day.day:02d} tháng {month} năm {day.year} "
            f"của {register.agency.name} ban hành {NAME} năm {register.year}"
        )
        yield {"kind": "implementing", "text": text}


def _plan_lines(rows: Iterable[RegisterRow]) -> Iterator[tuple[str, ...]]:
    for row in rows:
        data = row.data
        for action in _planned(data):
            what = f"{data['code']}\n{data['event']}"
            yield (
                what,
                action["description"],
                "\n".join(part for part in (action["owner"], data["unit"]) if part),
                _day(action["deadline"]),
                action["resources"],
                action["criterion"],
                "; ".join(action["evidence"]) or action["state_word"],
            )


def _chunks(lines: list[tuple[str, ...]]) -> Iterator[list[tuple[int, tuple[str, ...]]]]:
    numbered = list(enumerate(lines, start=1))
    for start in range(0, len(numbered), MOST_ROWS):
        yield numbered[start : start + MOST_ROWS]


def _plan_table(lines: list[tuple[int, tuple[str, ...]]]) -> dict[str, Any]:
    titles = (
        "TT",
        "Rủi ro, cơ hội",
        "Hành động giải quyết",
        "Người thực hiện,\nđơn vị",
        "Thời hạn",
        "Nguồn lực",
        "Tiêu chí đánh giá\ntính hiệu lực",
        "Bằng chứng,\ntình trạng",
    )
    widths = (4, 21, 22, 14, 10, 9, 11, 9)
    columns = [
        {"title": title, "width": width, "align": "center" if number in {0, 4} else "left"}
        for number, (title, width) in enumerate(zip(titles, widths, strict=True))
    ]
    rows = [
        {"cells": [{"text": str(number)}, *({"text": text} for text in texts)]} for number, texts in lines
    ]
    return {"type": "table", "columns": columns, "rows": rows, "size": 12}


def _signature(agency: Agency, signer: Person | None) -> dict[str, Any]:
    """The head signs in their own right, a deputy for the head."""
    head = str(agency_settings.get(agency, "documents.head_title"))
    if signer is None:
        return {"position": head, "name": "(chưa chọn người ký)"}
    if signer.position.casefold().startswith("phó "):
        return signature_of(signer, authority="KT.", on_behalf_of=head)
    return signature_of(signer) | ({} if signer.position else {"position": head})


def _unit_recipients(agency: Agency) -> str:
    today = clock.today()
    kinds = [OrgUnit.Kind.OFFICE, OrgUnit.Kind.DIVISION, OrgUnit.Kind.CENTRE]
    rows = OrgUnit.objects.filter(agency=agency, kind__in=kinds, parent=None)
    names = ", ".join(unit.abbreviation or unit.label for unit in rows if unit.exists_on(today))
    return f"Các phòng, đơn vị: {names}" if names else ""


def warnings(paper: Paper) -> Iterator[registry.PaperWarning]:
    """What a reader should know before the paper is issued."""
    register = register_of(paper)
    url, link = register.get_absolute_url(), _("Open the register")
    if register.state == Register.State.SUPERSEDED:
        yield registry.PaperWarning(_("A newer version of this register has been approved."), url, link)
    if paper.purpose == TABLE and not list(_bases(register.agency, register.year)):
        yield registry.PaperWarning(_("No legal basis is cited."), url, link)


def register() -> None:
    """Tell the papers what the papers of a register do, and how they are worded."""
    wording.add(*ALL)
    for key, label, kind in (
        (TABLE, gettext_lazy("Issue the register of risks and opportunities"), Kind.DECISION),
        (PLAN, gettext_lazy("Issue the plan that treats risks and opportunities"), Kind.PLAN),
    ):
        registry.add(
            registry.Purpose(
                key,
                label,
                kind,
                build=lambda paper: content(register_of(paper), paper.purpose, paper.signer),
                warnings=warnings,
                subject_url=lambda paper: register_of(paper).get_absolute_url(),
            )
        )
