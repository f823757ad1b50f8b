"""Template tags of the audit trail."""

from typing import Any

from django import template

from qms import audit, trail
from qms.models import AuditEntry

register = template.Library()


@register.simple_tag
def history(subject: Any, limit: int = trail.HISTORY) -> list[AuditEntry]:
    """Return the latest entries about a record: ``{% history paper as entries %}``."""
    return trail.history_of(subject, limit)


@register.filter
def record_kind(entry: AuditEntry) -> str:
    """Return what people call the kind of record an entry is about."""
    return trail.kind_words(entry.subject_kind)


@register.filter
def verb_label(verb: str) -> str:
    """Return the words of an audit verb."""
    return str(audit.verb_label(verb))


@register.filter
def change_rows(entry: AuditEntry) -> list[tuple[str, str, str]]:
    """Return what an audit entry changed: label of the field, old value, new value, as people write them."""
    return [(change.label, change.old, change.new) for change in trail.changes_of(entry)]
