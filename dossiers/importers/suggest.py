"""What an unknown word may mean: suggested on the form for a person to confirm, never taken. Pure."""

import re
from collections.abc import Mapping

from qms.text import fold

KINDS_OF_UNITS = {"p": "phong", "vp": "vanphong", "tt": "trungtam", "bp": "bophan", "cc": "chicuc"}
FEW_INITIALS = 3
SMALL_WORDS = frozenset({"va", "cua", "thuoc", "ve", "cac"})
HINTS: dict[str, tuple[tuple[str, str], ...]] = {
    # The first hint that a folded word holds decides, so the narrower ones come first.
    "status": (
        ("chua phat", "result"),
        ("chua lay", "result"),
        ("chua nhan ket qua", "result"),
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
        ("ngung", "stopped"),
        ("huy", "stopped"),
        ("phat", "returned"),
        ("da tra", "returned"),
        ("dang", "processing"),
        ("tiep nhan", "processing"),
        ("thu ly", "processing"),
        ("chua xong", "processing"),
        ("chua co ket qua", "processing"),
        ("chua giai quyet", "processing"),
        ("xong", "result"),
        ("ket qua", "result"),
        ("chua", "processing"),
        ("hold", "supplement"),
        ("supplement", "supplement"),
        ("denied", "rejected"),
        ("rejected", "rejected"),
        ("withdrawn", "withdrawn"),
        ("delivered", "returned"),
        ("returned", "returned"),
        ("ready", "result"),
        ("completed", "result"),
        ("open", "processing"),
        ("processing", "processing"),
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
        ("vnpost", "postal"),
        ("bcci", "postal"),
        ("post", "postal"),
        ("mail", "postal"),
        ("web", "online"),
        ("counter", "in_person"),
        ("desk", "in_person"),
    ),
    "rating": (
        ("rat khong", "1"),
        ("rat kem", "1"),
        ("rat te", "1"),
        ("khong hai", "2"),
        ("chua hai", "2"),
        ("khong tot", "2"),
        ("chua tot", "2"),
        ("khong duoc", "2"),
        ("chua duoc", "2"),
        ("kem", "2"),
        ("rat", "5"),
        ("xuat sac", "5"),
        ("binh thuong", "3"),
        ("trung binh", "3"),
        ("duoc", "3"),
        ("hai long", "4"),
        ("tot", "4"),
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
    """The one unit that a word means; "" when there is none or several.

    It has the initials of the unit, stands in its name with kinds of units written out, or leaves out some
    of the initials.
    """
    words = re.findall(r"[a-z0-9]+", fold(word))
    forms = {_plain(word), "".join(KINDS_OF_UNITS.get(one, one) for one in words)}

    def names_it(name: str) -> bool:
        initials = {_initials(name, drop=True), _initials(name, drop=False)}
        return any(form in initials or (len(form) > len("phong") and form in _plain(name)) for form in forms)

    def abbreviates_it(name: str) -> bool:
        return any(len(form) >= FEW_INITIALS and _within(form, _initials(name, drop=False)) for form in forms)

    def shortens_it(name: str) -> bool:
        return any(len(form) >= len("phong") and _within(form, _plain(name)) for form in forms)

    for means in (names_it, abbreviates_it, shortens_it):
        found = [key for key, name in units.items() if means(name)]
        if found:
            return found[0] if len(found) == 1 else ""
    return ""


def _within(letters: str, whole: str) -> bool:
    """Whether the letters stand in the whole in this order, from its first one on."""
    rest = iter(whole)
    return letters[:1] == whole[:1] and all(letter in rest for letter in letters)


def _plain(text: str) -> str:
    return "".join(re.findall(r"[a-z0-9]+", fold(text)))


def _initials(name: str, *, drop: bool) -> str:
    words = re.findall(r"[a-z0-9]+", fold(name))
    return "".join(word[0] for word in words if not (drop and word in SMALL_WORDS))
