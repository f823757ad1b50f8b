"""The quality manual: begun with a section for every clause of the edition in force (4.3, 4.4, 7.5.1)."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from library import policies
from library.models import ControlledDocument, DocumentVersion
from library.services.documents import document_create
from library.services.versions import version_start
from library.services.writing import sections_add
from qms import clock
from qms.exceptions import Conflict
from qms.models import Agency, Person
from qms.policies import require
from qms.selectors.standard import clause_rows, edition_in_force
from qms.workflow import hold

OPENING = ("Mục đích", "Phạm vi áp dụng", "Chính sách chất lượng", "Giới thiệu về cơ quan")


def manual_of(agency: Agency) -> ControlledDocument | None:
    """The quality manual of an agency."""
    rows = ControlledDocument.objects.filter(agency=agency, kind=ControlledDocument.Kind.MANUAL)
    found: ControlledDocument | None = rows.order_by("created_at").first()
    return found


def manual_start(agency: Agency, *, acting: Person | None) -> DocumentVersion:
    """Put the manual on the list and begin it: the opening parts, then one section for each clause.

    The justification of what is excluded stands on the page beside its clause. Raises Conflict when there
    is a manual already.
    """
    with transaction.atomic():
        require(policies.secretariat(acting))
        hold(agency)
        if manual_of(agency) is not None:
            raise Conflict(_("There is a quality manual already."))
        document = document_create(
            agency, acting=acting, kind=ControlledDocument.Kind.MANUAL, title="Sổ tay chất lượng"
        )
        version = version_start(document, acting=acting)
        sections: list[dict[str, Any]] = [{"title": title} for title in OPENING]
        edition = edition_in_force(clock.today())
        found = clause_rows(agency, edition, clock.today()) if edition is not None else []
        sections += [
            {"number": row.clause.code, "title": row.clause.title_vi, "clause": row.clause}
            for row in found
            if not row.is_letter and row.depth <= 2
        ]
        sections_add(version, acting=acting, sections=sections)
    return version
