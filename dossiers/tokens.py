"""Access tokens of one-stop systems: made and revoked by an administrator, shown once, kept as a digest."""

import secrets

from django.db import transaction

from dossiers import policies
from dossiers.models import ApiToken, token_digest
from qms import audit, clock
from qms.exceptions import IllegalTransition
from qms.models import Agency, Person
from qms.policies import require
from qms.workflow import locked

SHAPE = "qms_"
BYTES = 32
SHOWN = 10
USED_EVERY_SECONDS = 60


def token_create(agency: Agency, *, name: str, acting: Person | None) -> tuple[ApiToken, str]:
    """A new token and its text, which nobody can read again."""
    with transaction.atomic():
        require(policies.can_manage_tokens(acting, agency))
        text = SHAPE + secrets.token_urlsafe(BYTES)
        token = ApiToken.objects.create(
            agency=agency, name=name, prefix=text[:SHOWN], digest=token_digest(text), created_by=acting
        )
        audit.record("dossiers.token.created", token, {"name": (None, name)}, acting=acting)
    return token, text


def token_revoke(token: ApiToken, *, acting: Person | None) -> ApiToken:
    """Let a token open nothing any more; raises IllegalTransition when it was revoked already."""
    with transaction.atomic(), locked(token) as token:
        require(policies.can_manage_tokens(acting, token.agency))
        if token.revoked_at is not None:
            raise IllegalTransition(policies.REVOKED)
        changes = audit.apply(token, revoked_at=clock.now(), revoked_by=acting)
        audit.record("dossiers.token.revoked", token, changes, acting=acting)
    return token


def token_of(text: str) -> ApiToken | None:
    """The token in force that a text is, with a note of its use; None when there is none."""
    token = (
        ApiToken.objects.select_related("agency").filter(digest=token_digest(text), revoked_at=None).first()
    )
    if token is None:
        return None
    now = clock.now()
    if token.last_used_at is None or (now - token.last_used_at).total_seconds() > USED_EVERY_SECONDS:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
    return token
