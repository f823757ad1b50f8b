"""The states of imports (checked, then imported, refused, given up or undone) and of surveys."""

from django.utils.translation import gettext_lazy as _

from dossiers.models import DossierImport, Survey
from qms.workflow import Workflow, step

S = DossierImport.State
IMPORT = Workflow(
    (
        step("checked", S.CHECKING, S.CHECKED, _("Check the file")),
        step("refuse", [S.CHECKING, S.CHECKED, S.IMPORTING], S.FAILED, _("Refuse the file")),
        step("answer", S.CHECKED, S.CHECKING, _("Say how the file is to be read")),
        step("start", [S.CHECKING, S.CHECKED], S.IMPORTING, _("Import the dossiers")),
        step("back", S.IMPORTING, S.CHECKED, _("Put back to checked")),
        step("commit", [S.CHECKED, S.IMPORTING], S.COMMITTED, _("Commit the import")),
        step("cancel", [S.CHECKING, S.CHECKED], S.CANCELLED, _("Give up the import")),
        step("undo", S.COMMITTED, S.UNDONE, _("Undo the import")),
    )
)
SURVEY = Workflow(
    (
        step("open", Survey.State.DRAFT, Survey.State.OPEN, _("Open the survey")),
        step("close", Survey.State.OPEN, Survey.State.CLOSED, _("Close the survey")),
    )
)
