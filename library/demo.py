"""Controlled documents of the demonstration."""

from qms.models import Agency


def load(agency: Agency) -> None:
    """Only what is missing."""
