"""What a place that keeps keys must offer. PKCS#12 is the first one; tokens and remote services follow."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol


class Level(StrEnum):
    """PAdES baseline levels. A level that is set and cannot be reached is an error, never lowered."""

    B_B = "B-B"
    B_T = "B-T"


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
    """One signature to be made into one empty field. `certify` locks the file but for signatures."""

    field: str
    name: str
    reason: str
    location: str
    image: bytes = b""
    certify: bool = False
    level: Level = Level.B_B
    timestamp_url: str = ""
