"""Forms of the import."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.utils.timezone import get_default_timezone
from django.utils.translation import gettext_lazy as _

from dossiers.importers.reading import KINDS
from dossiers.models import Procedure
from qms.forms import DateField, PortalForm, PortalModelForm, UploadField


class UploadForm(PortalForm):
    """The export to import."""

    file = UploadField(
        label=_("File exported from the one-stop system"),
        kinds=KINDS,
        most_megabytes=settings.UPLOAD_MAX_BYTES // 1024 // 1024,
        help_text=_(
            ".xlsx, .xls or .csv, up to %(size)s MB. Titles, totals and columns with data of citizens may "
            "stay in it. Do not upload content that is a state secret."
        )
        % {"size": settings.UPLOAD_MAX_BYTES // 1024 // 1024},
    )


class ProcedureForm(PortalModelForm):
    """What the catalogue says of a procedure, and from which day on."""

    on = DateField(
        label=_("In force from"),
        required=False,
        help_text=_("Without a day it is a correction; with one, the former wording is kept."),
    )

    class Meta:
        model = Procedure
        fields = ("name", "field", "online_level", "online_eligible", "regulated_time", "regulated_unit")
        localized_fields = ("regulated_time",)


class StartForm(PortalForm):
    """From when the figures are, where the file does not tell or tells it wrong."""

    as_of = DateField(label=_("Figures as of the end of"), required=False)

    def clean_as_of(self) -> Any:
        """The last second of the day."""
        day = self.cleaned_data.get("as_of")
        if not day:
            return None
        return dt.datetime.combine(day, dt.time(23, 59, 59), tzinfo=get_default_timezone())
