"""What the app hangs into the shell: verbs, navigation, work, search, export."""

from typing import Any

VERBS: dict[str, Any] = {}


def register() -> None:
    """Called once when the portal starts."""
