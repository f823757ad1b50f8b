"""A clone stands alone: it reads nothing beside itself, and its pages load nothing from elsewhere."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
TEXT = {".py", ".html", ".css", ".js", ".sh", ".toml", ".yml", ".yaml", ".conf", ""}


def files():
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.split("\0")
    return [ROOT / name for name in listed if name and (ROOT / name).is_file()]


@pytest.fixture(scope="module")
def sources():
    found = {
        path.relative_to(ROOT): path.read_text(errors="replace")
        for path in files()
        if path.suffix in TEXT and "vendor" not in path.parts and path != Path(__file__)
    }
    if not found:
        pytest.skip("not a git checkout")
    return found


def test_nothing_reads_what_lies_beside_the_clone(sources):
    beside = re.compile(r"\.\./shared|/shared/(samples|seeds|design)")
    assert [str(name) for name, text in sources.items() if beside.search(text)] == []


def test_no_file_names_a_place_of_one_machine(sources):
    place = re.compile(r"/(?:home/\w+|root|work|Users/\w+)/")
    assert [str(name) for name, text in sources.items() if place.search(text)] == []


def test_pages_load_nothing_from_another_host(sources):
    loaded = r"""[^"')\s]*\.(?:js|css|woff2?|ttf|png|svg)"""
    away = re.compile(r"""(?:src|href|url)\s*[=(]\s*["']?(?:https?:)?//(?!127\.0\.0\.1)[\w.-]+""" + loaded)
    pages = {name: text for name, text in sources.items() if name.suffix in {".html", ".css"}}
    assert [str(name) for name, text in pages.items() if away.search(text)] == []


def test_templates_hold_no_inline_script_or_style(sources):
    script = r"<script(?![^>]*\bsrc=)(?![^>]*application/json)[^>]*>"
    inline = re.compile(script + r"|<style\b|\sstyle=[\"']|\son\w+=[\"']")
    pages = {
        name: text
        for name, text in sources.items()
        if name.suffix == ".html" and not {"pdf", "mail", "docs"} & set(name.parts)
    }
    assert [str(name) for name, text in pages.items() if inline.search(text)] == []
