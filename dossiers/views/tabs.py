"""The tabs above the lists of this app."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _


def tabs(current: str) -> list[dict[str, Any]]:
    """Dossiers, imports, procedures."""
    wanted = (
        ("dossiers", _("Dossiers"), "dossiers:dossier-list"),
        ("imports", _("Imports"), "dossiers:import-list"),
        ("procedures", _("Administrative procedures"), "dossiers:procedure-list"),
        ("quality", _("Data quality"), "dossiers:quality"),
    )
    return [
        {"label": label, "url": reverse(url), "current": key == current, "count": None}
        for key, label, url in wanted
    ]
