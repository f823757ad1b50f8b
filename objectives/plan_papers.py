"""The annual plan as an official paper (KH), built from its records (domain K, Decree 30/2020).

Purposes and requirements, the items as a table, and who sees to what. Issuing the paper brings the plan
into force; revoking or replacing it ends the plan.
"""

from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from documents import registry, wording
from documents.content import Kind, PaperContent
from documents.models import Paper
from documents.problems import content_made
from objectives.models import MaintenancePlan, PlanItem, PlanState
from objectives.paper_words import ANNUAL_PLAN
from objectives.papers import _signature_of, unit_recipients
from qms import clock
from qms.models import Person

PURPOSE = "objectives.plan"


def plan_of(paper: Paper) -> MaintenancePlan:
    """The plan a paper is about."""
    found: MaintenancePlan = MaintenancePlan.objects.select_related("agency", "cloned_from").get(
        agency=paper.agency, pk=paper.subject_key
    )
    return found


def build(paper: Paper) -> PaperContent:
    """The content of a draft paper, made anew from the records."""
    return content(plan_of(paper), paper.signer)


def content(plan: MaintenancePlan, signer: Person | None) -> PaperContent:
    """What the paper says; its words are Vietnamese whatever language the reader uses."""
    with override("vi"):
        data = _content(plan, signer)
    return content_made(data)


def _content(plan: MaintenancePlan, signer: Person | None) -> dict[str, object]:
    agency = plan.agency
    title = plan.title.strip().rstrip(".")
    short = title[:1].upper() + title[1:]
    for lead in ("Kế hoạch về ", "Kế hoạch "):
        short = short.removeprefix(lead)
    short = short[:1].upper() + short[1:]
    fields = {
        "plan_title": short,
        "plan_name": short if short.startswith("HT") else short[:1].lower() + short[1:],
        "unit_recipients": unit_recipients(agency),
    }
    words = wording.words_of(agency, PURPOSE, signer=signer, fields=fields)
    slots = {"aims": _aims(plan), "items": [_table(plan)], "organisation": list(_organisation(plan))}
    cited = [
        {"kind": "basis", "text": row.legal_basis.citation, "record": str(row.legal_basis_id)}
        for row in plan.bases.select_related("legal_basis")
    ]
    return {
        **wording.laid(words, slots, needed=("aims", "items", "organisation")),
        "bases": [*cited, *words["bases"]],
        "signature": _signature_of(agency, signer),
    }


def _aims(plan: MaintenancePlan) -> list[dict[str, object]]:
    return [
        {"type": "section", "title": name, "blocks": [_listing(lines)]}
        for name, lines in (("Mục đích", _lines(plan.purposes)), ("Yêu cầu", _lines(plan.requirements)))
        if lines
    ]


def _organisation(plan: MaintenancePlan) -> Iterator[dict[str, object]]:
    parts = list(_parts(plan.organisation))
    if plan.budget_text:
        parts.append(("Kinh phí thực hiện", [plan.budget_text]))
    for name, points in parts:
        if points:
            yield (
                {"type": "section", "title": name, "blocks": [_listing(points)]} if name else _listing(points)
            )


def _lines(text: str) -> list[str]:
    found = (line.strip().lstrip("-–+").strip() for line in text.splitlines())
    return [_stop(line) for line in found if line]


def _stop(text: str) -> str:
    return text if text.endswith((".", ";", ":")) else f"{text}."


def _listing(points: list[str]) -> dict[str, object]:
    return {"type": "list", "style": "dash", "items": [_stop(point) for point in points]}


def _parts(text: str) -> Iterator[tuple[str, list[str]]]:
    """(heading, points): a line with a dash is a point, any other line heads the points under it."""
    name, points = "", list[str]()
    for line in filter(None, (raw.strip() for raw in text.splitlines())):
        if line[0] in "-–+":
            points.append(line.lstrip("-–+ ").strip())
            continue
        if points:
            yield name, points
        elif name:
            yield "", [name]
        name, points = line.rstrip(":"), []
    if points:
        yield name, points
    elif name:
        yield "", [name]


def _table(plan: MaintenancePlan) -> dict[str, object]:
    rows = in_tree_order(
        plan.items.filter(archived_at=None).prefetch_related("parties__unit", "parties__person")
    )
    more = [
        (name, title)
        for name, title in (
            ("method", "Cách thức\nthực hiện"),
            ("product", "Kết quả"),
            ("budget_text", "Kinh phí"),
        )
        if any(getattr(item, name) for item, _depth in rows)
    ]
    widths = {0: (8, 38, 16, 20, 18), 1: (8, 30, 13, 17, 16), 2: (7, 26, 11, 15, 13), 3: (7, 21, 10, 13, 13)}
    titles = ("STT", "Nội dung công việc", "Thời gian\nthực hiện", "Chủ trì\nthực hiện", "Phối hợp")
    columns: list[dict[str, object]] = [
        {"title": title, "width": width, "align": "center" if place in {0, 2} else "left"}
        for place, (title, width) in enumerate(zip(titles, widths[len(more)], strict=True))
    ]
    left = 100 - sum(widths[len(more)])
    for place, (_name, title) in enumerate(more):
        share = left // len(more) + (left % len(more) if place == 0 else 0)
        columns.append({"title": title, "width": share})
    return {
        "type": "table",
        "columns": columns,
        "rows": [{"cells": _cells(item, depth, [name for name, _t in more])} for item, depth in rows],
    }


def _cells(item: PlanItem, depth: int, more: list[str]) -> list[dict[str, object]]:
    texts = [item.number, item.text, item.time_text, item.lead_words, item.coordinator_words]
    texts += [str(getattr(item, name)) for name in more]
    return [{"text": text, "italic": bool(depth) and place == 1} for place, text in enumerate(texts)]


def in_tree_order(items: Iterable[PlanItem]) -> list[tuple[PlanItem, int]]:
    """Items with their depth, each followed by its parts; a part whose whole is gone stands alone."""
    rows = list(items)
    known = {row.pk for row in rows}
    below: dict[object, list[PlanItem]] = {}
    for row in rows:
        below.setdefault(row.parent_id if row.parent_id in known else None, []).append(row)

    def walk(parent: object, depth: int) -> Iterator[tuple[PlanItem, int]]:
        for row in sorted(below.get(parent, []), key=lambda one: (one.order, one.pk)):
            yield row, depth
            yield from walk(row.pk, depth + 1)

    return list(walk(None, 0))


def warnings(paper: Paper) -> Iterator[registry.PaperWarning]:
    """What the plan leaves open or contradicts; the agency may still decide so."""
    plan = plan_of(paper)
    for message in plan_warnings(plan):
        yield registry.PaperWarning(message, plan.get_absolute_url(), _("Open the plan"))


def plan_warnings(plan: MaintenancePlan, items: Iterable[PlanItem] | None = None) -> Iterator[str]:
    """Times that are not understood or lie in another year, laws that ended, a title with another year."""
    rows = plan.items.filter(archived_at=None) if items is None else items
    for item in rows:
        place = {"number": item.number, "time": item.time_text}
        if item.time_text and not item.timeframe.is_understood:
            yield _("The time “%(time)s” of item %(number)s is not understood.") % place
        elif item.due_on is not None and item.due_on.year != plan.year:
            yield _("The time “%(time)s” of item %(number)s ends in another year.") % place
    if str(plan.year) not in plan.title:
        yield _("The title does not name the year %(year)s.") % {"year": plan.year}
    bases = list(plan.bases.select_related("legal_basis"))
    if not bases:
        yield _("No legal basis is cited.")
    for row in bases:
        if row.legal_basis.ended_by(clock.today()):
            yield _("%(basis)s is no longer in force.") % {"basis": row.legal_basis}


def on_issued(paper: Paper, acting: Person | None) -> None:
    """Bring the plan into force, in the transaction that issues the paper."""
    from objectives.services.plans_life import plan_enter_into_force

    plan_enter_into_force(plan_of(paper), on=paper.issued_on or clock.today(), acting=acting)


def on_revoked(paper: Paper, acting: Person | None) -> None:
    """End the plan with its paper."""
    from objectives.services.plans_life import plan_end

    plan = plan_of(paper)
    if plan.state == PlanState.IN_FORCE:
        plan_end(
            plan, on=paper.ended_on or clock.today(), reason=paper.end_reason or str(paper), acting=acting
        )


def register() -> None:
    """Tell the papers what a paper about an annual plan does, and how it is worded."""
    wording.add(ANNUAL_PLAN)
    registry.add(
        registry.Purpose(
            PURPOSE,
            gettext_lazy("Bring the annual plan into force"),
            Kind.PLAN,
            build=build,
            on_issued=on_issued,
            on_revoked=on_revoked,
            warnings=warnings,
            subject_url=lambda paper: plan_of(paper).get_absolute_url(),
        )
    )
