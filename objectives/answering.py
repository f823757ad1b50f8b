"""The link in a reminder: signed, for one person and one figure or item, and good for some days only.

It opens one screen with one task. It is no key: whoever opens it signs in as always, and must be the person
it was written for; the policies of the act hold as on every page (docs/threat-model.md).
"""

import uuid
from dataclasses import dataclass

from django.core import signing
from django.urls import reverse

SALT = "objectives.answer"
ITEM_SALT = "objectives.answer-item"


@dataclass(frozen=True)
class Question:
    """Which figure is asked of whom."""

    person: uuid.UUID
    target: uuid.UUID
    unit: uuid.UUID
    period: str


@dataclass(frozen=True)
class ItemQuestion:
    """Of which item of the annual plan the progress is asked, and of whom."""

    person: uuid.UUID
    item: uuid.UUID


class Expired(Exception):
    """The link was good once."""


class Forged(Exception):
    """The link was never ours."""


def link(question: Question) -> str:
    """The address that asks the question."""
    parts = (question.person.hex, question.target.hex, question.unit.hex, question.period)
    return reverse("objectives:answer", args=[signing.TimestampSigner(salt=SALT).sign(".".join(parts))])


def item_link(question: ItemQuestion) -> str:
    """The address that asks for the progress of an item."""
    text = f"{question.person.hex}.{question.item.hex}"
    return reverse("objectives:answer-item", args=[signing.TimestampSigner(salt=ITEM_SALT).sign(text)])


def read(token: str, *, days: int) -> Question:
    """The question of a link; raises Expired or Forged."""
    person, target, unit, period = _signed(token, SALT, days).split(".")
    return Question(uuid.UUID(person), uuid.UUID(target), uuid.UUID(unit), period)


def read_item(token: str, *, days: int) -> ItemQuestion:
    """The same of an item."""
    person, item = _signed(token, ITEM_SALT, days).split(".")
    return ItemQuestion(uuid.UUID(person), uuid.UUID(item))


def _signed(token: str, salt: str, days: int) -> str:
    try:
        return str(signing.TimestampSigner(salt=salt).unsign(token, max_age=days * 86400))
    except signing.SignatureExpired as error:
        raise Expired from error
    except signing.BadSignature as error:
        raise Forged from error
