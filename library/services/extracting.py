"""Reading the text out of uploaded files, for search and comparison. The file itself is never touched.

A hostile or broken file must not take the worker down: the reader runs as a process of its own with a limit
of memory and time.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext_lazy

from library.models import DocumentVersion
from library.services.documents import document_index
from qms import files, jobs
from qms.models import Job, Person
from qms.text import repair_marks

JOB = "library.extract_text"
SECONDS = 120
MOST_LETTERS = 3_000_000
TextState = DocumentVersion.TextState


def extract_start(version: DocumentVersion, *, acting: Person | None) -> Job:
    """Let a worker read the file of a version."""
    params = {"version": str(version.pk)}
    return jobs.enqueue(JOB, agency=version.agency, params=params, acting=acting)


@jobs.job_kind(JOB, label=gettext_lazy("Read the text of an uploaded document"))
def extract_run(context: jobs.JobContext) -> None:
    """The body of the job; a file replaced meanwhile is read by the job that came with it."""
    rows = DocumentVersion.objects.filter(pk=context.params["version"], agency=context.agency)
    version = rows.select_related("file", "document").first()
    if version is None or version.file is None:
        return
    stored = version.file
    text = text_of_file(files.read(stored), "docx" if stored.name.lower().endswith(".docx") else "pdf")
    with context.completing() as result:
        rows.filter(file=stored).update(
            text=repair_marks(text or ""),
            text_state=TextState.FAILED if text is None else TextState.READ,
        )
        result["letters"] = len(text or "")
        document_index(version.document)


def text_of_file(content: bytes, kind: str) -> str | None:
    """The text of a file, or None when it could not be read within the limits."""
    with tempfile.TemporaryDirectory(prefix="qms-text-") as folder:
        source, target = Path(folder) / f"source.{kind}", Path(folder) / "text"
        source.write_bytes(content)
        with target.open("wb") as out:
            try:
                done = subprocess.run(
                    [sys.executable, "-m", "library.extract", str(source), kind],
                    stdout=out,
                    stderr=subprocess.DEVNULL,
                    timeout=SECONDS,
                    check=False,
                    cwd=settings.BASE_DIR,
                    env={"PYTHONIOENCODING": "utf-8"},
                )
            except subprocess.TimeoutExpired:
                return None
        if done.returncode != 0:
            return None
        with target.open(encoding="utf-8", errors="replace") as lines:
            return lines.read(MOST_LETTERS).replace("\x00", "")
