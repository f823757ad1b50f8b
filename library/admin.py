"""Every model of the app in the admin; what is approved or append-only can only be looked at."""

from django.contrib import admin

from library import models
from qms.admin_base import AuditedAdmin, ReadOnlyAdmin

EDITABLE = (models.Process, models.ProcessLink, models.RecordSeries)
FROZEN = (
    models.ControlledDocument,
    models.Distribution,
    models.DocumentVersion,
    models.Contribution,
    models.Section,
    models.Reading,
    models.PeriodicReview,
    models.ChangeRequest,
    models.RecordFile,
    models.DisposalList,
    models.DisposalItem,
)

for editable in EDITABLE:
    admin.site.register(editable, AuditedAdmin, list_filter=["agency"])
for frozen in FROZEN:
    admin.site.register(frozen, ReadOnlyAdmin, list_filter=["agency"])
