"""Take the pictures of the README from a running demonstration: take.py ADDRESS DATA_DIR."""

import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
PASSWORD = "TrinhDien@2026"  # noqa: S105 - the published password of the demonstration
FLAGS = [
    "--no-sandbox",
    "--headless",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def sign_in(browser: Browser, address: str, name: str, width: int = 1440) -> Page:
    """A page on which a demonstration account is signed in."""
    page = browser.new_context(viewport={"width": width, "height": 900}, color_scheme="light").new_page()
    page.goto(f"{address}/accounts/login/")
    page.fill("input[name=login]", name)
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(f"{address}/")
    return page


def take(page: Page, address: str, name: str) -> None:
    """One picture of what the window shows."""
    page.goto(address)
    page.screenshot(path=HERE / f"{name}.png")
    smaller(HERE / f"{name}.png")


def smaller(file: Path) -> None:
    """The same picture with 128 colours, a third of the size."""
    with Image.open(file) as picture:
        reduced = picture.convert("RGB").quantize(128, dither=Image.Dither.NONE)
    reduced.save(file, optimize=True)


def main() -> None:
    """Every picture the README shows."""
    address, data = sys.argv[1].rstrip("/"), sys.argv[2]
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        board = sign_in(browser, address, "truongban")
        take(board, f"{address}/objectives/dashboard/?year=2025", "dashboard")
        target = board.locator("tbody tr", has_text="3a").locator("a").first.get_attribute("href")
        take(board, f"{address}{target}", "target")
        secretary = sign_in(browser, address, "thuky")
        take(secretary, f"{address}/", "home")
        take(secretary, f"{address}/evidence/", "evidence")
        take(secretary, f"{address}/library/", "library")
        clerk = sign_in(browser, address, "vanthu")
        take(clerk, f"{address}/documents/papers/", "papers")
        phone = sign_in(browser, address, "truongphong", width=390)
        take(phone, f"{address}/objectives/dashboard/?year=2025", "dashboard-phone")
        browser.close()
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            [ROOT / "script/manage", "--data", data, "export_papers", folder, "--year", "2025"],
            check=True,
            capture_output=True,
        )
        paper = next(Path(folder).glob("*.pdf"))
        for page_number in (1, 2, 4):
            span = ["-f", str(page_number), "-l", str(page_number), "-singlefile"]
            picture = str(HERE / f"decision-{page_number}")
            subprocess.run(["pdftoppm", "-r", "80", "-png", *span, str(paper), picture], check=True)
            smaller(Path(f"{picture}.png"))


if __name__ == "__main__":
    main()
