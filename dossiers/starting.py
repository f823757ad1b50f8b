"""Procedures and dossiers in the start of an agency."""

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from dossiers import policies
from dossiers.models import DossierImport, Procedure
from qms import notation
from qms.models import Agency
from qms.start_steps import StartState, StartStep, start_steps


def _procedures(agency: Agency) -> StartState:
    count = Procedure.objects.filter(agency=agency).count()
    have = _now("%(n)s procedures") % {"n": notation.number(count)} if count else ""
    return StartState(count > 0, have, "" if count else _now("procedures; an import brings them along"))


def _imports(agency: Agency) -> StartState:
    count = DossierImport.objects.filter(agency=agency, committed_at__isnull=False, undone_at=None).count()
    have = _now("%(n)s imports") % {"n": count} if count else ""
    return StartState(count > 0, have, "" if count else _now("the first export of the one-stop software"))


def register() -> None:
    """Tell the guide."""
    start_steps.add(
        StartStep("procedures", "data", _("Administrative procedures"), _("Code, name, field, time limit."),
                  "dossiers:procedure-list", _("Look at the procedures"), _procedures, 10, needed=False,
                  policy=policies.may_read),
        StartStep("dossiers", "data", _("First import of dossiers"), _("An export of the one-stop software."),
                  "dossiers:import-upload", _("Upload an export"), _imports, 20, needed=False,
                  policy=policies.may_import),
    )  # fmt: skip
