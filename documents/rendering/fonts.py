"""The fonts of papers: what the renderer may use, and which characters they can show.

Tinos comes with the portal. An agency that holds a licence for Times New Roman (or another face of the same
widths) names the folder of its four .ttf files in QMS_PAPER_FONTS; papers are then set in that family, by its
own name, and in nothing else.

Fontconfig is pointed at our folder only while the renderer's own font map is built, so that no system
font can slip in, and no other part of the process is affected.
"""

import os
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from django.conf import settings

STYLES = ("regular", "bold", "italic", "bold italic")
_lock = threading.Lock()


class FontsUnusable(Exception):
    """The folder of fonts the operator named cannot be used; the message says why."""


def bundled() -> Path:
    """Where the fonts that come with the portal lie."""
    return Path(settings.BASE_DIR) / "static" / "fonts" / "tinos"


def folder() -> Path:
    """Where the fonts of papers lie: the operator's folder, or the bundled one."""
    return Path(settings.PAPER_FONTS) if settings.PAPER_FONTS else bundled()


@lru_cache(maxsize=4)
def _faces(place: Path) -> dict[str, dict[str, Path]]:
    """The faces of a folder: family, style, file. A font that cannot be read is passed over."""
    from fontTools.ttLib import TTFont, TTLibError

    found: dict[str, dict[str, Path]] = {}
    for file in sorted([*place.glob("*.ttf"), *place.glob("*.TTF")]):
        try:
            with TTFont(file, lazy=True) as font:
                names = font["name"]
                family = names.getDebugName(16) or names.getDebugName(1) or ""
                style = (names.getDebugName(17) or names.getDebugName(2) or "").casefold()
        except (TTLibError, OSError):
            continue
        found.setdefault(family, {})[style] = file
    return found


def faces() -> dict[str, Path]:
    """The four styles papers are set in; raises FontsUnusable where the folder lacks them."""
    for styles in _faces(folder()).values():
        if set(STYLES) <= set(styles):
            return {style: styles[style] for style in STYLES}
    raise FontsUnusable(f"{folder()}: no family with the styles {', '.join(STYLES)} as .ttf files")


def family() -> str:
    """The family papers are set in, by the name its files give it."""
    faces()
    return next(name for name, styles in _faces(folder()).items() if set(STYLES) <= set(styles))


@lru_cache(maxsize=4)
def _config_file(own: Path) -> str:
    """A Fontconfig file that knows only the folder of papers' fonts."""
    place = Path(tempfile.mkdtemp(prefix="qms-fonts-"))
    text = (
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
        f"<dir>{escape(str(own))}</dir><dir>{bundled()}</dir>"
        f"<cachedir>{place / 'cache'}</cachedir></fontconfig>"
    )
    file = place / "fonts.conf"
    file.write_text(text, encoding="utf-8")
    return str(file)


@contextmanager
def only_bundled_fonts() -> Iterator[None]:
    """Fontconfig sees only the fonts of papers inside the block."""
    with _lock:
        before = os.environ.get("FONTCONFIG_FILE")
        os.environ["FONTCONFIG_FILE"] = _config_file(folder())
        try:
            yield
        finally:
            if before is None:
                del os.environ["FONTCONFIG_FILE"]
            else:
                os.environ["FONTCONFIG_FILE"] = before


def font_configuration() -> Any:
    """The one FontConfiguration of this process: a new one per paper leaks memory and costs 50 ms."""
    return _configuration(folder())


@lru_cache(maxsize=4)
def _configuration(own: Path) -> Any:
    with only_bundled_fonts():
        from weasyprint.text.fonts import FontConfiguration

        return FontConfiguration()


def known_characters() -> frozenset[int]:
    """The code points every style of the family can show."""
    return _known(folder())


@lru_cache(maxsize=4)
def _known(own: Path) -> frozenset[int]:
    from fontTools.ttLib import TTFont

    known: set[int] | None = None
    for file in faces().values():
        with TTFont(file, lazy=True) as font:
            points = set(font.getBestCmap())
        known = points if known is None else known & points
    return frozenset(known or ())


def missing(text: str) -> list[str]:
    """The characters of a text that the fonts lack, each once, in order."""
    known = known_characters()
    return list(dict.fromkeys(letter for letter in text if ord(letter) not in known and letter != "\n"))
