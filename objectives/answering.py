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
    return reverse("objectives:answer", args=[signed(SALT, *parts)])


def item_link(question: ItemQuestion) -> str:
    """The address that asks for the progress of an item."""
    return reverse("objectives:answer-item", args=[signed(ITEM_SALT, question.person.hex, question.item.hex)])


def read(token: str, *, days: int) -> Question:
    """The question of a link; raises Expired or Forged."""
    person, target, unit, period = parts_of(token, SALT, days)
    return Question(uuid.UUID(person), uuid.UUID(target), uuid.UUID(unit), period)


def read_item(token: str, *, days: int) -> ItemQuestion:
    """The same of an item."""
    person, item = parts_of(token, ITEM_SALT, days)
    return ItemQuestion(uuid.UUID(person), uuid.UUID(item))


def signed(salt: str, *parts: str) -> str:
    """The part of an address that says what is asked; none of the parts holds a point."""
    return signing.TimestampSigner(salt=salt).sign(".".join(parts))


def parts_of(token: str, salt: str, days: int | None) -> list[str]:
    """What was signed, at any time when `days` is None; raises Expired or Forged."""
    seconds = None if days is None else days * 86400
    try:
        return signing.TimestampSigner(salt=salt).unsign(token, max_age=seconds).split(".")
    except signing.SignatureExpired as error:
        raise Expired from error
    except signing.BadSignature as error:
        raise Forged from error
