"""The bundled fonts: what the renderer may use, and which characters they can show.

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

from django.conf import settings

FAMILY = "Tinos"
_lock = threading.Lock()


def folder() -> Path:
    """Where the fonts lie."""
    return Path(settings.BASE_DIR) / "static" / "fonts" / "tinos"


@lru_cache(maxsize=1)
def _config_file() -> str:
    """A Fontconfig file that knows only our folder."""
    place = Path(tempfile.mkdtemp(prefix="qms-fonts-"))
    text = (
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
        f"<dir>{folder()}</dir><cachedir>{place / 'cache'}</cachedir></fontconfig>"
    )
    file = place / "fonts.conf"
    file.write_text(text, encoding="utf-8")
    return str(file)


@contextmanager
def only_bundled_fonts() -> Iterator[None]:
    """Fontconfig sees only the bundled fonts inside the block."""
    with _lock:
        before = os.environ.get("FONTCONFIG_FILE")
        os.environ["FONTCONFIG_FILE"] = _config_file()
        try:
            yield
        finally:
            if before is None:
                del os.environ["FONTCONFIG_FILE"]
            else:
                os.environ["FONTCONFIG_FILE"] = before


@lru_cache(maxsize=1)
def font_configuration() -> Any:
    """The one FontConfiguration of this process: a new one per paper leaks memory and costs 50 ms."""
    with only_bundled_fonts():
        from weasyprint.text.fonts import FontConfiguration

        return FontConfiguration()


@lru_cache(maxsize=1)
def known_characters() -> frozenset[int]:
    """The code points every style of the family can show."""
    from fontTools.ttLib import TTFont

    known: set[int] | None = None
    for file in sorted(folder().glob("*.ttf")):
        with TTFont(file, lazy=True) as font:
            points = set(font.getBestCmap())
        known = points if known is None else known & points
    return frozenset(known or ())


def missing(text: str) -> list[str]:
    """The characters of a text that the fonts lack, each once, in order."""
    known = known_characters()
    return list(dict.fromkeys(letter for letter in text if ord(letter) not in known and letter != "\n"))
