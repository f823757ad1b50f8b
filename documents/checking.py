"""Where a paper disagrees with itself or with the records: warnings, and the checks before issuing.

A warning never stops an agency from what it may decide. What would make the paper invalid does.
"""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from documents import registry
from documents.content import KINDS, Kind, PaperContent, texts
from documents.models import Effect, LegalBasis, Paper, PaperState, SigningKey
from documents.policies import can_be_amended
from documents.registry import PaperWarning
from documents.rendering.glyphs import glyph_problems
from documents.rendering.sheet import roman
from documents.selectors import NumberStrip
from documents.services.frame import paper_symbol
from documents.wording import unfilled
from qms import clock, notation
from qms.text import fold


def paper_warnings(paper: Paper, typed: PaperContent | None = None) -> list[PaperWarning]:
    """Everything worth a second look, the purpose's own warnings included.

    `typed` is what stands in the editor just now, when it is not the saved content.
    """
    content = typed or paper.typed
    found = [
        *_symbol(paper, content),
        *_authority(content),
        *_signer(paper, content),
        *_bases(paper, content),
        *_annexes(content),
        *_form_parts(content),
        *_earlier(paper),
    ]
    purpose = registry.get(paper.purpose)
    if purpose is not None and not paper.is_issued:
        found += list(purpose.warnings(paper))
    return found


def _symbol(paper: Paper, content: PaperContent) -> Iterator[PaperWarning]:
    expected = paper_symbol(paper.agency, Kind(paper.kind), paper.issued_on)
    letter = content.kind == Kind.LETTER and content.symbol.startswith(f"{expected}-")
    if content.symbol != expected and not letter and not paper.is_issued:
        yield PaperWarning(
            _("The symbol is %(symbol)s; the agency's symbol for this kind is %(expected)s.")
            % {"symbol": content.symbol, "expected": expected}
        )
    own = expected.split("-", 1)[-1] if content.kind != Kind.LETTER else expected
    strange = set(re.findall(r"(?:QĐ|KH|BC|TB)-([^\s/,;.)]+)", " ".join(b.text for b in content.bases)))
    similar = {one for one in strange if one != own and fold(one).replace("so", "s") == fold(own)}
    for one in sorted(similar):
        yield PaperWarning(
            _("A legal basis is cited with the symbol %(other)s, this paper carries %(own)s.")
            % {"other": one, "own": own}
        )
    if fold(content.agency_name) != fold(paper.agency.name) and not paper.is_issued:
        yield PaperWarning(
            _("The letterhead names %(name)s, the agency is called %(agency)s.")
            % {"name": " ".join(content.agency_name.split()), "agency": paper.agency.name}
        )


def _authority(content: PaperContent) -> Iterator[PaperWarning]:
    """A paper in the name of the head, signed for a council (or the other way round)."""
    signature = content.signature
    if not content.preamble:
        return
    if signature.authority == "TM." and not fold(content.preamble).startswith(("uy ban", "hoi dong", "ban ")):
        yield PaperWarning(
            _("The paper is decided by “%(head)s”, but signed on behalf of “%(body)s”.")
            % {"head": content.preamble.split("\n")[0], "body": signature.on_behalf_of}
        )
    if signature.authority in {"KT.", "TL.", "TUQ."} and not fold(content.preamble).startswith(
        fold(signature.on_behalf_of)
    ):
        yield PaperWarning(
            _("The paper is decided by “%(head)s”, but signed %(authority)s %(body)s.")
            % {
                "head": content.preamble.split("\n")[0],
                "authority": signature.authority,
                "body": signature.on_behalf_of,
            }
        )


def _signer(paper: Paper, content: PaperContent) -> Iterator[PaperWarning]:
    if paper.signer is None:
        yield PaperWarning(_("Nobody is chosen yet to sign the paper."))
    elif fold(paper.signer.full_name) != fold(content.signature.name):
        yield PaperWarning(
            _("The signature block names %(name)s, the signer is %(person)s.")
            % {"name": content.signature.name, "person": paper.signer.full_name}
        )


def _bases(paper: Paper, content: PaperContent) -> Iterator[PaperWarning]:
    if content.kind == Kind.DECISION and not content.bases:
        yield PaperWarning(_("The decision cites no legal basis."))
    seen: set[str] = set()
    for basis in content.bases:
        if fold(basis.text) in seen:
            yield PaperWarning(_("A legal basis is cited twice: %(text)s") % {"text": basis.text[:80]})
        seen.add(fold(basis.text))
    day = paper.issued_on or clock.today()
    for record in LegalBasis.objects.filter(agency=paper.agency).select_related("replaced_by"):
        if any(basis.record == str(record.pk) or record.number in basis.text for basis in content.bases):
            yield from _basis(record, day)


def _basis(record: LegalBasis, day: dt.date) -> Iterator[PaperWarning]:
    url, link = record.get_absolute_url(), _("See the legal basis")
    if record.ended_by(day):
        text = _("%(basis)s is no longer in force since %(date)s.") % {
            "basis": record,
            "date": f"{record.expires_on:%d/%m/%Y}",
        }
        if record.replaced_by:
            text += f" {_('Replaced by')} {record.replaced_by}."
        yield PaperWarning(text, url, link)
    elif record.replaced_by is not None:
        yield PaperWarning(
            _("%(basis)s is replaced by %(other)s.") % {"basis": record, "other": record.replaced_by},
            url,
            link,
        )
    elif not record.begun_by(day):
        yield PaperWarning(
            _("%(basis)s is in force only from %(date)s.")
            % {"basis": record, "date": f"{record.in_force_from:%d/%m/%Y}"},
            url,
            link,
        )
    elif record.note:
        yield PaperWarning(f"{record}: {record.note}", url, link)


def _annexes(content: PaperContent) -> Iterator[PaperWarning]:
    body = " ".join(text for path, text in texts(content) if path[0] == "body")
    said = fold(body)
    count = len(content.annexes)
    if count and "phu luc" not in said and "kem theo" not in said:
        yield PaperWarning(_("The paper has annexes, but its text mentions none."))
    if not count and re.search(r"phu luc (i|kem)", said):
        yield PaperWarning(_("The text mentions an annex, but the paper has none."))
    for number in sorted(set(re.findall(r"Phụ lục ([IVX]+)\b", body))):
        if number not in {roman(index) for index in range(1, count + 1)}:
            yield PaperWarning(
                _("The text mentions annex %(number)s, which is not there.") % {"number": number}
            )
    for index, annex in enumerate(content.annexes, start=1):
        wide = any(one.type == "table" and len(one.columns) > 7 for one in annex.blocks)
        if wide and annex.orientation == "portrait":
            yield PaperWarning(
                _("Annex %(number)s has a wide table on an upright sheet.") % {"number": index}
            )


def _form_parts(content: PaperContent) -> Iterator[PaperWarning]:
    """Parts every paper of its kind has, and fields of the template nobody filled."""
    if not content.recipients:
        yield PaperWarning(_("No recipients are named."))
    elif content.kind == Kind.DECISION and not any(
        fold(one).startswith("nhu dieu") for one in content.recipients
    ):
        yield PaperWarning(_("The recipients of a decision usually begin with “Như Điều …”."))
    for one in content.recipients:
        if found := re.match(r"Như Điều (\d+)$", one):
            articles = sum(block.type == "article" for block in content.body)
            if articles and int(found[1]) > articles:
                yield PaperWarning(
                    _("The recipients name Article %(number)s; the paper has %(count)s.")
                    % {"number": found[1], "count": articles}
                )
    if not fold(content.archive).startswith("vt"):
        yield PaperWarning(_("The archive line does not begin with VT, the agency's own archive."))
    if content.kind == Kind.LETTER and not content.addressees:
        yield PaperWarning(_("The letter names no addressee."))
    if content.kind == Kind.MINUTES and content.cosigner is None:
        yield PaperWarning(_("Minutes are signed by their writer too; the left side is empty."))
    fields = unfilled(content)
    if fields:
        names = ", ".join(f"{{{{{name}}}}}" for name in fields)
        yield PaperWarning(_("Fields of the template are not filled in: %(fields)s") % {"fields": names})
    if any(
        "…" in text for path, text in texts(content) if path[0] in {"body", "title", "annexes", "cosigner"}
    ):
        yield PaperWarning(_("Somewhere “…” is still to be filled in."))


def _earlier(paper: Paper) -> Iterator[PaperWarning]:
    earlier = paper.amends
    if earlier is None or paper.is_issued:
        return
    url, link = earlier.get_absolute_url(), _("See the earlier paper")
    if not can_be_amended(earlier, paper.effect):
        yield PaperWarning(
            _("%(paper)s is no longer in force (“%(state)s”).")
            % {"paper": earlier, "state": earlier.get_state_display()},
            url,
            link,
        )
        return
    decided = registry.get(earlier.purpose)
    if (
        decided is not None
        and paper.effect != Effect.CORRECTED
        and earlier.purpose not in registry.AMENDING.values()
        and not registry.is_carried_over(earlier.purpose)
    ):
        yield PaperWarning(
            _(
                "Once this is issued, what %(paper)s brought into force (“%(purpose)s”) ends. What takes its "
                "place comes into force by a paper made from its own records."
            )
            % {"paper": earlier.reference, "purpose": decided.label},
            url,
            link,
        )
    if earlier.reference not in str(paper.content):
        yield PaperWarning(
            _("The text does not name the earlier paper %(number)s.") % {"number": earlier.reference},
            url,
            link,
        )


@dataclass(frozen=True)
class Check:
    """One line of the list before issuing: ok, warn (may go on) or stop."""

    level: str
    message: str


def checks_before_issue(paper: Paper, strip: NumberStrip) -> list[Check]:
    """What the clerk sees before giving the number; `stop` keeps the button away."""
    found = [
        _consent(paper),
        _same_content(paper),
        _key(paper, paper.authorised_by_id, _("signer")),
        _key(paper, None, _("agency")),
        _form(paper),
        _book(strip),
    ]
    return found + [Check("warn", str(one.message)) for one in paper_warnings(paper)]


def can_go_out(checks: list[Check]) -> bool:
    """Whether nothing stops the paper."""
    return all(check.level != "stop" for check in checks)


def _consent(paper: Paper) -> Check:
    if paper.authorised_by is None or paper.authorised_at is None:
        return Check("stop", _("The signer has not signed yet."))
    if paper.flow == "B":
        return Check(
            "ok",
            _("%(name)s signed the file on %(moment)s; only number and date are empty in it")
            % {"name": paper.authorised_by.full_name, "moment": notation.moment(paper.authorised_at)},
        )
    return Check(
        "ok",
        _("%(name)s authorised the signature on %(moment)s")
        % {"name": paper.authorised_by.full_name, "moment": notation.moment(paper.authorised_at)},
    )


def _same_content(paper: Paper) -> Check:
    if paper.typed.digest() != paper.content_hash:
        return Check("stop", _("The stored content no longer matches its hash. Tell the administrator."))
    return Check("ok", _("The content is unchanged since it was approved and signed"))


def _key(paper: Paper, person_id: UUID | None, whose: str) -> Check:
    key = SigningKey.objects.filter(agency=paper.agency, person=person_id, retired_at=None).first()
    if key is None:
        return Check("stop", _("No signing key of the %(whose)s is registered.") % {"whose": whose})
    if not key.covers(clock.now()):
        return Check("stop", _("The certificate of the %(whose)s is not valid today.") % {"whose": whose})
    text = _("Certificate of the %(whose)s valid until %(date)s") % {
        "whose": whose,
        "date": notation.date(key.valid_to),
    }
    return Check("warn", f"{text} ({_('trial')})") if key.is_trial else Check("ok", text)


def _form(paper: Paper) -> Check:
    content = paper.typed
    missing = [
        name
        for name, value in (
            (_("superior agency"), content.parent_name),
            (_("recipients"), content.recipients),
            (_("archive line"), content.archive),
        )
        if not value
    ]
    if glyph_problems(content):
        return Check("stop", _("The text holds characters that the paper's font cannot show."))
    if missing:
        return Check("warn", _("Form: missing %(parts)s") % {"parts": ", ".join(missing)})
    return Check("ok", _("Form: letterhead, symbol and recipients are complete"))


def _book(strip: NumberStrip) -> Check:
    if strip.missing:
        numbers = ", ".join(f"{number:02d}" for number in strip.missing[:5])
        return Check("stop", _("The book has gaps: %(numbers)s") % {"numbers": numbers})
    if not strip.past:
        return Check("ok", _("First number of the book in this portal"))
    return Check(
        "ok",
        _("The book runs to %(last)s without gap or repeat") % {"last": f"{strip.series.last_number:02d}"},
    )


def stages(paper: Paper) -> list[dict[str, str]]:
    """The stage rail of a paper."""
    order = [
        (PaperState.DRAFT, _("Draft"), paper.created_at),
        (PaperState.IN_REVIEW, _("Review"), paper.submitted_at),
        (PaperState.APPROVED, _("Approved"), paper.approved_at),
        (PaperState.AUTHORISED, _("Signed"), paper.authorised_at),
        (PaperState.ISSUED, _("Numbered and issued"), paper.issued_at),
    ]
    done = {
        PaperState.DRAFT: 0,
        PaperState.ABANDONED: 0,
        PaperState.IN_REVIEW: 1,
        PaperState.APPROVED: 3,
        PaperState.SIGNING: 3,
        PaperState.AUTHORISED: 4,
        PaperState.ISSUING: 4,
    }.get(PaperState(paper.state), 5)
    rail = []
    for index, (_state, label, moment) in enumerate(order):
        state = "done" if index < done else "current" if index == done else ""
        when = notation.date(moment) if moment and state == "done" else ""
        rail.append({"label": label, "state": state, "when": when})
    return rail


def kind_label(kind: str) -> str:
    """The words for a kind of paper."""
    return str(KINDS[Kind(kind)].label)
