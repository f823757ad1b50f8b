"""The register of numbers as a PDF, made by the worker: long tables take their time."""

from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from documents import selectors
from documents.models import RegisterEntry
from documents.rendering import fonts
from documents.rendering.assets import locked_fetcher
from qms import clock, files, jobs
from qms.exceptions import Invalid
from qms.models import Agency, Job, Person

JOB = "documents.register_pdf"
MOST = 1000


def register_pdf_start(agency: Agency, asked: dict[str, Any], *, acting: Person) -> Job:
    """Let the worker print the filtered register; raises Invalid for more than a thousand lines."""
    count = selectors.register_list(acting, asked).count()
    if count > MOST:
        raise Invalid(
            _("The register has %(count)s lines here. Choose a year or a book first.") % {"count": count}
        )
    params = {key: str(value) for key, value in asked.items()}
    return jobs.enqueue(JOB, agency=agency, params=params, acting=acting)


@jobs.job_kind(JOB, label=gettext_lazy("Print the register"))
def register_pdf_run(context: jobs.JobContext) -> None:
    """Render the register and keep the file; its address is in the result."""
    from django.urls import reverse

    assert context.acting is not None
    rows = list(selectors.register_list(context.acting, context.params)[:MOST])
    data = register_pdf(context.agency, rows, str(context.params.get("year", "")))
    stored = files.store(context.agency, "so-dang-ky-van-ban.pdf", data, acting=context.acting)
    with context.completing({"url": reverse("documents:register-file", args=[context.job.pk])}) as result:
        result["file"] = str(stored.pk)


def register_pdf(agency: Agency, rows: list[RegisterEntry], year: str) -> bytes:
    """The sheets: landscape, head repeated, cancelled numbers with their reason."""
    from weasyprint import CSS, HTML

    with override("vi"):
        html = render_to_string(
            "pdf/documents/register.html",
            {"agency": agency, "rows": rows, "year": year, "today": clock.today()},
        )
    fetcher, configuration = locked_fetcher(), fonts.font_configuration()
    css = CSS(string=STYLE, url_fetcher=fetcher, font_config=configuration)
    document = HTML(string=html, base_url="asset:register", url_fetcher=fetcher)
    return bytes(document.write_pdf(stylesheets=[css], font_config=configuration, pdf_variant="pdf/ua-1"))


STYLE = """
@page { size: A4 landscape; margin: 20mm 15mm 20mm 20mm;
        @top-center { content: counter(page); font: 13pt "Tinos" } }
@page :first { @top-center { content: none } }
body { font: 11pt/1.2 "Tinos"; margin: 0 }
.head { text-align: center; margin-bottom: 6mm }
.head p { margin: 0 }
h1 { font-size: 14pt; margin: 4mm 0 0 }
table { width: 100%; border-collapse: collapse; table-layout: fixed }
th, td { border: .5pt solid #000; padding: 1.2mm; vertical-align: top; overflow-wrap: break-word }
th { text-align: center }
tr { break-inside: avoid }
.n { width: 11% } .d { width: 9% } .s { width: 14% } .r { width: 20% } .t { width: 11% }
.off { text-decoration: line-through }
"""
