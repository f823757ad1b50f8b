"""The papers of a management review: the minutes and the notice of its conclusions (domain I, K).

Both are built from what the review froze when the meeting was held. Words of the papers are Vietnamese
whatever language the reader uses.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from audits.agenda import BY_CODE
from audits.models import ManagementReview, ReviewAttendee, ReviewDecision
from audits.paper_words import MINUTES as MINUTES
from audits.paper_words import NOTICE as NOTICE
from documents import registry, wording
from documents.content import Kind, PaperContent
from documents.models import Paper
from documents.models.papers import ENDED_STATES
from documents.problems import content_made
from documents.services import signature_of
from qms import agency_settings, clock, notation
from qms import registry as shell
from qms.models import Agency, OrgUnit, Person

KINDS = {MINUTES: Kind.MINUTES, NOTICE: Kind.NOTICE}
MOST_LINES = 12


def review_of(paper: Paper) -> ManagementReview:
    """The review a paper is about."""
    rows = ManagementReview.objects.select_related("agency", "chair", "secretary", "minutes", "notice")
    found: ManagementReview = rows.get(agency=paper.agency, pk=paper.subject_key)
    return found


def content(review: ManagementReview, purpose: str, signer: Person | None) -> PaperContent:
    """What a paper says; raises Invalid with the place of every text that a paper cannot show."""
    make = _minutes if purpose == MINUTES else _notice
    with override("vi"):
        data = make(review, signer)
    return content_made(data)


def _words(
    review: ManagementReview,
    purpose: str,
    signer: Person | None,
    fields: dict[str, str],
    slots: dict[str, list[Any]],
    needed: tuple[str, ...],
) -> dict[str, Any]:
    """The agency's wording with its fields filled and the records laid in."""
    known = {"unit_recipients": _unit_recipients(review.agency), "review_year": str(review.year), **fields}
    words = wording.words_of(review.agency, purpose, signer=signer, fields=known)
    words["signature"] = _signature(review, signer)
    return wording.laid(words, slots, needed)


def _minutes(review: ManagementReview, signer: Person | None) -> dict[str, Any]:
    slots = {
        "meeting": _paragraphs(_when(review)),
        "people": _paragraphs(_who(review)),
        "topics": _topics(review),
        "conclusion": _paragraphs(_lines(review.conclusion or "(chưa kết luận)")),
        "decisions": list(_decisions(review)),
    }
    return _words(review, MINUTES, signer, {}, slots, ("topics", "conclusion", "decisions"))


def _notice(review: ManagementReview, signer: Person | None) -> dict[str, Any]:
    concluded = [
        f"{topic.label}: {row.conclusion}"
        for row in review.inputs.order_by("order")
        if row.conclusion and (topic := BY_CODE.get(row.topic))
    ]
    items = [_stop(text) for text in concluded]
    slots = {
        "conclusion": _paragraphs(_lines(review.conclusion)),
        "concluded": [{"type": "list", "style": "number", "items": items}] if items else [],
        "decisions": list(_decisions(review)),
    }
    fields = {
        "meeting_day": notation.date(review.held_on) if review.held_on else "",
        "chair": _named(review.chair),
    }
    return _words(review, NOTICE, signer, fields, slots, ("conclusion", "decisions"))


def _paragraphs(texts: Iterable[str]) -> list[dict[str, Any]]:
    return [{"type": "paragraph", "text": text} for text in texts]


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()] or ["(không có)"]


def _stop(text: str) -> str:
    return " ".join(text.split()).rstrip(".;") + "."


def _named(person: Person) -> str:
    return f"{person.full_name}, {person.position}" if person.position else person.full_name


def _when(review: ManagementReview) -> Iterator[str]:
    if review.held_on:
        start = f"{notation.time(review.starts_at)}, " if review.starts_at else ""
        yield f"Thời gian: {start}ngày {notation.date(review.held_on)}."
    if review.place:
        yield f"Địa điểm: {review.place}."
    yield f"Hình thức: {review.get_form_display().lower()}."
    span = f"{notation.date(review.period_from)} đến {notation.date(review.period_to)}"
    yield f"Thời gian được xem xét: từ {span}."


def _who(review: ManagementReview) -> Iterator[str]:
    yield f"Chủ trì: {_named(review.chair)}."
    yield f"Thư ký: {_named(review.secretary)}."
    rows = review.attendees.select_related("person")
    for presence, label in (
        (ReviewAttendee.Presence.PRESENT, "Có mặt"),
        (ReviewAttendee.Presence.ABSENT, "Vắng mặt"),
    ):
        names = [row.person.full_name for row in rows if row.presence == presence]
        if names:
            yield f"{label} ({len(names)}): {', '.join(names)}."


def _topics(review: ManagementReview) -> list[dict[str, Any]]:
    blocks: list[dict[str, Any]] = []
    for row in review.inputs.order_by("order"):
        topic = BY_CODE.get(row.topic)
        if topic is None:
            continue
        name = f"{row.order}. {topic.label} (9.3.2 {topic.ref})"
        blocks.append({"type": "paragraph", "text": name, "bold": True})
        lines = [
            f"{line['text']}: {line['figure']}" if line["figure"] else line["text"] for line in row.lines
        ]
        if len(lines) > MOST_LINES:
            rest = len(lines) - MOST_LINES
            lines = [*lines[:MOST_LINES], f"và {rest} nội dung khác lưu tại hồ sơ cuộc họp"]
        if lines:
            items = [_stop(text)[:1500] for text in lines]
            blocks.append({"type": "list", "style": "dash", "items": items})
        for label, text in (("", row.note), ("Ý kiến: ", row.opinion), ("Kết luận: ", row.conclusion)):
            for number, line in enumerate(_lines(text) if text else []):
                blocks.append({"type": "paragraph", "text": f"{label if number == 0 else ''}{line}"})
    return blocks


def _decisions(review: ManagementReview) -> Iterator[dict[str, Any]]:
    rows = list(review.decisions.exclude(state=ReviewDecision.State.CANCELLED).select_related("owner__unit"))
    if not rows:
        return
    titles = (("TT", 6), ("Nội dung", 46), ("Loại", 14), ("Chịu trách nhiệm", 20), ("Thời hạn", 14))
    columns = [
        {"title": name, "width": width, "align": "center" if name in {"TT", "Thời hạn"} else "left"}
        for name, width in titles
    ]
    lines = []
    for one in rows:
        owner = f"{one.owner.full_name}\n{one.owner.unit.label}" if one.owner.unit else one.owner.full_name
        texts = (str(one.number), one.text, one.get_kind_display(), owner, notation.date(one.deadline))
        lines.append({"cells": [{"text": text} for text in texts]})
    yield {"type": "table", "columns": columns, "rows": lines, "size": 12}


def _signature(review: ManagementReview, signer: Person | None) -> dict[str, Any]:
    """The head signs in their own right, a deputy for the head."""
    head = str(agency_settings.get(review.agency, "documents.head_title"))
    if signer is None:
        return {"position": head, "name": "(chưa chọn người ký)"}
    if signer.position.casefold().startswith("phó "):
        return signature_of(signer, authority="KT.", on_behalf_of=head)
    return signature_of(signer) | ({} if signer.position else {"position": head})


def _unit_recipients(agency: Agency) -> str:
    kinds = [OrgUnit.Kind.OFFICE, OrgUnit.Kind.DIVISION, OrgUnit.Kind.CENTRE]
    today = clock.today()
    rows = OrgUnit.objects.filter(agency=agency, kind__in=kinds, parent=None)
    names = ", ".join(unit.abbreviation or unit.label for unit in rows if unit.exists_on(today))
    return f"Các phòng, đơn vị: {names}" if names else ""


def warnings(paper: Paper) -> Iterator[registry.PaperWarning]:
    """What a reader should know before the paper is issued."""
    review = review_of(paper)
    if review.state != ManagementReview.State.CONCLUDED:
        url, link = review.get_absolute_url(), _("Open the review")
        yield registry.PaperWarning(_("The review is not concluded yet."), url, link)


def minutes_of_the_year(agency: Agency, year: int) -> shell.Fulfilment | None:
    """The issued minutes of a year's concluded review, for the plan of the year."""
    rows = ManagementReview.objects.filter(
        agency=agency, year=year, state=ManagementReview.State.CONCLUDED, minutes__issued_on__isnull=False
    ).exclude(minutes__state__in=ENDED_STATES)
    one = rows.select_related("minutes").order_by("-held_on").first()
    paper = one.minutes if one else None
    issued_on = paper.issued_on if paper else None
    if one is None or paper is None or issued_on is None:
        return None
    return shell.Fulfilment(
        str(paper), paper.get_absolute_url(), issued_on, f"{one._meta.label_lower}:{one.pk}"
    )


def register() -> None:
    """Tell the papers what the papers of a review do, and the plan what fulfils its item."""
    for key, label in (
        (MINUTES, gettext_lazy("Issue the minutes of the management review")),
        (NOTICE, gettext_lazy("Issue the notice of the conclusions")),
    ):
        registry.add(
            registry.Purpose(
                key,
                label,
                KINDS[key],
                build=lambda paper: content(review_of(paper), paper.purpose, paper.signer),
                warnings=warnings,
                subject_url=lambda paper: review_of(paper).get_absolute_url(),
            )
        )
    shell.fulfilments.add(
        shell.FulfilmentKind(
            "review_minutes",
            gettext_lazy("Issued minutes of the management review"),
            minutes_of_the_year,
            order=60,
        )
    )
