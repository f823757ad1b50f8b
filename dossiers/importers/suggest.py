"""What an unknown word may mean: suggested on the form for a person to confirm, never taken. Pure."""

import re
from collections.abc import Mapping

from qms.text import fold

SMALL_WORDS = frozenset({"va", "cua", "thuoc", "ve", "cac"})
HINTS: dict[str, tuple[tuple[str, str], ...]] = {
    # The first hint that a folded word holds decides, so the narrower ones come first.
    "status": (
        ("chua phat", "result"),
        ("chua tra", "result"),
        ("cho tra", "result"),
        ("khong nhan", "refused"),
        ("khong tiep nhan", "refused"),
        ("tu choi tiep nhan", "refused"),
        ("bo sung", "supplement"),
        ("giay to", "supplement"),
        ("tu choi", "rejected"),
        ("bac", "rejected"),
        ("khong du", "rejected"),
        ("rut", "withdrawn"),
        ("dung", "stopped"),
        ("huy", "stopped"),
        ("phat", "returned"),
        ("da tra", "returned"),
        ("dang", "processing"),
        ("tiep nhan", "processing"),
        ("thu ly", "processing"),
        ("xong", "result"),
        ("ket qua", "result"),
    ),
    "channel": (
        ("truc tuyen", "online"),
        ("online", "online"),
        ("cong", "online"),
        ("mang", "online"),
        ("buu", "postal"),
        ("thu", "postal"),
        ("quay", "in_person"),
        ("truc tiep", "in_person"),
        ("mot cua", "in_person"),
        ("tai cho", "in_person"),
    ),
    "level": (
        ("toan trinh", "full"),
        ("4", "full"),
        ("mot phan", "partial"),
        ("3", "partial"),
        ("2", "none"),
        ("1", "none"),
        ("khong", "none"),
    ),
    "payment": (
        ("truc tuyen", "online"),
        ("chuyen khoan", "online"),
        ("online", "online"),
        ("mien", "none"),
        ("khong", "none"),
        ("tien mat", "otherwise"),
        ("truc tiep", "otherwise"),
    ),
    "digitised": (("chua", "no"), ("khong", "no"), ("co", "yes"), ("da", "yes"), ("x", "yes")),
}


def suggestion(kind: str, word: str, units: Mapping[str, str]) -> str:
    """What a word of a kind may mean, "" when nothing speaks for anything; units are (key, name)."""
    if kind == "unit":
        return _unit(word, units)
    padded = f" {' '.join(re.findall(r'[a-z0-9]+', fold(word)))} "
    return next((value for hint, value in HINTS.get(kind, ()) if f" {hint} " in padded), "")


def _unit(word: str, units: Mapping[str, str]) -> str:
    """The one unit whose initials the word is, or whose name holds it; "" when there is none or several."""
    wanted = _plain(word)
    found = [
        key
        for key, name in units.items()
        if wanted in {_initials(name, drop=True), _initials(name, drop=False)}
        or (len(wanted) > len("phong") and wanted in _plain(name))
    ]
    return found[0] if len(found) == 1 else ""


def _plain(text: str) -> str:
    return "".join(re.findall(r"[a-z0-9]+", fold(text)))


def _initials(name: str, *, drop: bool) -> str:
    words = re.findall(r"[a-z0-9]+", fold(name))
    return "".join(word[0] for word in words if not (drop and word in SMALL_WORDS))
