"""Writing a version: sections edited in the browser, or a file uploaded (7.5.2)."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from library import policies
from library.models import Contribution, DocumentVersion, Section
from library.services.extracting import extract_start
from qms import audit
from qms.exceptions import Conflict, Invalid, Problem
from qms.models import Clause, Person, StoredFile
from qms.policies import require
from qms.text import nfc, repair_marks
from qms.workflow import locked


def _contributed(version: DocumentVersion, acting: Person | None) -> None:
    if acting is not None:
        Contribution.objects.get_or_create(
            version=version, person=acting, defaults={"agency_id": version.agency_id}
        )


def _in_order(version: DocumentVersion) -> list[Section]:
    return list(version.sections.order_by("order", "created_at"))


def section_add(
    version: DocumentVersion,
    *,
    acting: Person | None,
    title: str,
    number: str = "",
    text: str = "",
    clause: Clause | None = None,
    after: Section | None = None,
) -> Section:
    """Add a section at the end, or after another one."""
    values = _cleaned(title=title, number=number, text=text)
    with transaction.atomic(), locked(version) as version:
        require(policies.can_edit(acting, version))
        place = _room_after(version, after)
        section: Section = Section.objects.create(
            agency_id=version.agency_id, version=version, order=place, clause=clause, **values
        )
        _contributed(version, acting)
        audit.record("library.version.edited", version, acting=acting, note=f"+ {section.heading}")
    return section


def sections_add(
    version: DocumentVersion, *, acting: Person | None, sections: Iterable[Mapping[str, Any]]
) -> int:
    """Add many sections at the end at once: number, title, text, clause."""
    with transaction.atomic(), locked(version) as version:
        require(policies.can_edit(acting, version))
        begin = version.sections.count()
        made = [
            Section(
                agency_id=version.agency_id,
                version=version,
                order=order,
                clause=one.get("clause"),
                **_cleaned(number=one.get("number", ""), title=one["title"], text=one.get("text", "")),
            )
            for order, one in enumerate(sections, start=begin + 1)
        ]
        Section.objects.bulk_create(made)
        _contributed(version, acting)
        audit.record("library.version.edited", version, acting=acting, note=f"{begin} → {begin + len(made)}")
    return len(made)


def _room_after(version: DocumentVersion, after: Section | None) -> int:
    rows = _in_order(version)
    place = len(rows) if after is None else next(n for n, one in enumerate(rows, 1) if one.pk == after.pk)
    for number, row in enumerate(rows, start=1):
        wanted = number + 1 if number > place else number
        if row.order != wanted:
            Section.objects.filter(pk=row.pk).update(order=wanted)
    return place + 1


def section_edit(
    section: Section, *, acting: Person | None, seen: int, clause: Clause | None = None, **fields: str
) -> Section:
    """Save a section. Raises Conflict when somebody saved it since `seen` was shown."""
    values = _cleaned(**fields)
    with transaction.atomic(), locked(section.version) as version, locked(section) as section:
        require(policies.can_edit(acting, version))
        if section.revision != seen:
            raise Conflict(_("Somebody else changed this section meanwhile. Look at their version first."))
        name = section.heading
        changes = audit.apply(section, clause=clause, **values)
        if changes:
            audit.apply(section, revision=section.revision + 1)
            _contributed(version, acting)
            audit.record("library.version.edited", version, changes, acting=acting, note=name)
    return section


def section_move(section: Section, *, acting: Person | None, up: bool) -> None:
    """Move a section one place up or down."""
    with transaction.atomic(), locked(section.version) as version:
        require(policies.can_edit(acting, version))
        rows = _in_order(version)
        here = next(n for n, one in enumerate(rows) if one.pk == section.pk)
        there = here - 1 if up else here + 1
        if 0 <= there < len(rows):
            rows[here], rows[there] = rows[there], rows[here]
            for number, row in enumerate(rows, start=1):
                Section.objects.filter(pk=row.pk).update(order=number)
            _contributed(version, acting)
            words = f"{section.heading}: {here + 1} → {there + 1}"
            audit.record("library.version.edited", version, acting=acting, note=words)


def section_remove(section: Section, *, acting: Person | None) -> None:
    """Take a section out of a draft; the trail keeps what it said."""
    with transaction.atomic(), locked(section.version) as version:
        require(policies.can_edit(acting, version))
        said = f"{section.heading}\n{section.text}"
        audit.record("library.version.edited", version, {"text": (said, None)}, acting=acting)
        section.delete()
        _contributed(version, acting)


def version_upload(version: DocumentVersion, *, acting: Person | None, file: StoredFile) -> DocumentVersion:
    """Set the file of an uploaded version (already checked and kept); its text is read by a job."""
    with transaction.atomic(), locked(version) as version:
        require(policies.can_edit(acting, version))
        changes = audit.apply(
            version,
            file=file,
            source=DocumentVersion.Source.UPLOADED,
            text="",
            text_state=DocumentVersion.TextState.WAITING,
        )
        changes.pop("text", None)
        _contributed(version, acting)
        audit.record("library.version.uploaded", version, changes, acting=acting, note=file.name)
        extract_start(version, acting=acting)
    return version


def _cleaned(**fields: str) -> dict[str, str]:
    values = {name: nfc(value.strip()) for name, value in fields.items()}
    if "text" in values:
        values["text"] = repair_marks(values["text"].replace("\r\n", "\n"))
    if not values.get("title"):
        raise Invalid([Problem("title", _("Must not be empty."))])
    return values
