"""The catalogue of procedures: what it says changes from a day on, what it said before is kept."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from dossiers import events, policies
from dossiers.models import Procedure, ProcedureVersion
from qms import audit, clock
from qms.exceptions import Invalid, Problem
from qms.models import Person
from qms.policies import require
from qms.workflow import locked

KEPT = (
    "name",
    "field",
    "online_level",
    "online_eligible",
    "regulated_time",
    "regulated_unit",
    "after_supplement",
)
DAY = dt.timedelta(days=1)


def procedure_change(
    procedure: Procedure, *, acting: Person | None, on: dt.date | None = None, **fields: Any
) -> Procedure:
    """Change what the catalogue says of a procedure; with `on`, from that day on and with a version before.

    Without a day it is a correction of what stands there. Raises Invalid when the day lies before the
    beginning of the present wording.
    """
    with transaction.atomic(), locked(procedure) as procedure:
        require(policies.can_import(acting, procedure.agency))
        changes = audit.diff(procedure, **fields)
        if not changes:
            return procedure
        now = clock.now()
        kept = {name: getattr(procedure, name) for name in (*KEPT, "valid_from")}
        about = {"agency": procedure.agency, "procedure": procedure}
        if on is not None:
            if procedure.valid_from is not None and on <= procedure.valid_from:
                raise Invalid([Problem("on", _("The present wording holds since a later day."))])
            ProcedureVersion.objects.create(**about, **kept, valid_to=on - DAY, known_from=now)
            fields["valid_from"] = on
        # What the catalogue said until now stays, so that what was counted from it can be counted again.
        ProcedureVersion.objects.create(
            **about, **kept, valid_to=procedure.valid_to, known_from=procedure.known_since, known_to=now
        )
        changes = audit.apply(procedure, **fields)
        procedure.known_since = now
        procedure.save(update_fields=["known_since"])
        audit.record("dossiers.procedure.changed", procedure, changes, acting=acting)
        for tell in events.catalogue_changed:
            tell(procedure.agency)
    return procedure
