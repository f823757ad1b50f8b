"""System checks of the house rules that a reader cannot see at a glance."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.urls import URLPattern, URLResolver, get_resolver


def portal_views(resolver: URLResolver | None = None) -> Iterator[tuple[URLPattern, Any]]:
    """Every class-based view of the portal's own apps with its pattern."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            yield from portal_views(entry)
        else:
            view = getattr(entry.callback, "view_class", None)
            if view is not None and view.__module__.split(".")[0] in settings.OWN_APPS:
                yield entry, view


@register()
def views_declare_a_policy(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Every view says who may see it."""
    return [
        Error(f"{view.__module__}.{view.__name__} declares no policy", id="qms.E001")
        for _pattern, view in portal_views()
        if getattr(view, "policy", None) is None
    ]
