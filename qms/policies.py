"""Verdicts with reasons. Every action asks one policy, whether from a page, API, task or admin."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

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
