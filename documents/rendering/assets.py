"""What a template may load: named bundled assets, nothing else, neither from disk nor from the net."""

from pathlib import Path
from typing import Any, NoReturn

from django.conf import settings
from django.utils.translation import gettext as _

from qms.exceptions import DomainError


class RenderingFailed(DomainError):
    """The paper could not be rendered; the message says why."""


def stylesheet() -> str:
    """The style sheet the preview and the PDF share."""
    return (Path(settings.BASE_DIR) / "static" / "css" / "paper.css").read_text(encoding="utf-8")


def locked_fetcher() -> Any:
    """A URL fetcher that refuses every address. Styles are passed as text, fonts through Fontconfig."""
    from weasyprint.urls import FatalURLFetchingError, URLFetcher

    class Locked(URLFetcher):
        def fetch(self, url: str, headers: Any = None) -> NoReturn:
            raise FatalURLFetchingError(
                str(_("The paper's template tried to load %(url)s") % {"url": url[:200]})
            )

    return Locked(allowed_protocols=set(), allow_redirects=False)
