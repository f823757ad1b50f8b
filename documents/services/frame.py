"""The frame every paper of an agency shares: names, symbol, place, layout. Data, never code."""

import datetime as dt
from typing import Any

from documents.content import KINDS, Kind
from qms import agency_settings
from qms.models import Agency, Person


def paper_symbol(agency: Agency, kind: Kind, on: dt.date | None = None) -> str:
    """The symbol of a kind of paper on a day (`QĐ-SKHCN`), from the agency's dated setting."""
    own = agency_settings.get(agency, "documents.symbol", on) or agency.code
    abbreviation = KINDS[kind].abbreviation
    return f"{abbreviation}-{own}" if abbreviation else own


def paper_frame(agency: Agency, kind: Kind, on: dt.date | None = None) -> dict[str, Any]:
    """Everything of a paper that does not depend on what it is about, ready for PaperContent."""
    frame: dict[str, Any] = {
        "kind": kind.value,
        "symbol": paper_symbol(agency, kind, on),
        "parent_name": agency.parent_name,
        "agency_name": agency.name,
        "place": agency.place,
        "archive": agency_settings.get(agency, "documents.archive_line", on),
        "layout": {
            "head_size": agency_settings.get(agency, "documents.head_size", on),
            "body_size": agency_settings.get(agency, "documents.body_size", on),
        },
    }
    if kind == Kind.DECISION:
        frame |= {
            "preamble": f"{agency_settings.get(agency, 'documents.head_title', on)} {agency.name}".strip(),
            "enacting": "QUYẾT ĐỊNH:",
        }
    return frame


def signature_block(agency: Agency, signer: Person | None) -> dict[str, Any]:
    """The signature block of a signer: the head in their own right, a deputy for the head.

    Decree 30/2020, Article 13. Position and name are copied as they stand today.
    """
    head = str(agency_settings.get(agency, "documents.head_title"))
    if signer is None:
        return {"authority": "", "on_behalf_of": "", "position": head, "name": "(chưa chọn người ký)"}
    block = {"authority": "", "on_behalf_of": "", "position": signer.position or head}
    if signer.position.casefold().startswith("phó ") and head.casefold() in signer.position.casefold():
        block |= {"authority": "KT.", "on_behalf_of": head}
    elif signer.position.casefold().startswith(("trưởng phòng", "chánh văn phòng")):
        block |= {"authority": "TL.", "on_behalf_of": head}
    return block | {"name": signer.full_name}
