"""The link in a reminder: signed, for one person and one figure, and good for some days only.

It opens one screen with one task. It is no key: whoever opens it signs in as always, and must be the person
it was written for; the policies of the act hold as on every page (docs/threat-model.md).
"""

import uuid
from dataclasses import dataclass

from django.core import signing
from django.urls import reverse

SALT = "objectives.answer"


@dataclass(frozen=True)
class Question:
    """Which figure is asked of whom."""

    person: uuid.UUID
    target: uuid.UUID
    unit: uuid.UUID
    period: str


class Expired(Exception):
    """The link was good once."""


class Forged(Exception):
    """The link was never ours."""


def link(question: Question) -> str:
    """The address that asks the question."""
    parts = (question.person.hex, question.target.hex, question.unit.hex, question.period)
    return reverse("objectives:answer", args=[signing.TimestampSigner(salt=SALT).sign(".".join(parts))])


def read(token: str, *, days: int) -> Question:
    """The question of a link; raises Expired or Forged."""
    try:
        text = signing.TimestampSigner(salt=SALT).unsign(token, max_age=days * 86400)
    except signing.SignatureExpired as error:
        raise Expired from error
    except signing.BadSignature as error:
        raise Forged from error
    person, target, unit, period = text.split(".")
    return Question(uuid.UUID(person), uuid.UUID(target), uuid.UUID(unit), period)
