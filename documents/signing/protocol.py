"""What a place that keeps keys must offer, whatever it is: a file, a token, a remote service."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol


class Level(StrEnum):
    """PAdES baseline levels. A level that is set and cannot be reached is an error, never lowered."""

    B_B = "B-B"
    B_T = "B-T"
    B_LT = "B-LT"
    B_LTA = "B-LTA"

    @property
    def rank(self) -> int:
        """Its place in the order from B-B to B-LTA."""
        return list(Level).index(self)

    @property
    def stamped(self) -> bool:
        """Whether it needs a time stamp."""
        return self.rank >= 1

    @property
    def long_term(self) -> bool:
        """Whether what proves the certificates goes into the file."""
        return self.rank >= 2

    def reached(self, found: str) -> bool:
        """Whether a signature of level `found` is at least this."""
        return found in list(Level) and Level(found).rank >= self.rank


class HashSigner(Protocol):
    """A key that signs a hash here and now."""

    def signer(self) -> Any:
        """A pyHanko signer with its certificate and chain; raises KeyUnusable."""
        ...

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the certificate, hexadecimal."""
        ...


@dataclass(frozen=True)
class SignRequest:
    """One signature to be made into one empty field.

    `certify` locks the file but for signatures and form fields; `lock` closes it for everything.
    """

    field: str
    name: str
    reason: str
    location: str
    image: bytes = b""
    certify: bool = False
    lock: bool = False
    level: Level = Level.B_B
    timestamp_url: str = ""

    @property
    def own_level(self) -> Level:
        """The level of the signature itself: B-LTA is B-LT, then a time stamp over the whole file."""
        return Level.B_LT if self.level == Level.B_LTA else self.level
