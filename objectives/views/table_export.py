"""The base of exports: one address gives a table as `.xlsx`, or with `?as=docx` as `.docx`."""

import io
from typing import Any

from django.http import FileResponse, HttpRequest
from django.http.response import HttpResponseBase

from objectives.word_tables import WORD, table_docx
from qms.views import ExportView


class TableExport(ExportView):
    """A table as a spreadsheet or a Word file: `filename`, `title()`, `header()`, `lines()`."""

    def title(self) -> str:
        """What stands above the table in Word."""
        raise NotImplementedError

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.GET.get("as") != "docx":
            return super().get(request, *args, **kwargs)
        content = table_docx(self.header(), self.lines(), title=self.title(), agency=self.agency.name)
        name = self.filename.removesuffix(".xlsx") + ".docx"
        return FileResponse(io.BytesIO(content), as_attachment=True, filename=name, content_type=WORD)
