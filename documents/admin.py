"""Papers in the administration: to look at, never to edit; legal bases may be kept there."""

from typing import ClassVar

from django.contrib import admin

from documents.models import (
    AuditPack,
    DeskSignature,
    LegalBasis,
    NumberSeries,
    Paper,
    PaperComment,
    PaperFile,
    PaperTemplate,
    PaperVersion,
    RegisterEntry,
    SignatureImage,
    SigningKey,
    TrustItem,
)
from qms.admin_base import AuditedAdmin, ReadOnlyAdmin


@admin.register(LegalBasis)
class LegalBasisAdmin(AuditedAdmin):
    """Legal bases with their end and successor."""

    list_display = ("number", "kind", "issuer", "issued_on", "expires_on", "agency")
    list_filter = ("agency", "kind")
    search_fields = ("number", "about")


@admin.register(Paper)
class PaperAdmin(ReadOnlyAdmin):
    """Papers."""

    list_display = ("title", "kind", "state", "number", "year", "issued_on", "agency")
    list_filter = ("agency", "kind", "state", "year")
    search_fields = ("title", "code")


@admin.register(PaperComment)
class PaperCommentAdmin(ReadOnlyAdmin):
    """Comments."""

    list_display = ("paper", "person", "state", "created_at")


@admin.register(PaperFile)
class PaperFileAdmin(ReadOnlyAdmin):
    """Files, revision by revision."""

    list_display = ("paper", "stage", "sha256", "size", "signer_label", "made_at")
    list_filter = ("agency", "stage")


@admin.register(NumberSeries)
class NumberSeriesAdmin(ReadOnlyAdmin):
    """Books of numbers."""

    list_display = ("agency", "key", "year", "last_number", "last_date")


@admin.register(RegisterEntry)
class RegisterEntryAdmin(ReadOnlyAdmin):
    """Every number ever given."""

    list_display = ("reference", "issued_on", "title", "status", "agency")
    list_filter = ("agency", "year", "status")


@admin.register(SigningKey)
class SigningKeyAdmin(ReadOnlyAdmin):
    """Facts of keys; their secrets are never shown."""

    list_display = ("subject", "person", "agency", "valid_to", "is_trial", "retired_at")
    exclude: ClassVar[tuple[str, ...]] = ("container", "password")


@admin.register(PaperVersion)
class PaperVersionAdmin(ReadOnlyAdmin):
    """Versions of drafts."""

    list_display = ("paper", "number", "saved_by", "created_at")


@admin.register(PaperTemplate)
class PaperTemplateAdmin(ReadOnlyAdmin):
    """Templates of papers; they are edited on their own pages."""

    list_display = ("name", "kind", "key", "valid_from", "retired", "agency")
    list_filter = ("agency", "kind")


@admin.register(TrustItem)
class TrustItemAdmin(ReadOnlyAdmin):
    """What agencies trust besides the installation's folder."""

    list_display = ("subject", "kind", "valid_to", "retired_at", "agency")
    list_filter = ("agency", "kind")


@admin.register(SignatureImage)
class SignatureImageAdmin(ReadOnlyAdmin):
    """Images of signatures and seals."""

    list_display = ("person", "valid_from", "agency")


@admin.register(DeskSignature)
class DeskSignatureAdmin(ReadOnlyAdmin):
    """Signatures made with tokens."""

    list_display = ("paper", "stage", "person", "state", "prepared_at", "done_at")
    exclude: ClassVar[tuple[str, ...]] = ("kept",)


@admin.register(AuditPack)
class AuditPackAdmin(ReadOnlyAdmin):
    """Audit packs."""

    list_display = ("on", "edition", "state", "made_by", "built_at", "agency")
    list_filter = ("agency", "state")
