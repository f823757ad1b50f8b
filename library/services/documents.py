"""Documents under their codes: added, described, distributed (7.5.2)."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from library import codes, policies
from library.models import ControlledDocument, Distribution, DocumentVersion
from library.selectors.versions import text_of
from qms import agency_settings, audit, clock, search
from qms.exceptions import Invalid, Problem
from qms.models import Agency, OrgUnit, Person
from qms.policies import require
from qms.text import nfc
from qms.workflow import hold, locked

FIELDS = ("code", "title", "kind", "owner", "parent", "purpose", "issuer", "basis", "review_months")
Kind = ControlledDocument.Kind


def code_suggest(
    agency: Agency, kind: str, *, unit: OrgUnit | None = None, parent: ControlledDocument | None = None
) -> str:
    """The next free code by the agency's scheme; empty when the scheme has none to offer."""
    scheme = str(agency_settings.get(agency, f"library.code_{kind}"))
    taken = ControlledDocument.objects.filter(agency=agency).values_list("code", flat=True)
    abbreviation = (unit.abbreviation or unit.code) if unit is not None else ""
    return codes.suggest(scheme, taken, unit=abbreviation, parent=parent.code if parent else "")


def document_create(
    agency: Agency, *, acting: Person | None, clauses: Any = (), **fields: Any
) -> ControlledDocument:
    """Put a document on the list; without a code it gets the next one of the agency's scheme.

    Raises Invalid with the place of what is missing, or for a code that is taken.
    """
    values = {name: _clean(value) for name, value in fields.items() if name in FIELDS}
    with transaction.atomic():
        require(policies.can_draft(acting, values.get("owner")))
        # One after the other, so that two documents never get the same suggestion.
        hold(agency)
        if not values.get("code") and values.get("kind") in Kind.values:
            values["code"] = code_suggest(
                agency, values["kind"], unit=values.get("owner"), parent=values.get("parent")
            )
        _check(agency, values)
        document: ControlledDocument = ControlledDocument.objects.create(
            agency=agency, created_by=acting, **values
        )
        document.clauses.set(clauses)
        audit.record("library.document.created", document, {"code": (None, document.code)}, acting=acting)
        document_index(document)
    return document


def document_change(
    document: ControlledDocument, *, acting: Person | None, clauses: Any = None, **fields: Any
) -> ControlledDocument:
    """Change what the list says of a document; its code stays once a version was approved."""
    values = {name: _clean(value) for name, value in fields.items() if name in FIELDS}
    with transaction.atomic(), locked(document) as document:
        require(policies.can_revise(acting, document))
        if values.get("owner", document.owner) != document.owner:
            require(policies.can_draft(acting, values["owner"]))
        changed_code = values.get("code", document.code) != document.code
        if changed_code and document.versions.filter(state=DocumentVersion.State.APPROVED).exists():
            raise Invalid([Problem("code", _("The code stays: people know the document by it."))])
        _check(document.agency, {name: getattr(document, name) for name in FIELDS} | values, but=document)
        changes = audit.apply(document, **values)
        changes |= clauses_set(document, clauses)
        if changes:
            audit.record("library.document.changed", document, changes, acting=acting)
            document_index(document)
    return document


def clauses_set(record: Any, clauses: Any) -> dict[str, tuple[Any, Any]]:
    """Say which clauses a document, process or line of records stands for; gives back what changed."""
    if clauses is None:
        return {}
    before = sorted(one.code for one in record.clauses.all())
    after = sorted(one.code for one in clauses)
    if before == after:
        return {}
    record.clauses.set(clauses)
    return {"clauses": (", ".join(before), ", ".join(after))}


def _clean(value: Any) -> Any:
    return nfc(value.strip()) if isinstance(value, str) else value


def _check(agency: Agency, values: dict[str, Any], but: ControlledDocument | None = None) -> None:
    problems = []
    if not values.get("title"):
        problems.append(Problem("title", _("Must not be empty.")))
    if values.get("kind") not in Kind.values:
        problems.append(Problem("kind", _("Choose what kind of document it is.")))
    code = values.get("code") or ""
    others = ControlledDocument.objects.filter(agency=agency, code=code)
    if not code:
        words = _("Write the code; the scheme of the agency has no suggestion for this document.")
        problems.append(Problem("code", words))
    elif (others.exclude(pk=but.pk) if but is not None else others).exists():
        problems.append(Problem("code", _("Another document has this code.")))
    if values.get("kind") == Kind.EXTERNAL and not values.get("issuer"):
        problems.append(Problem("issuer", _("Say who issued the external document.")))
    if but is not None and values.get("parent") is not None and values["parent"].pk == but.pk:
        problems.append(Problem("parent", _("A document does not belong to itself.")))
    if problems:
        raise Invalid(problems)


def distribution_add(
    document: ControlledDocument,
    *,
    acting: Person | None,
    units: Any = (),
    people: Any = (),
    everybody: bool = False,
) -> list[Distribution]:
    """Distribute a document to units, people or everybody; who has it already is left alone."""
    wanted: list[dict[str, Any]] = [{"unit": one} for one in units] + [{"person": one} for one in people]
    if everybody:
        wanted.append({})
    if not wanted:
        raise Invalid(_("Choose a unit, a person or the whole agency."))
    made = []
    with transaction.atomic(), locked(document) as document:
        require(policies.can_keep(acting, document))
        for one in wanted:
            row, is_new = Distribution.objects.get_or_create(
                document=document,
                unit=one.get("unit"),
                person=one.get("person"),
                defaults={"agency_id": document.agency_id},
            )
            if is_new:
                made.append(row)
        if made:
            names = ", ".join(str(row) for row in made)
            audit.record("library.document.distributed", document, acting=acting, note=f"+ {names}")
    return made


def distribution_remove(line: Distribution, *, acting: Person | None) -> None:
    """Take a unit or a person off the distribution; what they have read stays on file."""
    with transaction.atomic():
        require(policies.can_keep(acting, line.document))
        audit.record("library.document.distributed", line.document, acting=acting, note=f"– {line}")
        line.delete()


@search.indexer
def document_index(document: ControlledDocument) -> None:
    """Make the document findable by everything its valid version says (else the newest approved one)."""
    approved = DocumentVersion.objects.filter(document=document, state=DocumentVersion.State.APPROVED)
    in_force = DocumentVersion.objects.effective(clock.today()).filter(document=document).first()
    version = in_force or approved.order_by("-effective_on").first()
    said = text_of(version) if version is not None else ""
    search.index(
        document,
        title=f"{document.code} {document.title}",
        subtitle=str(document.get_kind_display()),
        text=f"{document.purpose} {document.issuer} {said}",
    )
