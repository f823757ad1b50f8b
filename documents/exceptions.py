"""Expected failures of official papers."""

from qms.exceptions import DomainError


class SigningFailed(DomainError):
    """A signature could not be made; the state is kept and the step can be tried again."""


class KeyUnusable(SigningFailed):
    """A signing key cannot be opened or used: wrong password, damaged, expired, revoked, someone else's."""


class LevelUnavailable(SigningFailed):
    """The signature level that is set cannot be reached; nothing is signed at a lower one."""
