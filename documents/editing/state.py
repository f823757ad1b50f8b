"""What stands in the editor just now: read from content or from a posted form, changed by its buttons. Pure.

Nothing is kept on the server between two clicks: the form carries everything, valid or not, and a button
posts the whole of it with the operation it stands for. So the editor works without JavaScript too.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from documents import plaintext
from documents.content import PaperContent
from documents.editing import cards as deck
from documents.editing import grid
from qms.exceptions import Invalid

LINES = (
    "title",
    "symbol",
    "parent_name",
    "agency_name",
    "place",
    "preamble",
    "enacting",
    "archive",
    "copies",
)
SIGN = ("authority", "on_behalf_of", "position", "post", "name")
COSIGN = ("title", "name")
MOST_CARDS = 400
MOST_ANNEXES = 26
INLINE_CELLS = 240
INLINE_ALL = 700


@dataclass
class State:
    """The editor's content: plain lines, legal bases, cards of the text, annexes with their cards."""

    kind: str
    lines: dict[str, str]
    addressees: str = ""
    recipients: str = ""
    sign: dict[str, str] = field(default_factory=dict)
    cosign: dict[str, str] = field(default_factory=dict)
    bases: list[dict[str, Any]] = field(default_factory=list)
    body: list[dict[str, Any]] = field(default_factory=list)
    annexes: list[dict[str, Any]] = field(default_factory=list)
    layout: dict[str, Any] = field(default_factory=dict)
    focus: str = ""

    def cards(self, prefix: str) -> list[dict[str, Any]]:
        """The list that a prefix of field names stands for. Raises Invalid for one that is not there."""
        if prefix in {"body", "bases", "annexes"}:
            found: list[dict[str, Any]] = getattr(self, prefix)
            return found
        parts = prefix.split("-")
        if len(parts) == 3 and parts[0] == "annexes" and parts[2] == "cards" and parts[1].isdigit():
            number = int(parts[1])
            if number < len(self.annexes):
                cards: list[dict[str, Any]] = self.annexes[number]["cards"]
                return cards
        raise _strange()

    def data(self) -> tuple[dict[str, Any], dict[tuple[Any, ...], str]]:
        """Plain data for PaperContent, and the editor's part for each path in it."""
        body, where = deck.from_cards(self.body)
        places: dict[tuple[Any, ...], str] = {("body", *path): f"body-{i}" for path, i in where.items()}
        annexes = []
        for number, annex in enumerate(self.annexes):
            blocks, inside = deck.from_cards(annex["cards"])
            annexes.append({**{key: annex[key] for key in annex if key != "cards"}, "blocks": blocks})
            prefix = f"annexes-{number}"
            places[("annexes", number)] = prefix
            for path, i in inside.items():
                places[("annexes", number, "blocks", *path)] = f"{prefix}-cards-{i}"
        for number, _basis in enumerate(self.bases):
            places[("bases", number)] = f"bases-{number}"
        cosigner = self.cosign if any(self.cosign.values()) else None
        return {
            "kind": self.kind,
            **self.lines,
            "addressees": plaintext.lines_of(self.addressees),
            "recipients": plaintext.lines_of(self.recipients),
            "signature": self.sign,
            "cosigner": cosigner,
            "bases": self.bases,
            "body": body,
            "annexes": annexes,
            "layout": self.layout,
        }, places


def _strange() -> Invalid:
    return Invalid(_("The form did not arrive whole. Load the page again."))


def from_content(content: PaperContent) -> State:
    """The editor's state of a saved content."""
    data = content.model_dump(mode="json")
    return State(
        kind=content.kind.value,
        lines={name: data[name] for name in LINES},
        addressees="\n".join(content.addressees),
        recipients="\n".join(content.recipients),
        sign={name: data["signature"][name] for name in SIGN},
        cosign=data["cosigner"] or dict.fromkeys(COSIGN, ""),
        bases=data["bases"],
        body=deck.to_cards(content.body),
        annexes=[
            {
                "title": annex.title,
                "orientation": annex.orientation,
                "relation": annex.relation,
                "labelled": annex.labelled,
                "cards": deck.to_cards(annex.blocks),
            }
            for annex in content.annexes
        ],
        layout=data["layout"],
    )


# From a posted form


def from_post(post: Mapping[str, str], saved: PaperContent) -> State:
    """The editor's state of a posted form. Raises Invalid when it is not whole."""
    try:
        return _read(post, saved)
    except (KeyError, ValueError, TypeError, AttributeError, IndexError) as error:
        raise _strange() from error


def _count(post: Mapping[str, str], name: str, most: int) -> int:
    number = int(post[f"{name}-count"])
    if not 0 <= number <= most:
        raise ValueError(name)
    return number


def _read(post: Mapping[str, str], saved: PaperContent) -> State:
    bases = [
        {
            "kind": post[f"bases-{i}-kind"],
            "text": post[f"bases-{i}-text"].strip(" ;\r\n\t"),
            "record": post.get(f"bases-{i}-record", ""),
        }
        for i in range(_count(post, "bases", MOST_CARDS))
    ]
    annexes = [
        {
            "title": _unfolded(post[f"annexes-{i}-title"]),
            "orientation": post[f"annexes-{i}-orientation"],
            "relation": post[f"annexes-{i}-relation"],
            "labelled": f"annexes-{i}-labelled" in post,
            "cards": _cards(post, f"annexes-{i}-cards"),
        }
        for i in range(_count(post, "annexes", MOST_ANNEXES))
    ]
    before = saved.model_dump(mode="json")
    return State(
        kind=saved.kind.value,
        lines={name: _unfolded(post.get(name, before[name])) for name in LINES},
        addressees=post.get("addressees", ""),
        recipients=post.get("recipients", ""),
        sign={name: _unfolded(post.get(f"sign-{name}", "")) for name in SIGN},
        cosign={name: post.get(f"cosign-{name}", "") for name in COSIGN},
        bases=bases,
        body=_cards(post, "body"),
        annexes=annexes,
        layout=before["layout"],
    )


def _unfolded(text: str) -> str:
    return text.replace("\r\n", "\n")


def _cards(post: Mapping[str, str], prefix: str) -> list[dict[str, Any]]:
    return [_card(post, f"{prefix}-{i}") for i in range(_count(post, prefix, MOST_CARDS))]


def _card(post: Mapping[str, str], name: str) -> dict[str, Any]:
    kind = post[f"{name}-type"]
    if kind == "section":
        level = min(max(int(post[f"{name}-level"]), 1), deck.DEEPEST)
        return {
            "type": kind,
            "title": post[f"{name}-title"],
            "level": level,
            "numbered": f"{name}-numbered" in post,
        }
    if kind == "article":
        return {"type": kind, "text": _unfolded(post[f"{name}-text"])}
    if kind == "list":
        return {"type": kind, "style": post[f"{name}-style"], "items": _unfolded(post[f"{name}-items"])}
    if kind == "table":
        return _table(post, name)
    if kind != "paragraph":
        raise ValueError(kind)
    return {
        "type": kind,
        "text": " ".join(post[f"{name}-text"].split()),
        "bold": f"{name}-bold" in post,
        "italic": f"{name}-italic" in post,
        "align": post[f"{name}-align"],
    }


def _table(post: Mapping[str, str], name: str) -> dict[str, Any]:
    shape = json.loads(post[f"{name}-shape"])
    columns = [
        {
            "title": _unfolded(post.get(f"{name}-col-{c}-title", column["title"])),
            "width": int(post.get(f"{name}-col-{c}-width", "") or column["width"]),
            "align": post.get(f"{name}-col-{c}-align", column["align"]),
        }
        for c, column in enumerate(shape["columns"])
    ]
    return {
        "type": "table",
        "caption": post.get(f"{name}-caption", ""),
        "size": int(post.get(f"{name}-size", 13)),
        "columns": columns,
        "header": [_row(post, f"{name}-h-{r}", row) for r, row in enumerate(shape["header"])],
        "rows": [_row(post, f"{name}-r-{r}", row) for r, row in enumerate(shape["rows"])],
    }


def _row(post: Mapping[str, str], name: str, row: dict[str, Any]) -> dict[str, Any]:
    cells = [
        {**grid.PLAIN, **cell, "text": _unfolded(post.get(f"{name}-{c}", cell.get("text", "")))}
        for c, cell in enumerate(row["cells"])
    ]
    return {"cells": cells, "kind": post.get(f"{name}-kind", row.get("kind", "normal"))}


# What the buttons do


def apply(state: State, said: str, extra: Mapping[str, Any]) -> None:
    """Do what a button says: `name:list:index[:more…]`. Raises Invalid for what is not there."""
    name, prefix, *rest = [*said.split(":"), ""]
    numbers = [int(part) for part in rest if part.lstrip("-").isdigit()]
    words = [part for part in rest if part and not part.lstrip("-").isdigit()]
    if name == "look":
        return
    try:
        _apply(state, name, prefix, numbers, words, extra)
    except (IndexError, ValueError, KeyError) as error:
        raise _strange() from error


def _apply(
    state: State,
    name: str,
    prefix: str,
    numbers: list[int],
    words: list[str],
    extra: Mapping[str, Any],
) -> None:
    rows = state.cards(prefix)
    index = numbers[0] if numbers else -1
    if name == "add":
        state.focus = f"{prefix}-{_add(state, rows, prefix, index, words, extra)}"
    elif name == "remove":
        del rows[index]
        state.focus = f"{prefix}-{min(index, len(rows) - 1)}" if rows else f"{prefix}-add"
    elif name in {"up", "down"}:
        state.focus = f"{prefix}-{_move(rows, prefix, index, -1 if name == 'up' else 1)}"
    elif name == "copy":
        rows.insert(index + 1, json.loads(json.dumps(rows[index])))
        state.focus = f"{prefix}-{index + 1}"
    else:
        _in_table(rows[index], name, numbers[1:], words, extra.get(f"{prefix}-{index}-paste", ""))
        state.focus = f"{prefix}-{index}"


def _move(rows: list[dict[str, Any]], prefix: str, index: int, step: int) -> int:
    if prefix == "body" or prefix.endswith("-cards"):
        return deck.moved(rows, index, step)
    target = index + step
    if not 0 <= target < len(rows):
        return index
    rows[index], rows[target] = rows[target], rows[index]
    return target


def _add(
    state: State,
    rows: list[dict[str, Any]],
    prefix: str,
    after: int,
    words: list[str],
    extra: Mapping[str, Any],
) -> int:
    place = min(max(after + 1, 0), len(rows))
    if prefix == "bases":
        citation, record = extra.get("basis", ("", ""))
        rows.append({"kind": "basis", "text": citation, "record": record})
        return len(rows) - 1
    if prefix == "annexes":
        if len(rows) >= MOST_ANNEXES:
            raise Invalid(_("A paper has at most %(most)s annexes.") % {"most": MOST_ANNEXES})
        rows.append(
            {
                "title": "",
                "orientation": words[0] if words else "portrait",
                "relation": "Ban hành kèm theo" if state.kind == "decision" else "Kèm theo",
                "labelled": True,
                "cards": [deck.fresh("table" if words and words[0] == "landscape" else "paragraph")],
            }
        )
        return len(rows) - 1
    if len(rows) >= MOST_CARDS:
        raise Invalid(_("The text has too many parts; move some into an annex."))
    kind = words[0] if words and words[0] in deck.TYPES else "paragraph"
    level = next((card["level"] for card in reversed(rows[:place]) if card["type"] == "section"), 1)
    rows.insert(place, deck.fresh(kind, level))
    return place


def _in_table(card: dict[str, Any], name: str, at: list[int], words: list[str], paste: str) -> None:
    width = len(card["columns"])
    if name == "row-add":
        card["rows"] = grid.row_add(card["rows"], width, at[0])
    elif name == "row-remove":
        card["rows"] = grid.row_remove(card["rows"], width, at[0])
    elif name == "row-up":
        card["rows"] = grid.row_move(card["rows"], width, at[0], -1)
    elif name == "row-down":
        card["rows"] = grid.row_move(card["rows"], width, at[0], 1)
    elif name == "merge":
        card["rows"] = grid.merge(card["rows"], width, at[0], at[1], words[0])
    elif name == "split":
        card["rows"] = grid.split(card["rows"], width, at[0], at[1])
    elif name in {"col-add", "col-remove"}:
        _columns(card, name, at[0])
    elif name == "even":
        grid.widths_even(card["columns"])
    elif name in {"paste", "paste-over"}:
        _paste(card, paste, over=name == "paste-over")
    else:
        raise ValueError(name)


def _columns(card: dict[str, Any], name: str, index: int) -> None:
    columns, width = card["columns"], len(card["columns"])
    if name == "col-add":
        if width >= grid.MOST_COLUMNS:
            raise Invalid(_("A table has at most %(most)s columns.") % {"most": grid.MOST_COLUMNS})
        change: Callable[..., list[dict[str, Any]]] = grid.column_add
        columns.insert(index + 1, {"title": "", "width": 100 // (width + 1), "align": "left"})
    else:
        if width == 1:
            return
        change = grid.column_remove
        del columns[index]
    card["rows"] = change(card["rows"], width, index)
    card["header"] = change(card["header"], width, index) if card["header"] else []
    grid.widths_even(columns)


def _paste(card: dict[str, Any], text: str, *, over: bool) -> None:
    rows = grid.pasted(text, len(card["columns"]))
    if not rows:
        raise Invalid(_("Paste rows copied from a spreadsheet first."))
    blank_only = all(
        not cell["text"].strip() or cell["text"] == "1" for row in card["rows"] for cell in row["cells"]
    )
    card["rows"] = rows if over or blank_only else [*card["rows"], *rows]
