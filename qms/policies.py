"""Verdicts with reasons. Every action asks one policy, whether from a page, API, task or admin."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qms.exceptions import Refused

if TYPE_CHECKING:
    from qms.models import Person


@dataclass(frozen=True)
class Verdict:
    """Allowed or not, and why not. Truthy when allowed, so templates can ask it."""

    allowed: bool
    reason: "str | Promise" = ""

    def __bool__(self) -> bool:
        return self.allowed


ALLOW = Verdict(True)
PagePolicy = Callable[["Person | None"], Verdict]


def deny(reason: "str | Promise") -> Verdict:
    """A refusal with its reason in words."""
    return Verdict(False, reason)


def require(verdict: Verdict) -> None:
    """Go on only when allowed; raises Refused with the reason."""
    if not verdict:
        raise Refused(verdict.reason)


def signed_in(person: "Person | None") -> Verdict:
    """Anyone who works at the agency."""
    if person is None:
        return deny(gettext_lazy("Your account is not linked to a person of an agency."))
    return ALLOW


def public(person: "Person | None") -> Verdict:
    """Anyone, without signing in."""
    return ALLOW


def insider(person: "Person | None") -> Verdict:
    """Page policy: anyone of the agency; the superior agency sees published papers only."""
    from qms.models import Role

    verdict = signed_in(person)
    if verdict and person is not None and person.roles == {Role.SUPERIOR}:
        return deny(gettext_lazy("The superior agency sees what has been issued, not the work on it."))
    return verdict


def in_secretariat(person: "Person") -> bool:
    """Whether the person keeps what belongs to no unit: the ISO secretary or the standing unit's head."""
    from qms.models import Role

    if person.has_role(Role.SECRETARY):
        return True
    unit = person.unit
    return unit is not None and unit.is_standing_unit and person.has_role(Role.UNIT_HEAD, unit=unit)


def secretariat(person: "Person | None") -> Verdict:
    """The ISO secretary, or the head of the standing unit."""
    if person is None or in_secretariat(person):
        return ALLOW
    return deny(_("Only the ISO secretary and the head of the standing unit may do this."))


def on_record(check: "Callable[[Person, Any], Verdict]") -> "Callable[[Person | None, Any], Verdict]":
    """A policy about one record (or the agency itself): the portal may, people of another agency may not."""

    @wraps(check)
    def policy(person: "Person | None", record: Any) -> Verdict:
        from qms.models import Agency

        if person is None:
            return ALLOW
        owner = record.pk if isinstance(record, Agency) else getattr(record, "agency_id", None)
        if record is not None and person.agency_id != owner:
            return deny(_("This record belongs to another agency."))
        return check(person, record)

    return policy


def role_labels(*roles: str) -> str:
    """The roles in words, for a reason that says who may."""
    from qms.models import Role

    return ", ".join(str(Role(role).label) for role in roles)


def has_any_role(person: "Person | None", *roles: str) -> Verdict:
    """Whether the person holds one of the roles; the reason says which are needed."""
    if person is not None and person.has_role(*roles):
        return ALLOW
    return deny(_("Only these roles may do this: %(roles)s.") % {"roles": role_labels(*roles)})


def any_role(*roles: str) -> PagePolicy:
    """A page policy: one of the roles, whatever the unit."""

    def policy(person: "Person | None") -> Verdict:
        return has_any_role(person, *roles)

    policy.roles = roles  # type: ignore[attr-defined]
    return policy


def different_people(first: "Person | None", second: "Person | None", reason: "str | Promise") -> Verdict:
    """Separation of duties: allowed only when the two are different people."""
    if first is not None and second is not None and first.pk == second.pk:
        return deny(reason)
    return ALLOW


def all_of(*verdicts: Verdict) -> Verdict:
    """The first refusal, or allowed."""
    return next((verdict for verdict in verdicts if not verdict), ALLOW)
