"""Encryption at rest of small secrets (fields, key passwords), with keys that can be rotated."""

from collections.abc import Callable

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings

holders: dict[str, Callable[[], int]] = {}
"""What keeps secrets: name -> function that puts them under the newest key and says how many there were."""


def _box() -> MultiFernet:
    return MultiFernet([Fernet(key.encode()) for key in settings.FIELD_KEYS])


def encrypt(data: bytes) -> bytes:
    """Encrypt with the newest field key."""
    return _box().encrypt(data)


def decrypt(token: bytes) -> bytes:
    """Decrypt with any field key still configured; raises cryptography.fernet.InvalidToken."""
    return _box().decrypt(token)


def rotate(token: bytes) -> bytes:
    """The same secret under the newest key."""
    return _box().rotate(token)
