"""What rendering or signing hands back to be kept."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Signed:
    """A revision of a paper's file and who made it."""

    pdf: bytes
    signer: str = ""
    fingerprint: str = ""
    level: str = ""
