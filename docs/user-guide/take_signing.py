"""Take the pictures of the signing guide from a demonstration: take_signing.py ADDRESS DATA_DIR.

The portal runs at ADDRESS on DATA_DIR, a copy of the demonstration that may be thrown away: papers are added.
"""

import os
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "docs" / "pictures")]
AFTER = (
    "Sở đề nghị các phòng, đơn vị rà soát quy trình nội bộ thuộc phạm vi phụ trách và gửi kết quả đúng hạn."
)


def prepare(folder: Path) -> dict[str, str]:
    """Three letters on their way, signer first: to sign, to number, issued (its file in `folder`)."""
    import django

    django.setup()
    from django.utils.translation import activate
    from take import PASSWORD

    from documents.content import PaperContent
    from documents.models import PaperFile
    from documents.services import (
        paper_approve,
        paper_authorise,
        paper_from_template,
        paper_issue,
        paper_submit,
        paper_update,
        signing_first,
    )
    from qms import agency_settings, clock, files, jobs
    from qms.models import Person

    activate("vi")
    names = ("thuky", "truongban", "lanhdao", "vanthu")
    drafter, head, leader, clerk = (Person.objects.get(user__username=name) for name in names)
    agency_settings.put(drafter.agency, "documents.signing_order", "B", acting=None)
    made = {}
    for what, title in (
        ("issued", "Đề nghị góp ý dự thảo sổ tay chất lượng"),
        ("number", "Đề nghị rà soát quy trình nội bộ"),
        ("sign", "Đề nghị báo cáo kết quả chuyển đổi số"),
    ):
        paper = paper_from_template(
            agency=drafter.agency, key="papers.letter", title=title, signer=leader, acting=drafter
        )
        said = {
            "addressees": ["Các phòng, đơn vị thuộc Sở"],
            "body": [{"type": "paragraph", "text": AFTER}],
        }
        content = PaperContent.model_validate(paper.content | said)
        paper = paper_update(paper, content=content, signer=leader, acting=drafter)
        paper = paper_approve(paper_submit(paper, acting=drafter), acting=head)
        made[what] = str(paper.pk)
        if what == "sign":
            continue
        paper = paper_authorise(paper, password=PASSWORD, acting=leader)
        jobs.run_or_wait(signing_first.job_of(paper))
        if what == "issued":
            paper.refresh_from_db()
            jobs.run_or_wait(paper_issue(paper, issued_on=clock.today(), acting=clerk))
            kept = PaperFile.objects.get(paper=paper, stage="agency")
            (folder / "van-ban.pdf").write_bytes(files.read(kept.file))
    return made


def main() -> None:
    """Prepare the papers, then one picture for each step of the guide."""
    address, data = sys.argv[1].rstrip("/"), sys.argv[2]
    os.environ |= {"QMS_DATA_DIR": data, "DJANGO_SETTINGS_MODULE": "qms.settings.embedded"}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        made = prepare(folder)
        take(address, made, folder / "van-ban.pdf")
    from PIL import Image

    for picture in HERE.glob("signing-*.png"):  # small enough for a repository
        Image.open(picture).convert("RGB").quantize(96).save(picture, optimize=True)


def take(address: str, made: dict[str, str], file: Path) -> None:
    """The pictures, from a browser without Django's own loop around it."""
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(max_workers=1) as pool:
        pool.submit(_take, address, made, file).result()


def _take(address: str, made: dict[str, str], file: Path) -> None:
    from playwright.sync_api import sync_playwright
    from take import FLAGS, sign_in

    papers = f"{address}/documents/papers"
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        leader = sign_in(browser, address, "lanhdao")
        leader.goto(f"{papers}/{made['sign']}/sign/")
        leader.screenshot(path=HERE / "signing-sign.png")
        clerk = sign_in(browser, address, "vanthu")
        clerk.goto(f"{papers}/{made['number']}/issue/")
        clerk.screenshot(path=HERE / "signing-number.png")
        clerk.goto(f"{papers}/{made['issued']}/")
        clerk.screenshot(path=HERE / "signing-issued.png")
        clerk.goto(f"{address}/verify/")
        clerk.set_input_files("input[type=file]", file)
        clerk.locator("main form[method=post] button[type=submit]").first.click()
        clerk.wait_for_selector("#v-h")
        clerk.screenshot(path=HERE / "signing-verify.png")
        phone = sign_in(browser, address, "lanhdao", width=390)
        phone.goto(f"{address}/documents/signing/")
        phone.screenshot(path=HERE / "signing-folder-phone.png")
        browser.close()


if __name__ == "__main__":
    main()
