"""Wording of papers: what the portal brings along, what an agency made of it, and how fields are filled.

A template is the content of a paper whose texts hold fields such as `{{year}}`. Apps add theirs with
`wording.add(BuiltIn(...))` from AppConfig.ready; an agency's row of the same key (PaperTemplate, dated)
takes its place.
"""

import datetime as dt
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from documents.content import KINDS, Kind, PaperContent
from documents.models import LegalBasis, PaperTemplate
from documents.problems import content_made
from documents.services.frame import paper_frame, signature_block
from qms import agency_settings, clock
from qms.exceptions import Invalid
from qms.models import Agency, Person

FIELD = re.compile(r"\{\{\s*([a-z_]+)\s*\}\}")
SIGNER = {"position": "{{position}}", "name": "{{signer}}"}
FRAME: dict[str, Any] = {
    "symbol": "{{symbol}}",
    "parent_name": "{{parent}}",
    "agency_name": "{{agency}}",
    "place": "{{place}}",
    "signature": SIGNER,
    "archive": "{{archive}}",
}
"""What every template leaves to the agency's settings."""


@dataclass(frozen=True)
class BuiltIn:
    """A template the portal brings along; `data` is the content without the frame."""

    key: str
    name: str
    kind: Kind
    said: Mapping[str, Any]
    fields: Mapping[str, str] = field(default_factory=dict)

    @property
    def data(self) -> dict[str, Any]:
        """The whole content as plain data, defaults filled in."""
        raw = {**FRAME, "kind": self.kind.value, **self.said}
        return PaperContent.model_validate(raw).model_dump(mode="json")


@dataclass(frozen=True)
class Wording:
    """A template as an agency uses it on a day."""

    key: str
    name: str
    kind: str
    data: dict[str, Any]
    valid_from: dt.date | None = None
    own: bool = False
    restorable: bool = False
    of_portal: bool = True
    fields: Mapping[str, str] = field(default_factory=dict)

    @property
    def kind_word(self) -> str:
        """The kind of paper in words."""
        return str(KINDS[Kind(self.kind)].label)

    @property
    def digest(self) -> str:
        """SHA-256 of the content."""
        return digest_of(self.data)


_built_in: dict[str, BuiltIn] = {}


def add(*templates: BuiltIn) -> None:
    """Register templates of the portal."""
    _built_in.update({one.key: one for one in templates})


def built_in(key: str) -> BuiltIn | None:
    """The portal's own wording of a key."""
    return _built_in.get(key)


def digest_of(data: Any) -> str:
    """SHA-256 of plain data, hexadecimal."""
    return hashlib.sha256(json.dumps(data, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def common_fields() -> dict[str, str]:
    """The fields every template may use, with what stands there."""
    return {
        "year": _("The year of the paper"),
        "agency": _("Name of the agency"),
        "parent": _("Superior agency"),
        "place": _("Place"),
        "symbol": _("Symbol of the paper"),
        "head": _("Title of the head of the agency"),
        "title": _("Title given when drafting"),
        "signer": _("Name of the signer"),
        "position": _("Position of the signer"),
        "archive": _("Archive line of the agency"),
    }


def _of_row(row: PaperTemplate) -> Wording:
    portal = _built_in.get(row.key)
    return Wording(
        key=row.key,
        name=row.name,
        kind=row.kind,
        data=row.plain,
        valid_from=row.valid_from,
        own=True,
        of_portal=portal is not None,
        restorable=portal is not None and portal.data != row.content,
        fields=portal.fields if portal else {},
    )


def _of_portal(one: BuiltIn) -> Wording:
    return Wording(key=one.key, name=one.name, kind=one.kind.value, data=one.data, fields=one.fields)


def available(agency: Agency, on: dt.date | None = None) -> list[Wording]:
    """The templates an agency works with, its own wording before the portal's; by kind and name."""
    day = on or clock.today()
    rows: dict[str, PaperTemplate] = {}
    for row in PaperTemplate.objects.filter(agency=agency, valid_from__lte=day).order_by("valid_from"):
        rows[row.key] = row
    found = [_of_row(row) for row in rows.values() if not row.retired]
    found += [_of_portal(one) for key, one in _built_in.items() if key not in rows]
    order = {kind.value: index for index, kind in enumerate(Kind)}
    return sorted(found, key=lambda one: (order[one.kind], one.key.startswith("own."), one.key, one.name))


def to_begin_with(agency: Agency) -> list[Wording]:
    """Templates for a paper that is not built from records or about another paper."""
    return [one for one in available(agency) if not one.fields]


def find(agency: Agency, key: str, on: dt.date | None = None) -> Wording | None:
    """The wording of one key on a day; None when the agency has none."""
    day = on or clock.today()
    row = (
        PaperTemplate.objects.filter(agency=agency, key=key, valid_from__lte=day)
        .order_by("-valid_from")
        .first()
    )
    if row is not None:
        return None if row.retired else _of_row(row)
    portal = _built_in.get(key)
    return _of_portal(portal) if portal else None


def fill(node: Any, fields: Mapping[str, str]) -> Any:
    """Plain data with its fields filled; an unknown field stays as it is, to be seen and mended."""
    if isinstance(node, str):
        return FIELD.sub(lambda found: str(fields.get(found[1], found[0])), node)
    if isinstance(node, dict):
        return {key: fill(value, fields) for key, value in node.items()}
    if isinstance(node, list):
        return [fill(one, fields) for one in node]
    return node


def unfilled(content: PaperContent) -> list[str]:
    """Fields that still stand in a paper, each once, in order."""
    found = FIELD.findall(json.dumps(content.model_dump(mode="json"), ensure_ascii=False))
    return list(dict.fromkeys(found))


def fields_of(agency: Agency, kind: Kind, signer: Person | None) -> dict[str, str]:
    """What stands in the common fields for an agency and signer today."""
    frame = paper_frame(agency, kind)
    block = signature_block(agency, signer)
    return {
        "year": str(clock.today().year),
        "agency": " ".join(agency.name.split("\n")),
        "parent": agency.parent_name,
        "place": agency.place,
        "symbol": frame["symbol"],
        "head": str(agency_settings.get(agency, "documents.head_title")),
        "signer": block["name"],
        "position": block["position"],
        "archive": frame["archive"],
    }


def content_of(
    agency: Agency,
    key: str,
    *,
    signer: Person | None,
    fields: Mapping[str, str] | None = None,
    title: str = "",
    **parts: Any,
) -> PaperContent:
    """A paper's content from the agency's wording, fields filled; `parts` replace whole parts.

    Raises Invalid when there is no such template, or with the place of what cannot be printed.
    """
    found = find(agency, key)
    if found is None:
        raise Invalid(_("There is no such template."))
    data = filled(agency, found.data, signer=signer, fields=fields)
    if title:
        data["title"] = title
    return content_made(data | parts)


def shown(agency: Agency, wording: Wording, data: dict[str, Any]) -> dict[str, Any]:
    """A template as a page shows it: what only a paper can fill stands in brackets."""
    names = {"title": common_fields()["title"], **wording.fields}
    return filled(agency, data, signer=None, fields={key: f"[{words}]" for key, words in names.items()})


def filled(
    agency: Agency, data: dict[str, Any], *, signer: Person | None, fields: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """The plain content of a template with its fields, frame and signature filled in."""
    kind = Kind(data["kind"])
    values = {**fields_of(agency, kind, signer), **(fields or {})}
    whole: dict[str, Any] = fill(data, values)
    whole["layout"] = {**whole.get("layout", {}), **paper_frame(agency, kind)["layout"]}
    signature = data.get("signature", {})
    if signature.get("name") == SIGNER["name"] and not signature.get("authority"):
        whole["signature"] = signature_block(agency, signer)
    whole["bases"] = _bases(agency, whole.get("bases", []))
    whole["recipients"] = [line for line in whole.get("recipients", []) if line.strip()]
    return whole


def words_of(agency: Agency, key: str, *, signer: Person | None, fields: Mapping[str, str]) -> dict[str, Any]:
    """The filled template of a paper that is built from records, as plain data to lay the records over."""
    found = find(agency, key)
    if found is None:
        raise Invalid(_("There is no such template."))
    return filled(agency, found.data, signer=signer, fields=fields)


def laid(
    words: dict[str, Any], slots: Mapping[str, list[Any]], needed: tuple[str, ...] = ()
) -> dict[str, Any]:
    """Filled words with whole parts from records laid in: a paragraph or item that is only `{{name}}`.

    A section or list left without anything is dropped. A `needed` part whose place the agency took out
    comes at the end of the body: what is decided is never left out by wording.
    """
    seen: set[str] = set()

    def slot(text: Any) -> str:
        found = FIELD.fullmatch(text.strip()) if isinstance(text, str) else None
        return found[1] if found and found[1] in slots else ""

    def walk(rows: list[Any]) -> list[Any]:
        out: list[Any] = []
        for row in rows:
            text = row.get("text") if isinstance(row, dict) and row.get("type") == "paragraph" else row
            if name := slot(text):
                seen.add(name)
                out.extend(slots[name])
                continue
            if isinstance(row, dict):
                lists = {
                    key: walk(row[key]) for key in ("blocks", "items", "points", "paragraphs") if key in row
                }
                if any(row[key] and not lists[key] for key in ("blocks", "items") if key in lists):
                    continue
                row = row | lists
            out.append(row)
        return out

    body = walk(words.get("body", []))
    for name in needed:
        if name not in seen:
            body.extend(slots[name])
    return words | {"body": body}


def _bases(agency: Agency, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Legal bases cited from their records as they stand today; a dead one by its successor."""
    names = [row["record"] for row in rows if row.get("record")]
    records = {
        str(one.pk): one
        for one in LegalBasis.objects.filter(agency=agency, pk__in=names).select_related("replaced_by")
    }
    out = []
    for row in rows:
        record = records.get(row.get("record", ""))
        while record is not None and record.ended_by(clock.today()) and record.replaced_by is not None:
            record = record.replaced_by
        out.append(row if record is None else {**row, "text": record.citation, "record": str(record.pk)})
    return out
