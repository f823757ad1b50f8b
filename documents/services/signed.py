"""What rendering or signing hands back to be kept."""

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True)
class Signed:
    """A revision of a paper's file, who made it, and how long its time stamp holds."""

    pdf: bytes
    signer: str = ""
    fingerprint: str = ""
    level: str = ""
    good_until: dt.datetime | None = None
