"""Vietnamese text, pure: NFC, repair of displaced marks, folding for search, collation key."""

import re
import unicodedata

_TONES = "\u0300\u0301\u0303\u0309\u0323"
_BASE_VOWELS = "aeiouyAEIOUY"
_HORNED = "ăâêôơưĂÂÊÔƠƯ"
_WORD = re.compile(rf"([^\W\d_][^\W\d_\u0300-\u036f]*(?:[\u0300-\u036f]+[^\W\d_]*)*)(?: ([{_TONES}]))?")
_TONE_ORDER = {"": 0, "\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}
_ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_LETTER_ORDER = {letter: position for position, letter in enumerate(_ALPHABET, start=1)}


def nfc(text: str) -> str:
    """The text in Unicode normal form C."""
    return unicodedata.normalize("NFC", text)


def _nucleus(letters: list[str]) -> int | None:
    """The index of the letter that carries the tone of a syllable, or None without a vowel."""
    vowels = [
        i for i, letter in enumerate(letters) if unicodedata.normalize("NFD", letter)[0] in _BASE_VOWELS
    ]
    start = "".join(letters[:2]).lower()
    if len(vowels) > 1 and start in {"qu", "gi"}:
        vowels = [i for i in vowels if i > 1] or vowels
    horned = [i for i in vowels if letters[i] in _HORNED]
    if not vowels or horned:
        return horned[-1] if horned else None
    if len(vowels) == 1:
        return vowels[0]
    closed = vowels[-1] < len(letters) - 1
    pair = "".join(letters[i] for i in vowels[-2:]).lower()
    if len(vowels) > 2 or closed or pair in {"oa", "oe", "uy"}:
        return vowels[1]
    return vowels[0]


def _mend(found: re.Match[str]) -> str:
    word, after_gap = found.group(1), found.group(2)
    letters: list[str] = []
    displaced = after_gap or ""
    for mark in unicodedata.normalize("NFD", word):
        if not unicodedata.combining(mark):
            letters.append(mark)
        elif mark in _TONES and letters[-1][0] not in _BASE_VOWELS:
            displaced += mark
        else:
            letters[-1] += mark
    toned = any(tone in letter for letter in letters for tone in _TONES)
    place = _nucleus([unicodedata.normalize("NFC", letter) for letter in letters])
    if len(displaced) != 1 or toned or place is None:
        return found.group(0)
    letters[place] += displaced
    return unicodedata.normalize("NFC", "".join(letters)) + (" " if after_gap else "")


def repair_marks(text: str) -> str:
    """Put tone marks back onto their vowel where a PDF's text layer displaced them; result in NFC.

    `hoc` with the dot under its c becomes `học`, a dot after a space goes back to the word before it;
    text without displaced marks stays as it is.
    """
    return nfc(_WORD.sub(_mend, nfc(text)))


def fold(text: str) -> str:
    """Lower case without marks, đ as d, single spaces: the form in which search compares."""
    decomposed = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    bare = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return " ".join(bare.split())


def vietnamese_key(text: str) -> tuple[tuple[int, ...], tuple[int, ...], str]:
    """A sort key in the order of the Vietnamese alphabet; tones decide only between equal letters."""
    letters: list[int] = []
    tones: list[int] = []
    for letter in unicodedata.normalize("NFC", text.casefold()):
        parts = unicodedata.normalize("NFD", letter)
        tone = next((mark for mark in parts if mark in _TONES), "")
        base = unicodedata.normalize("NFC", "".join(mark for mark in parts if mark not in _TONES))
        letters.append(100 + _LETTER_ORDER[base] if base in _LETTER_ORDER else ord(base[0]) % 100)
        tones.append(_TONE_ORDER.get(tone, 0))
    return tuple(letters), tuple(tones), text


def sort_vietnamese(texts: "list[str]") -> list[str]:
    """Texts in Vietnamese order."""
    return sorted(texts, key=vietnamese_key)
