"""The base of exports: one address gives a table as `.xlsx`, or with `?as=docx` as `.docx`."""

import io

from django.http import FileResponse
from django.http.response import HttpResponseBase

from objectives.word_tables import WORD, table_docx
from qms.views import ExportView


class TableExport(ExportView):
    """A table as a spreadsheet or a Word file: `filename`, `title()`, `header()`, `lines()`."""

    def title(self) -> str:
        """What stands above the table in Word."""
        raise NotImplementedError

    @property
    def in_word(self) -> bool:
        """Whether a Word file is asked for."""
        return self.request.GET.get("as") == "docx"

    def note(self) -> str:
        return self.filename.removesuffix(".xlsx") + ".docx" if self.in_word else self.filename

    def file(self) -> HttpResponseBase:
        if not self.in_word:
            return super().file()
        content = table_docx(self.header(), self.lines(), title=self.title(), agency=self.agency.name)
        return FileResponse(io.BytesIO(content), as_attachment=True, filename=self.note(), content_type=WORD)
