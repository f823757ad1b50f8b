"""Passwords that are guessed first in Viet Nam are refused, also with digits or signs around them."""

import re
import string
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from qms.text import fold

COMMON = Path(__file__).resolve().parent / "prefill" / "common_passwords_vi.txt"


def bare(password: str) -> str:
    """The letters of a password without marks, case and what stands for a letter (@ for a, 0 for o)."""
    inside = fold(password).strip(string.digits + string.punctuation + " ")
    swapped = inside.translate(str.maketrans("@013457$!", "aoieastsi"))
    return re.sub(r"[^a-z]", "", swapped)


class VietnameseCommonPasswordValidator:
    """Refuses passwords that are nothing but common Vietnamese words, names and key rows."""

    def __init__(self) -> None:
        lines = COMMON.read_text(encoding="utf-8").split()
        self.words = {line for line in lines if line.isalpha()}
        self.exact = set(lines)

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ValidationError for a common password."""
        plain = "".join(fold(password).split())
        letters = {bare(password), re.sub(r"[^a-z]", "", plain)}
        if plain in self.exact or any(self._only_words(text) for text in letters if text):
            raise ValidationError(
                _("This password is too easy to guess: it consists of common words only."),
                code="password_too_common",
            )

    def get_help_text(self) -> str:
        """What the page says beside the field."""
        return _("Common words and names with digits behind them are refused.")

    def _only_words(self, text: str) -> bool:
        """Whether the text is one common word, or common words one after the other."""
        reachable = {0}
        for end in range(1, len(text) + 1):
            if any(text[start:end] in self.words for start in reachable):
                reachable.add(end)
        return len(text) in reachable
