"""The decision rendered and signed twice, beside bare WeasyPrint and bare pyHanko in the same warm process.

The floor lays out the very same page with the same style sheets, fonts and PDF variant, and signs it twice
with the same keys and images; it adds no metadata, no fields, no form, and judges nothing. The portal is
measured twice: rendering and signing alone, and all that the issuing job computes. Two workers are
two processes, each issuing as many papers as the one alone. Level B-B: no other machine takes part.
"""

import dataclasses
import datetime as dt
import gc
import io
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from documents.content import PaperContent
from documents.rendering import fonts
from documents.rendering.assets import locked_fetcher, stylesheet
from documents.rendering.fields import AGENCY_FIELD, LEADER_FIELD
from documents.rendering.pages import page_styles
from documents.rendering.render import paper_render, sheet_html
from documents.rendering.sheet import IssueFacts, sheet_of
from documents.signing.images import seal_image, signature_image
from documents.signing.inspect import inspect
from documents.signing.pades import sign_field, stamp_style
from documents.signing.pkcs12 import Pkcs12Signer
from documents.signing.protocol import SignRequest
from documents.signing.trial import TrialAuthority
from documents.signing.trust import TrustStore
from tests.bench.figures import Figure
from tests.documents import samples
from tests.services.sites import ROOT

LEADER, AGENCY = "Trịnh Bảo Long", "Sở Khoa học và Công nghệ"
EARLY = 50
"""After so many papers a worker is warm; its memory is measured from here on."""


@dataclasses.dataclass
class Desk:
    """A paper of two pages, and two keys with their images."""

    content: PaperContent
    facts: IssueFacts
    files: list[tuple[bytes, bytes]]
    keys: list[Pkcs12Signer]
    requests: list[SignRequest]
    trust: TrustStore

    @classmethod
    def of(cls, folder: Path) -> "Desk":
        """Trial keys in a folder of their own; made anew only when they are not there."""
        from asn1crypto import pem, x509

        authority = TrialAuthority(folder, folder / "roots")
        issued = [authority.issue(LEADER, AGENCY, "Phó Giám đốc"), authority.issue(AGENCY, AGENCY)]
        roots = []
        for file in sorted((folder / "roots").rglob("*.pem")):
            _kind, _headers, data = pem.unarmor(file.read_bytes())
            roots.append(x509.Certificate.load(data))
        images = (signature_image(LEADER), seal_image(AGENCY))
        told = ((LEADER_FIELD, LEADER, images[0], True), (AGENCY_FIELD, AGENCY, images[1], False))
        data = samples.decision_data()
        data["annexes"] = []
        return cls(
            PaperContent.model_validate(data),
            IssueFacts(number=1, issued_on=dt.date(2025, 3, 5)),
            [(one.container, one.password) for one in issued],
            [Pkcs12Signer(one.container, one.password) for one in issued],
            [
                SignRequest(field, name, "Ban hành", "Đồng Nai", image=image, certify=certify)
                for field, name, image, certify in told
            ],
            TrustStore(roots=roots),
        )

    def portal(self) -> bytes:
        """As the portal makes it."""
        pdf = paper_render(self.content, self.facts, code="BENCH").pdf
        for key, request in zip(self.keys, self.requests, strict=True):
            pdf = sign_field(pdf, request, key, self.trust)
        return pdf

    def bare(self) -> bytes:
        """With the libraries alone."""
        from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
        from pyhanko.sign import fields, signers
        from weasyprint import CSS, HTML

        configuration, fetcher = fonts.font_configuration(), locked_fetcher()
        styles = [
            CSS(string=text, url_fetcher=fetcher, font_config=configuration)
            for text in (stylesheet(), page_styles(self.content))
        ]
        html = sheet_html(sheet_of(self.content, self.facts))
        pdf = (
            HTML(string=html, base_url="asset:paper", url_fetcher=fetcher)
            .render(stylesheets=styles, font_config=configuration, pdf_variant="pdf/a-3a", pdf_tags=True)
            .write_pdf(pdf_variant="pdf/a-3a", pdf_tags=True)
        )
        for place, (key, request) in enumerate(zip(self.keys, self.requests, strict=True)):
            signer = signers.PdfSigner(
                signers.PdfSignatureMetadata(
                    field_name=request.field,
                    md_algorithm="sha256",
                    subfilter=fields.SigSeedSubFilter.PADES,
                    certify=request.certify,
                    docmdp_permissions=fields.MDPPerm.FILL_FORMS,
                ),
                signer=key.signer(),
                stamp_style=stamp_style(request.image),
                new_field_spec=fields.SigFieldSpec(
                    request.field, on_page=-1, box=(60 + 200 * place, 60, 220 + 200 * place, 160)
                ),
            )
            out = io.BytesIO()
            signer.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf)), output=out)
            pdf = out.getvalue()
        return bytes(pdf)

    def issued(self) -> None:
        """As the job that issues a paper: keys opened anew, each signature judged before it is kept."""
        pdf = paper_render(self.content, self.facts, code="BENCH").pdf
        for count, (file, request) in enumerate(zip(self.files, self.requests, strict=True), start=1):
            pdf = sign_field(pdf, request, Pkcs12Signer(*file), self.trust)
            seen = inspect(pdf, self.trust)
            assert seen.sound and len(seen.signatures) == count, "the signatures do not hold"


def turns(rounds: int, *ways) -> list[float]:
    """The median seconds of each way, taken in turns so that a busy machine slows all alike."""
    taken = [[] for _way in ways]
    for _round in range(rounds):
        for times, way in zip(taken, ways, strict=True):
            began = time.perf_counter()
            way()
            times.append(time.perf_counter() - began)
    return [statistics.median(times) for times in taken]


def resident() -> float:
    """Megabytes of memory this process holds."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


def _tell(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def work(folder: Path, papers: int) -> None:
    """A worker: warm up, say so, wait for a line, issue, and tell seconds and memory early and late."""
    desk = Desk.of(folder)
    desk.portal()
    _tell("ready")
    sys.stdin.readline()
    early = 0.0
    began = time.perf_counter()
    for number in range(1, papers + 1):
        desk.portal()
        if number == min(EARLY, papers):
            gc.collect()
            early = resident()
    taken = time.perf_counter() - began
    gc.collect()
    _tell(f"{taken} {early} {resident()}")


def workers(folder: Path, count: int, papers: int) -> list[tuple[float, float, float]]:
    """What so many workers at once tell, each after so many papers."""
    command = [sys.executable, "-W", "ignore", "-m", "tests.bench.papers_case", str(folder), str(papers)]
    running = [
        subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _one in range(count)
    ]
    try:
        for one in running:
            while (said := one.stdout.readline()).strip() != "ready":
                assert said, "a worker did not come up"
        for one in running:
            one.stdin.write("go\n")
            one.stdin.flush()
        told = [one.communicate()[0].split() for one in running]
    finally:
        for one in running:
            one.kill()
            one.wait()
    return [tuple(map(float, one[-3:])) for one in told]


def measure(papers: int) -> list[Figure]:
    """Time of one paper, the gain of a second worker, and the memory of a worker after many."""
    rounds = max(5, min(30, papers // 10))
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        desk = Desk.of(folder)
        desk.issued()
        desk.bare()
        portal, bare, issued = turns(rounds, desk.portal, desk.bare, desk.issued)
        ((alone, early, late),) = workers(folder, 1, papers)
        few = min(papers, max(EARLY, papers // 4))
        ((single, _early, _late),) = workers(folder, 1, few)
        both = workers(folder, 2, few)
    rate = 2 * few / max(taken for taken, _early, _late in both)
    return [
        Figure("paper, render and two signatures", portal, bare, "s", rounds, "<= 1.15"),
        Figure("paper, keys opened and signatures judged too", issued, bare, "s", rounds),
        Figure("papers, one worker", papers / alone, None, "papers/s", papers),
        Figure("papers, two workers", rate, few / single, "papers/s", few, ">= 1.7"),
        Figure(f"papers, memory after {papers}", late, early, "MB", papers, "<= 1.3"),
    ]


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qms.settings.test")
    import django

    django.setup()
    work(Path(sys.argv[1]), int(sys.argv[2]))
