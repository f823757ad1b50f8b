"""Expected failures of official papers."""

from qms.exceptions import DomainError


class SigningFailed(DomainError):
    """A signature could not be made; the state is kept and the step can be tried again."""


class KeyUnusable(SigningFailed):
    """A signing key cannot be opened or used: wrong password, damaged, expired, revoked, someone else's."""


class LevelUnavailable(SigningFailed):
    """The signature level that is set cannot be reached; nothing is signed at a lower one."""


class ServiceAway(LevelUnavailable):
    """A time-stamp or signing server does not answer; worth another try in a while."""


class WaitsForDesk(Exception):
    """Not a failure: the next signature is made by a person at their desk, outside the portal."""

    def __init__(self, stage: str) -> None:
        super().__init__(stage)
        self.stage = stage
