"""Facts are read-only in the administration; the catalogue and the profiles can be edited there."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from dossiers.models import (
    ApiBatch,
    ApiToken,
    DelayReason,
    Dossier,
    DossierImport,
    DossierVersion,
    ImportProfile,
    ImportRejectedRow,
    ImportRowError,
    ImportSequence,
    Procedure,
    ProcedureVersion,
    Survey,
    SurveyAnswer,
    SurveyQuestion,
    SurveyToken,
)
from dossiers.procedures import KEPT
from qms.admin_base import AuditedAdmin, ReadOnlyAdmin


@admin.register(Procedure)
class ProcedureAdmin(AuditedAdmin):
    """The catalogue; what it says changes on its page, where the former wording is kept."""

    list_display = ("code", "name", "field", "online_level", "regulated_time", "agency")
    list_filter = ("agency", "field", "online_level")
    search_fields = ("code", "name")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """An existing procedure is changed by the service only: a figure may rest on its wording."""
        return (*KEPT, "valid_from", "valid_to") if obj is not None else super().get_readonly_fields(request)


@admin.register(ImportProfile)
class ImportProfileAdmin(AuditedAdmin):
    """Headers, words and patterns of a source."""

    list_display = ("name", "code", "agency")
    list_filter = ("agency",)


@admin.register(Dossier)
class DossierAdmin(ReadOnlyAdmin):
    """Facts come from imports only."""

    list_display = ("code", "procedure", "unit", "received_at", "status", "agency")
    list_filter = ("agency", "status", "channel")
    list_select_related = ("procedure", "unit", "agency")
    search_fields = ("code",)
    show_full_result_count = False


@admin.register(DossierVersion)
class DossierVersionAdmin(ReadOnlyAdmin):
    """What imports superseded."""

    list_display = ("code", "from_seq", "to_seq", "status", "agency")
    list_select_related = ("agency",)
    search_fields = ("code",)
    show_full_result_count = False


@admin.register(DossierImport)
class DossierImportAdmin(ReadOnlyAdmin):
    """Imports are steered on their pages."""

    list_display = ("file_name", "seq", "state", "as_of", "read_count", "rejected_count", "agency")
    list_filter = ("agency", "state")
    list_select_related = ("agency",)


@admin.register(ImportRowError)
class ImportRowErrorAdmin(ReadOnlyAdmin):
    """Rows that were refused."""

    list_display = ("dossier_import", "line", "column", "kind", "value")
    list_select_related = ("dossier_import",)


admin.site.register(ProcedureVersion, ReadOnlyAdmin)
admin.site.register(ImportSequence, ReadOnlyAdmin)
for _model in (DelayReason, Survey, SurveyQuestion, SurveyToken, SurveyAnswer):
    admin.site.register(_model, ReadOnlyAdmin)
admin.site.register(ImportRejectedRow, ReadOnlyAdmin)
admin.site.register(ApiBatch, ReadOnlyAdmin)


@admin.register(ApiToken)
class ApiTokenAdmin(ReadOnlyAdmin):
    """Made and revoked on their own page."""

    list_display = ("name", "prefix", "last_used_at", "revoked_at", "agency")
    list_select_related = ("agency",)
