"""What a declaration of conformity says and rests on: scope, conditions, its paper, what changed since.

Domain J: the head of the agency declares, on the standard, the procedures in the scope and the exclusions;
declares anew when scope or edition change. Words of the paper are Vietnamese.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from audits.models import Audit, ManagementReview, Nonconformity, SelfDeclaration
from documents import registry
from documents.content import Kind, PaperContent
from documents.evidence import paper_files
from documents.models import Paper
from documents.models.papers import ENDED_STATES
from documents.problems import content_made
from documents.services import paper_frame, signature_of
from dossiers.models import Procedure
from objectives.models import ObjectiveSet
from qms import agency_settings, clock, notation
from qms import registry as shell
from qms.models import Agency, Person, StandardEdition, StoredFile
from qms.selectors.standard import clause_rows, edition_in_force
from risks.models import Register

PURPOSE = "audits.declaration"


@dataclass(frozen=True)
class Scope:
    """What the quality management system covers on a day."""

    edition: StandardEdition | None
    exclusions: list[dict[str, str]]
    procedures: list[dict[str, str]]
    internal: list[dict[str, str]]


@dataclass(frozen=True)
class Need:
    """One thing that must exist before the declaration is issued, how it stands, and where it is made."""

    label: "str | Promise"
    met: bool
    words: str
    url: str
    compulsory: bool = True

    @property
    def chip(self) -> str:
        """How it is drawn."""
        return "done" if self.met else "insufficient_data" if self.compulsory else "at_risk"


@dataclass(frozen=True)
class Change:
    """One difference between what was declared and what is."""

    label: str
    before: str
    after: str


def scope_of(agency: Agency, on: dt.date) -> Scope:
    """Edition, exclusions and procedures as they hold on a day."""
    edition = edition_in_force(on)
    exclusions = []
    if edition is not None:
        exclusions = [
            {"code": row.clause.code, "title": row.clause.title_vi, "reason": row.reason}
            for row in clause_rows(agency, edition, on)
            if not row.applicable and row.own is not None
        ]
    rows = Procedure.objects.filter(
        Q(valid_from=None) | Q(valid_from__lte=on), Q(valid_to=None) | Q(valid_to__gte=on), agency=agency
    ).order_by("field", "code")
    procedures = [{"code": one.code, "title": one.name, "field": str(one.field or "")} for one in rows]
    internal = [
        {"code": code, "title": title}
        for provide in shell.scope_documents
        for code, title, _url in provide(agency, on)
    ]
    return Scope(edition, exclusions, procedures, sorted(internal, key=lambda row: row["code"]))


def needs_of(agency: Agency, on: dt.date) -> list[Need]:
    """Everything that must exist, in the order in which it comes about in a year."""
    return [*_system(agency, on), *_checked(agency, on)]


def _system(agency: Agency, on: dt.date) -> Iterator[Need]:
    scope = scope_of(agency, on)
    words = scope.edition.code if scope.edition else _("No edition of the standard is in force.")
    yield Need(_("Edition of the standard"), scope.edition is not None, words, reverse("standard"))
    unsaid = [row["code"] for row in scope.exclusions if not row["reason"]]
    words = _("%(n)s excluded, each with its reason") % {"n": len(scope.exclusions)}
    yield Need(_("Clauses that do not apply are justified"), not unsaid, words, reverse("standard"))
    count = len(scope.procedures) + len(scope.internal)
    words = _("%(a)s administrative, %(b)s internal") % {"a": len(scope.procedures), "b": len(scope.internal)}
    yield Need(_("Procedures in the scope"), count > 0, words, reverse("dossiers:procedure-list"))
    yield _shown(agency, on, "5.2", _("Quality policy made known"))
    rows = ObjectiveSet.objects.published().filter(agency=agency, unit=None, year=on.year)
    one = rows.filter(in_force_from__lte=on).order_by("-in_force_from").first()
    yield _record(_("Quality objectives of the year"), one, reverse("objectives:dashboard"))
    approved = Register.objects.filter(agency=agency, approved_at__lt=shell.day_after(on))
    yield _record(
        _("Register of risks and opportunities approved"),
        approved.filter(approved_at__gte=shell.day_after(on - dt.timedelta(days=550))).first(),
        reverse("risks:register-list"),
    )


def _checked(agency: Agency, on: dt.date) -> Iterator[Need]:
    since = on - dt.timedelta(days=365)
    audits = Audit.objects.filter(agency=agency, reported_at__gte=shell.day_after(since))
    audits = audits.filter(reported_at__lt=shell.day_after(on)).exclude(state=Audit.State.CANCELLED)
    yield _record(
        _("Internal audit reported within a year"),
        audits.order_by("-reported_at").first(),
        reverse("audits:audit-list"),
    )
    open_cases = Nonconformity.objects.filter(agency=agency, closed_on=None, grade="major").exclude(
        state=Nonconformity.State.CANCELLED
    )
    count = open_cases.count()
    words = _("%(n)s not closed") % {"n": count} if count else _("None open")
    yield Need(_("No major nonconformity open"), count == 0, words, reverse("audits:nc-list"))
    yield _record(
        _("Management review concluded within a year"), review_for(agency, on), reverse("audits:review-list")
    )


def _record(label: str, record: Any, url: str) -> Need:
    if record is None:
        return Need(label, False, _("Not there yet"), url)
    return Need(label, True, str(record), record.get_absolute_url())


def _shown(agency: Agency, on: dt.date, clause: str, label: str) -> Need:
    """A need that any app's evidence for a clause meets; told, but no bar while no app keeps it."""
    providers = [
        one
        for one in shell.evidence
        if any(code == clause or code.startswith(f"{clause}.") for code in one.clauses)
    ]
    total = sum(one.find(agency, on).total for one in providers)
    words = _("%(n)s records") % {"n": total} if total else _("Not there yet")
    return Need(label, total > 0, words, f"{reverse('evidence')}?clause={clause}", compulsory=False)


def review_for(agency: Agency, on: dt.date) -> ManagementReview | None:
    """The last concluded review of the twelve months before a day."""
    rows = ManagementReview.objects.filter(
        agency=agency,
        state=ManagementReview.State.CONCLUDED,
        held_on__gt=on - dt.timedelta(days=366),
        held_on__lte=on,
    )
    found: ManagementReview | None = rows.order_by("-held_on").first()
    return found


def declaration_of(paper: Paper) -> SelfDeclaration:
    """The declaration a paper is about."""
    rows = SelfDeclaration.objects.select_related("agency", "edition", "review")
    found: SelfDeclaration = rows.get(agency=paper.agency, pk=paper.subject_key)
    return found


def in_force(agency: Agency) -> SelfDeclaration | None:
    """The declaration that holds now."""
    rows = SelfDeclaration.objects.filter(agency=agency, state=SelfDeclaration.State.IN_FORCE)
    found: SelfDeclaration | None = rows.select_related("edition", "paper", "agency").first()
    return found


def changes_since(declaration: SelfDeclaration, on: dt.date) -> list[Change]:
    """What differs between what was declared and the scope of a day: reasons to declare anew."""
    now = scope_of(declaration.agency, on)
    found = []
    edition = now.edition.code if now.edition else ""
    if edition != declaration.edition.code:
        found.append(Change(_("Edition of the standard"), declaration.edition.code, edition))
    for label, before, after in (
        (_("Clauses that do not apply"), declaration.exclusions, now.exclusions),
        (_("Administrative procedures"), declaration.procedures, now.procedures),
        (_("Internal procedures"), declaration.internal, now.internal),
    ):
        gone, come = _difference(before, after)
        if gone or come:
            found.append(Change(label, gone, come))
    return found


def _difference(before: list[dict[str, str]], after: list[dict[str, str]]) -> tuple[str, str]:
    old, new = {row["code"] for row in before}, {row["code"] for row in after}
    return _some(sorted(old - new)), _some(sorted(new - old))


def _some(codes: list[str]) -> str:
    more = f" (+{len(codes) - 5})" if len(codes) > 5 else ""
    return ", ".join(codes[:5]) + more


def content(declaration: SelfDeclaration, signer: Person | None) -> PaperContent:
    """What the paper says; raises Invalid with the place of every text that a paper cannot show."""
    with override("vi"):
        data = _data(declaration, signer)
    return content_made(data)


def _data(one: SelfDeclaration, signer: Person | None) -> dict[str, Any]:
    agency = one.agency
    frame = paper_frame(agency, Kind.DECLARATION)
    standard = f"{one.edition.code} ({one.edition.title_vi})"
    opening = (
        f"{agency.name} công bố hệ thống quản lý chất lượng của cơ quan phù hợp tiêu chuẩn {standard} "
        "đối với các hoạt động trong phạm vi nêu dưới đây."
    )
    facts = [f"Cơ quan: {agency.name}."]
    if agency.address:
        facts.append(f"Địa chỉ: {agency.address}.")
    facts.append(f"Tiêu chuẩn áp dụng: {standard}.")
    body: list[dict[str, Any]] = [
        {"type": "paragraph", "text": opening},
        _section("Cơ quan và tiêu chuẩn", facts),
        _section("Phạm vi áp dụng", [line for line in one.activities.splitlines() if line.strip()]),
    ]
    if one.exclusions:
        body.append(_listing("Điều khoản không áp dụng", [
            f"{row['code']} {row['title']}: {row['reason']}" for row in one.exclusions
        ]))  # fmt: skip
    if one.internal:
        body.append(_listing("Quy trình nội bộ trong phạm vi", [
            f"{row['code']} {row['title']}" for row in one.internal
        ]))  # fmt: skip
    words = [
        "Lãnh đạo cơ quan cam kết duy trì, cải tiến hệ thống quản lý chất lượng và công bố lại khi phạm vi "
        "hoặc tiêu chuẩn áp dụng thay đổi.",
        "Bản công bố có hiệu lực kể từ ngày ký.",
    ]
    if one.review is not None and one.review.held_on is not None:
        held = notation.date(one.review.held_on)
        words.insert(0, f"Việc công bố dựa trên kết quả họp xem xét của lãnh đạo ngày {held}.")
    body.append(_section("Cơ sở công bố và cam kết", words))
    annexes = [_annex(one)] if one.procedures else []
    head = str(agency_settings.get(agency, "documents.head_title"))
    signature = {"position": head, "name": "(chưa chọn người ký)"}
    if signer is not None:
        signature = signature_of(signer) | ({} if signer.position else {"position": head})
        if signer.position.casefold().startswith("phó "):
            signature = signature_of(signer, authority="KT.", on_behalf_of=head)
    return {
        **frame,
        "title": f"Hệ thống quản lý chất lượng phù hợp tiêu chuẩn {one.edition.code}",
        "signature": signature,
        "recipients": ["Cơ quan chủ trì về áp dụng HTQLCL (để báo cáo)", "Lãnh đạo cơ quan",
                       "Các phòng, đơn vị", "Trang thông tin điện tử"],
        "archive": f"{frame['archive']}, Ban ISO",
        "body": body,
        "annexes": annexes,
    }  # fmt: skip


def _section(title: str, texts: list[str]) -> dict[str, Any]:
    return {"type": "section", "title": title, "blocks": [{"type": "paragraph", "text": t} for t in texts]}


def _listing(title: str, items: list[str]) -> dict[str, Any]:
    made = [" ".join(text.split()).rstrip(".;") + "." for text in items]
    return {
        "type": "section",
        "title": title,
        "blocks": [{"type": "list", "style": "number", "items": made}],
    }


def _annex(one: SelfDeclaration) -> dict[str, Any]:
    columns = [
        {"title": title, "width": width, "align": align}
        for title, width, align in (
            ("TT", 8, "center"),
            ("Mã thủ tục", 24, "left"),
            ("Tên thủ tục hành chính", 68, "left"),
        )
    ]
    rows = [
        {"cells": [{"text": str(number)}, {"text": row["code"]}, {"text": row["title"]}]}
        for number, row in enumerate(one.procedures, start=1)
    ]
    table = {"type": "table", "columns": columns, "rows": rows, "size": 12}
    return {"title": "Danh mục thủ tục hành chính trong phạm vi áp dụng", "blocks": [table]}


def warnings(paper: Paper) -> Iterator[registry.PaperWarning]:
    """What a reader should know before the paper is issued."""
    declaration = declaration_of(paper)
    on, url = clock.today(), declaration.get_absolute_url()
    for need in needs_of(paper.agency, on):
        if not need.met and need.compulsory:
            text = _("Missing for the declaration: %(what)s") % {"what": need.label}
            yield registry.PaperWarning(text, need.url, need.label)
    if changes_since(declaration, on):
        yield registry.PaperWarning(
            _("The scope changed since the paper was drafted."), url, _("Open the declaration")
        )


def declared_in(agency: Agency, year: int) -> shell.Fulfilment | None:
    """The declaration issued in a year, for the item of the annual plan."""
    one = (
        SelfDeclaration.objects.filter(agency=agency, paper__issued_on__year=year)
        .exclude(state=SelfDeclaration.State.PREPARING)
        .exclude(paper__state__in=ENDED_STATES)
        .select_related("paper")
        .order_by("-in_force_from")
        .first()
    )
    if one is None or one.paper is None or one.paper.issued_on is None:
        return None
    key = f"{one._meta.label_lower}:{one.pk}"
    return shell.Fulfilment(str(one.paper), one.get_absolute_url(), one.paper.issued_on, key)


def evidence(agency: Agency, on: dt.date) -> shell.EvidenceFound:
    """Declarations that had come into force: what the system covers, told to everyone (4.3)."""
    rows = SelfDeclaration.objects.filter(agency=agency, in_force_from__lte=on).select_related("paper")

    def make(one: SelfDeclaration) -> shell.Evidence:
        assert one.in_force_from is not None
        ended = one.ended_on is not None and one.ended_on <= on
        until = one.ended_on - dt.timedelta(days=1) if ended and one.ended_on else None
        title, url = str(one.paper or one), one.get_absolute_url()
        state = "superseded" if ended else "active"
        return shell.Evidence(title, url, one.in_force_from, state, valid_until=until)

    return shell.EvidenceFound.of(rows.order_by("-in_force_from", "-created_at"), make)


def evidence_files(one: SelfDeclaration, on: dt.date) -> list[StoredFile]:
    """The issued paper."""
    return paper_files(one.paper, on)


LABEL = gettext_lazy("Issue the declaration of conformity")
