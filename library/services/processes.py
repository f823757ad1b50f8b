"""The map of processes: each process, and what one hands to another (4.4)."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from library import policies
from library.models import Process, ProcessLink
from library.services.documents import clauses_set
from qms import audit, search
from qms.exceptions import Invalid, Problem
from qms.models import Agency, Person
from qms.policies import require
from qms.text import nfc
from qms.workflow import locked

FIELDS = (
    "code",
    "name",
    "kind",
    "owner",
    "inputs",
    "outputs",
    "resources",
    "measures",
    "document",
    "active",
)


def process_save(
    agency: Agency,
    *,
    acting: Person | None,
    process: Process | None = None,
    clauses: Any = None,
    **fields: Any,
) -> Process:
    """Add a process, or change one. Raises Invalid for what is missing and for a code that is taken."""
    values = {
        name: nfc(value.strip()) if isinstance(value, str) else value
        for name, value in fields.items()
        if name in FIELDS
    }
    problems = [
        Problem(name, _("Must not be empty."))
        for name in ("code", "name", "kind", "inputs", "outputs")
        if not values.get(name)
    ]
    others = Process.objects.filter(agency=agency, code=values.get("code", ""))
    if (others.exclude(pk=process.pk) if process is not None else others).exists():
        problems.append(Problem("code", _("Another process has this code.")))
    if problems:
        raise Invalid(problems)
    with transaction.atomic():
        require(policies.can_edit_process(acting, process))
        if process is None:
            process = Process.objects.create(agency=agency, **values)
            changes: dict[str, Any] = {"name": (None, process.name)}
        else:
            with locked(process) as process:
                changes = audit.apply(process, **values)
        changes |= clauses_set(process, clauses)
        process_index(process)
        audit.record("library.process.saved", process, changes, acting=acting)
    return process


@search.indexer
def process_index(process: Process) -> None:
    """Make the process findable."""
    text = f"{process.inputs} {process.outputs} {process.resources} {process.measures}"
    search.index(process, title=str(process), subtitle=str(process.get_kind_display()), text=text)


def link_add(source: Process, target: Process, *, acting: Person | None, what: str) -> ProcessLink:
    """Say what one process hands to another."""
    what = nfc(what.strip())[:255]
    if not what:
        raise Invalid([Problem("what", _("Must not be empty."))])
    if source.pk == target.pk:
        raise Invalid([Problem("target", _("A process hands nothing to itself."))])
    with transaction.atomic():
        require(policies.can_edit_process(acting, source))
        if ProcessLink.objects.filter(source=source, target=target).exists():
            raise Invalid([Problem("target", _("This interaction is on the map already."))])
        link: ProcessLink = ProcessLink.objects.create(
            agency_id=source.agency_id, source=source, target=target, what=what
        )
        audit.record("library.process.linked", source, acting=acting, note=f"+ {link}: {what}")
    return link


def link_remove(link: ProcessLink, *, acting: Person | None) -> None:
    """Take an interaction off the map."""
    with transaction.atomic():
        require(policies.can_edit_process(acting, link.source))
        audit.record("library.process.linked", link.source, acting=acting, note=f"– {link}")
        link.delete()
