"""The report on the quality objectives (BC đánh giá MTCL), built from an approved review (domain K).

Every figure is the copy frozen in the review. Words of the paper are Vietnamese whatever language the
reader uses.
"""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from documents import registry, wording
from documents.content import Kind, PaperContent
from documents.models import Paper
from documents.problems import content_made
from objectives import formulas, words
from objectives.models import ObjectiveReview, ReviewLine
from objectives.paper_words import REVIEW
from objectives.papers import _signature_of, unit_recipients
from qms.models import Person

PURPOSE = "objectives.review"
STATUS = formulas.Status
WORDS = {
    STATUS.ACHIEVED: "Đạt",
    STATUS.NOT_ACHIEVED: "Không đạt",
    STATUS.AT_RISK: "Có nguy cơ",
    STATUS.INSUFFICIENT_DATA: "Chưa đủ dữ liệu",
    STATUS.NO_OCCURRENCE: "Không phát sinh",
}


def review_of(paper: Paper) -> ObjectiveReview:
    """The review a report is about."""
    rows = ObjectiveReview.objects.select_related("agency", "objective_set__agency", "objective_set__unit")
    found: ObjectiveReview = rows.get(agency=paper.agency, pk=paper.subject_key)
    return found


def content(review: ObjectiveReview, signer: Person | None) -> PaperContent:
    """What the report says; raises Invalid with every text that a paper cannot show."""
    with override("vi"):
        data = _content(review, signer)
    return content_made(data)


def _span(review: ObjectiveReview) -> str:
    year = review.objective_set.year
    return f"6 tháng đầu năm {year}" if review.kind == ObjectiveReview.Kind.HALF else f"năm {year}"


def _content(review: ObjectiveReview, signer: Person | None) -> dict[str, Any]:
    one, agency = review.objective_set, review.agency
    lines = list(review.lines.select_related("target__objective", "target__objective_set", "before_target"))
    fields = {
        "review_span": _span(review),
        "whose": one.unit.name if one.unit is not None else agency.name,
        "objectives": _objectives(review),
        "figures_day": words.day(review.figures_at),
        "unit_recipients": unit_recipients(agency),
    }
    said = wording.words_of(agency, PURPOSE, signer=signer, fields=fields)
    slots = {
        "overview": list(_overview(lines)),
        "missed": [_missed(line) for line in lines if line.is_missed],
        "opinions": _opinions(review),
        "conclusion": [
            {"type": "paragraph", "text": text} for text in review.conclusion.splitlines() if text.strip()
        ],
    }
    return {
        **wording.laid(said, slots, needed=("overview", "missed", "opinions", "conclusion")),
        "annexes": [
            {
                "title": f"Kết quả thực hiện từng chỉ tiêu {_span(review)}",
                "orientation": "landscape",
                "blocks": [_table(review, lines)],
            }
        ],
        "signature": _signature_of(agency, signer),
    }


def _objectives(review: ObjectiveReview) -> str:
    one, paper = review.objective_set, review.objective_set.paper
    if paper is None or not paper.is_issued or paper.issued_on is None:
        return str(one.title)
    number = f"{paper.reference} ngày {paper.issued_on:%d/%m/%Y}"
    return f"{one.title} công bố tại Quyết định số {number}"


def _missed(line: ReviewLine) -> dict[str, Any]:
    return {
        "type": "section",
        "title": f"Chỉ tiêu {line.target.code}: {' '.join(line.target.text.split())}",
        "blocks": [{"type": "list", "style": "dash", "items": list(_explained(line))}],
    }


def _opinions(review: ObjectiveReview) -> list[dict[str, Any]]:
    items = [
        f"{comment.author.full_name}"
        f"{f' ({comment.author.position})' if comment.author.position else ''}: "
        f"{' '.join(comment.text.split())}"
        for comment in review.comments.select_related("author")
    ]
    return [{"type": "list", "style": "dash", "items": items}] if items else []


def _overview(lines: list[ReviewLine]) -> Iterator[dict[str, Any]]:
    counted = [(status, sum(1 for line in lines if line.status == status)) for status in WORDS]
    told = "; ".join(f"{WORDS[status].lower()}: {count}" for status, count in counted if count)
    yield {"type": "paragraph", "text": f"Tổng số {len(lines)} chỉ tiêu, trong đó {told}."}
    better: list[str] = []
    worse: list[str] = []
    for line in lines:
        moved = movement(line)
        if moved:
            (better if moved > 0 else worse).append(line.target.code)
    if better:
        yield {"type": "paragraph", "text": f"Cao hơn cùng kỳ năm trước: chỉ tiêu {', '.join(better)}."}
    if worse:
        yield {"type": "paragraph", "text": f"Thấp hơn cùng kỳ năm trước: chỉ tiêu {', '.join(worse)}."}


def movement(line: ReviewLine) -> int:
    """Whether the figure rose (1), fell (-1) or stayed (0) against last year; exact."""
    if not line.denominator or not line.before_denominator:
        return 0
    now = (line.numerator or 0) * line.before_denominator
    then = (line.before_numerator or 0) * line.denominator
    return (now > then) - (now < then)


def _explained(line: ReviewLine) -> Iterator[str]:
    def flat(text: str) -> str:
        return " ".join(text.split())

    yield f"Kết quả: {result_words(line)}, {WORDS[STATUS(line.status)].lower()}."
    if line.status_reason:
        yield f"Lý do đánh giá khác số liệu: {flat(line.status_reason)}"
    yield f"Nguyên nhân: {flat(line.cause)}"
    yield f"Biện pháp: {flat(line.measure)}"


def result_words(line: ReviewLine) -> str:
    """98,2 % (4.886/4.974), or what is there instead."""
    return words.rate_of(line.target, line.numerator, line.denominator)


def before_words(line: ReviewLine) -> str:
    """The same of last year; empty when the target is new."""
    if line.before_target is None:
        return ""
    return words.rate_of(line.before_target, line.before_numerator, line.before_denominator)


def _table(review: ObjectiveReview, lines: list[ReviewLine]) -> dict[str, Any]:
    compared = any(line.before_target_id for line in lines)
    titles = [
        ("TT", 5),
        ("Chỉ tiêu", 29 if compared else 42),
        ("Mức\nphải đạt", 9),
        ("Kết quả\n(tử số/mẫu số)", 14),
        *([("Cùng kỳ\nnăm trước", 13)] if compared else []),
        ("Đánh giá", 9),
        ("Ghi chú", 21),
    ]
    columns = [
        {"title": title, "width": width, "align": "left" if title in {"Chỉ tiêu", "Ghi chú"} else "center"}
        for title, width in titles
    ]
    rows: list[dict[str, Any]] = []
    at = None
    for line in lines:
        objective = line.target.objective
        if objective.pk != at:
            at = objective.pk
            text = f"Mục tiêu {objective.number}: {' '.join(objective.text.split())}"
            rows.append(
                {"kind": "group", "cells": [{"text": text, "colspan": len(columns), "align": "left"}]}
            )
        texts = (
            line.target.code,
            " ".join(line.target.text.split()),
            words.goal_of(line.target),
            result_words(line),
            *([before_words(line) or "Chỉ tiêu mới"] if compared else []),
            WORDS[STATUS(line.status)],
            _note(line),
        )
        rows.append({"cells": [{"text": text} for text in texts]})
    return {"type": "table", "columns": columns, "rows": rows, "size": 12}


def _note(line: ReviewLine) -> str:
    parts = []
    if line.strict_denominator and line.strict_denominator != line.denominator:
        strict = words.rate_of(line.target, line.strict_numerator, line.strict_denominator)
        parts.append(f"Tính cả hồ sơ quá hạn chưa giải quyết: {strict}")
    if line.missing:
        parts.append(f"Chưa có số liệu: {', '.join(line.missing)}")
    if line.status_reason:
        parts.append(" ".join(line.status_reason.split()))
    return "\n".join(parts)


def warnings(paper: Paper) -> Iterator[registry.PaperWarning]:
    """What a reader should know before the report is issued."""
    review = review_of(paper)
    for line in review.lines.select_related("target", "measurement__figure"):
        current = line.measurement and getattr(line.measurement, "figure", None)
        if line.measurement is not None and current is None:
            yield registry.PaperWarning(
                _("The figure of target %(code)s has changed since it was taken for the review.")
                % {"code": line.target.code},
                review.get_absolute_url(),
                _("Open the review"),
            )


def register() -> None:
    """Tell the papers what a report on objectives does, and how it is worded."""
    wording.add(REVIEW)
    registry.add(
        registry.Purpose(
            PURPOSE,
            gettext_lazy("Report on the quality objectives"),
            Kind.REPORT,
            build=lambda paper: content(review_of(paper), paper.signer),
            warnings=warnings,
            subject_url=lambda paper: review_of(paper).get_absolute_url(),
        )
    )
