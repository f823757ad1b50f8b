"""Accessibility check of a page in Chromium with axe-core, and the browser the browser tests share.

``with chromium() as browser`` starts Debian's Chromium; ``findings(page)`` runs axe on the page as it
stands and returns one line per problem; ``check(page)`` fails the test with those lines, in both themes
and at both widths. The page's own Content-Security-Policy stays in force: axe is evaluated over the
debugging protocol, not added to the page.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
AXE = Path(__file__).with_name("axe.min.js")
LOOKS = ["color-contrast", "link-in-text-block", "scrollable-region-focusable", "target-size"]
"""The rules that depend on the theme and the width of the page alone."""
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start one headless Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


def drawn(page: Page) -> None:
    """Wait until the page is drawn as it stands: what follows its size is told once a frame, after layout."""
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")


def findings(page: Page, *, looks: bool = False) -> list[str]:
    """Run axe on the page and return its findings as lines; of its looks alone, when the rest is known."""
    drawn(page)
    if not page.evaluate("typeof window.axe !== 'undefined'"):
        page.evaluate(AXE.read_text(encoding="utf-8") + ";0")
    result = page.evaluate(
        "only => axe.run(document, {runOnly: only, resultTypes: ['violations']})",
        {"type": "rule", "values": LOOKS} if looks else {"type": "tag", "values": RULES},
    )
    return [
        f"{page.url} [{found['impact']}] {found['id']}: {found['help']}: "
        + "; ".join(f"{node['target']} {node['html'][:160]}" for node in found["nodes"][:4])
        for found in result["violations"]
    ]


def set_theme(page: Page, theme: str) -> None:
    """Show the page in the light or the dark theme, at once (colours that fade would be measured halfway)."""
    page.emulate_media(reduced_motion="reduce")
    page.evaluate("theme => document.documentElement.setAttribute('data-bs-theme', theme)", theme)


def check(page: Page, *, sizes: tuple[dict[str, int], ...] = (DESKTOP, PHONE)) -> None:
    """Fail with axe's findings and any sideways scrolling, in both themes at every size."""
    wrong: list[str] = []
    for size in sizes:
        page.set_viewport_size(size)
        for theme in ("light", "dark"):
            set_theme(page, theme)
            wrong += [f"{size['width']} {theme}: {line}" for line in findings(page)]
        over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if over > 0:
            wrong.append(f"{size['width']}: {page.url} scrolls sideways by {over} px")
    assert not wrong, "\n".join(wrong)
