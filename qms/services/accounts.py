"""Accounts of people: made, reset and put to rest by administrators (access control)."""

import re
import secrets

from django.db import transaction
from django.utils.translation import gettext as _

from qms import access, audit, clock
from qms.exceptions import Invalid, Problem
from qms.models import Person, User
from qms.policies import require
from qms.services.people import administrators
from qms.text import fold
from qms.workflow import locked

_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{2,59}")


def one_time_password() -> str:
    """A password to be read out once: four groups of letters and digits that cannot be confused."""
    return "-".join("".join(secrets.choice(_LETTERS) for _place in range(4)) for _group in range(4))


def suggest_username(full_name: str) -> str:
    """A free user name from a person's name: Nguyễn Văn An becomes an.nguyenvan, then an.nguyenvan2."""
    *family, given = [re.sub(r"[^a-z0-9]", "", word) for word in fold(full_name).split()] or ["user"]
    base = ".".join(part for part in (given, "".join(family)) if part) or "user"
    name, number = base, 1
    while User.objects.filter(username=name).exists():
        number += 1
        name = f"{base}{number}"
    return name


def account_create(
    person: Person, *, acting: Person | None, username: str, password: str | None = None
) -> tuple[User, str]:
    """An account for a person with a one-time password that must be changed at the first sign-in.

    `password` sets a lasting one instead (demonstration data, first administrator). Raises Invalid
    when the person has an account or the name is not free.
    """
    username = username.strip().lower()
    with transaction.atomic(), locked(person) as person:
        require(access.can_administer(acting, person.agency))
        if person.user_id is not None:
            raise Invalid(_("%(person)s already has an account.") % {"person": person})
        _check_username(username, person.email)
        first = password or one_time_password()
        user = User.objects.create_user(username, person.email, first, must_change_password=password is None)
        audit.apply(person, user=user)
        audit.record("qms.account.created", person, {"username": (None, username)}, acting=acting)
    return user, first


def account_reset(person: Person, *, acting: Person | None) -> str:
    """A new one-time password, shown once; all sessions of the account end."""
    with transaction.atomic():
        require(access.can_administer(acting, person.agency))
        user = _account(person)
        first = one_time_password()
        user.set_password(first)
        user.must_change_password = True
        user.save(update_fields=["password", "must_change_password"])
        audit.record("qms.account.password_reset", person, acting=acting)
    return first


def account_set_active(person: Person, *, acting: Person | None, active: bool) -> Person:
    """Let an account sign in, or no longer; raises Invalid for the last administrator's."""
    with transaction.atomic():
        require(access.can_administer(acting, person.agency))
        user = _account(person)
        admins = administrators(person.agency, clock.today())
        if not active and admins and all(admin.pk == person.pk for admin in admins):
            raise Invalid(
                _("%(person)s is the last administrator; appoint another one first.") % {"person": person}
            )
        changes = audit.apply(user, is_active=active)
        if changes:
            audit.record("qms.account.changed", person, changes, acting=acting)
    return person


def second_factor_reset(person: Person, *, acting: Person | None) -> None:
    """Remove a lost second factor; the person sets up a new one at the next sign-in if the role needs it."""
    from allauth.mfa.models import Authenticator

    with transaction.atomic():
        require(access.can_administer(acting, person.agency))
        removed, _rows = Authenticator.objects.filter(user=_account(person)).delete()
        if not removed:
            raise Invalid(_("%(person)s has no second factor.") % {"person": person})
        audit.record("qms.account.second_factor_changed", person, {"totp": (True, False)}, acting=acting)


def _account(person: Person) -> User:
    if person.user is None:
        raise Invalid(_("%(person)s has no account.") % {"person": person})
    return person.user


def _check_username(username: str, email: str) -> None:
    if not _USERNAME.fullmatch(username):
        raise Invalid(
            [
                Problem(
                    "username", _("3 to 60 small letters without marks, digits, dots or hyphens."), username
                )
            ]
        )
    if User.objects.filter(username=username).exists():
        raise Invalid([Problem("username", _("This user name is taken."), username)])
    if email and User.objects.filter(email__iexact=email).exists():
        raise Invalid(
            [Problem("username", _("Another account already uses the address %(a)s.") % {"a": email})]
        )
