"""Fields that find one record by its code or by words only it has; lists may be long, a choice is not."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from library.models import ControlledDocument
from qms.models import Agency
from qms.text import fold
from risks.forms.risks import procedures_of
from risks.models import Risk
from risks.selectors.risks import worded

MOST_NAMED = 6
"""So many that fit are named, to choose one by its code."""


class RecordSearch(forms.CharField):
    """A record by its code, or by words only it has; `agency` says whose records are looked through."""

    agency: Agency | None = None

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 120)
        kwargs.setdefault("required", False)
        super().__init__(**kwargs)

    def records(self, agency: Agency) -> "QuerySet[Any]":
        """What is looked through."""
        raise NotImplementedError

    def near(self, rows: "QuerySet[Any]", agency: Agency, text: str) -> list[Any]:
        """Those whose words fit, with or without marks; not many more than are named."""
        words = fold(text).split()
        found = []
        for row in rows:
            said = fold(self.named(row))
            if all(word in said for word in words):
                found.append(row)
            if len(found) > MOST_NAMED:
                break
        return found

    def named(self, row: Any) -> str:
        """Code and name of a record."""
        return str(row)

    def clean(self, value: Any) -> Any:
        """The record, or None; several that fit are named, to choose one by its code."""
        text = super().clean(value)
        if not text:
            return None
        assert self.agency is not None
        rows = self.records(self.agency)
        found = rows.filter(code__iexact=text).first()
        if found is not None:
            return found
        near = self.near(rows, self.agency, text)
        if len(near) == 1:
            return near[0]
        if not near:
            raise forms.ValidationError(_("No entry has the code or the words “%(text)s”.") % {"text": text})
        names = "; ".join(self.named(row)[:80] for row in near[:MOST_NAMED])
        more = " …" if len(near) > MOST_NAMED else ""
        raise forms.ValidationError(
            _("Several entries fit; write the code of one: %(names)s") % {"names": names + more}
        )


class RiskSearch(RecordSearch):
    """A risk or opportunity that is followed up or new."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", _("Its code, such as RR-VP-03, or words of its event."))
        super().__init__(**kwargs)

    def records(self, agency: Agency) -> "QuerySet[Any]":
        """Entries not dropped."""
        return Risk.objects.filter(agency=agency).exclude(state=Risk.State.CLOSED).order_by("code")

    def near(self, rows: "QuerySet[Any]", agency: Agency, text: str) -> list[Any]:
        """Found by the database: a register may have thousands of entries."""
        return list(worded(rows, agency, text)[: MOST_NAMED + 1])


class DocumentSearch(RecordSearch):
    """A controlled document."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", _("Its code, such as QT.TĐC.02, or words of its title."))
        super().__init__(**kwargs)

    def records(self, agency: Agency) -> "QuerySet[Any]":
        """Every document of the agency."""
        return ControlledDocument.objects.filter(agency=agency).order_by("code")


class ProcedureSearch(RecordSearch):
    """An administrative procedure in force."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", _("Its code, or words of its name."))
        super().__init__(**kwargs)

    def records(self, agency: Agency) -> "QuerySet[Any]":
        """Those in force."""
        rows: QuerySet[Any] = procedures_of(agency)
        return rows

    def named(self, row: Any) -> str:
        """Procedures do not name their code themselves."""
        return f"{row.code} {row.name}"
