"""The states of an import: checked first, then imported, or refused, or given up."""

from django.utils.translation import gettext_lazy as _

from dossiers.models import DossierImport
from qms.workflow import Workflow, step

S = DossierImport.State
IMPORT = Workflow(
    (
        step("checked", S.CHECKING, S.CHECKED, _("Check the file")),
        step("refuse", [S.CHECKING, S.CHECKED, S.IMPORTING], S.FAILED, _("Refuse the file")),
        step("start", [S.CHECKING, S.CHECKED], S.IMPORTING, _("Import the dossiers")),
        step("back", S.IMPORTING, S.CHECKED, _("Put back to checked")),
        step("commit", [S.CHECKED, S.IMPORTING], S.COMMITTED, _("Commit the import")),
        step("cancel", [S.CHECKING, S.CHECKED], S.CANCELLED, _("Give up the import")),
    )
)
