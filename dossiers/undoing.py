"""Undoing an import: the facts stand again exactly as before it, while nothing later rests on them."""
# ruff: noqa: S608 - only names of the models are put into statements, values are parameters

from django.db import connection, transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from dossiers import events, policies, selectors
from dossiers.models import (
    Dossier,
    DossierImport,
    DossierPersonal,
    DossierVersion,
    ImportSequence,
    Procedure,
)
from dossiers.models.dossier import FACT_COLUMNS
from dossiers.staging import on_postgresql
from dossiers.workflow import IMPORT
from qms import audit, clock
from qms.exceptions import Refused
from qms.models import Person
from qms.policies import ALLOW, Verdict, deny, require
from qms.workflow import locked, move

OWN = {DossierVersion, DossierPersonal}


def can_undo(acting: Person | None, one: DossierImport) -> Verdict:
    """Those who may import, as long as it is the last import and nothing rests on it."""
    verdict = policies.can_import(acting, one.agency)
    if not verdict:
        return verdict
    if one.state != DossierImport.State.COMMITTED or one.seq is None:
        return deny(_("Only an import that was committed can be undone."))
    later = selectors.committed(one.agency).filter(seq__gt=one.seq).order_by("seq").first()
    if later is not None:
        return deny(_("Import no. %(seq)s came later and rests on this one.") % {"seq": later.seq})
    for rests in events.import_rests:
        reason = rests(one)
        if reason:
            return deny(reason)
    return ALLOW


def import_undo(one: DossierImport, *, reason: str, acting: Person | None) -> DossierImport:
    """Put the facts back as they were before the import. Raises Refused with what rests on it."""
    with transaction.atomic():
        # The same lock as a commit takes: no other import can come in between.
        list(ImportSequence.objects.select_for_update().filter(agency=one.agency))
        with locked(one) as one:
            require(can_undo(acting, one))
            assert one.seq is not None
            _check_links(one)
            _put_back(one)
            _forget_procedures(one)
            changes = move(one, IMPORT["undo"], undone_at=clock.now(), reason=reason)
            audit.record(
                "dossiers.import.undone",
                one,
                {"state": changes["state"], "seq": (one.seq, None)},
                acting=acting,
                note=reason,
            )
            for tell in events.import_undone:
                tell(one)
    return one


def _check_links(one: DossierImport) -> None:
    """Refuse while a record of another kind points at a dossier that would go."""
    fresh = Dossier.objects.filter(agency=one.agency, import_seq=one.seq or 0).exclude(
        versions__to_seq=one.seq
    )
    for link in Dossier._meta.related_objects:
        if link.related_model in OWN:
            continue
        rows = link.related_model._base_manager.filter(**{f"{link.field.name}__in": fresh})
        if rows.exists():
            raise Refused(
                _("“%(kind)s” rests on dossiers of this import.")
                % {"kind": link.related_model._meta.verbose_name}
            )


def _put_back(one: DossierImport) -> None:
    """Delete what the import brought, and what it superseded becomes the present again."""
    agency = one.agency_id if on_postgresql() else one.agency_id.hex
    dossiers, versions = Dossier._meta.db_table, DossierVersion._meta.db_table
    personal = DossierPersonal._meta.db_table
    setting = ", ".join(f"{name} = v.{name}" for name in FACT_COLUMNS)
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {personal} WHERE agency_id = %s AND import_seq = %s", [agency, one.seq])
        cursor.execute(
            f"UPDATE {dossiers} AS d SET {setting}, import_seq = v.from_seq FROM {versions} v "
            f"WHERE v.agency_id = %s AND v.to_seq = %s AND d.id = v.dossier_id",
            [agency, one.seq],
        )
        cursor.execute(f"DELETE FROM {versions} WHERE agency_id = %s AND to_seq = %s", [agency, one.seq])
        cursor.execute(f"DELETE FROM {dossiers} WHERE agency_id = %s AND import_seq = %s", [agency, one.seq])


def _forget_procedures(one: DossierImport) -> None:
    """Take the procedures out of the catalogue that only this import brought along."""
    codes = [found["code"] for found in one.understood.get("procedures", [])]
    for procedure in Procedure.objects.filter(agency=one.agency, code__in=codes):
        try:
            with transaction.atomic():
                procedure.delete()
        except ProtectedError:
            continue
