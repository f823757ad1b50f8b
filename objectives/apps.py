"""The app and what it hangs into the shell."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ObjectivesConfig(AppConfig):
    """Quality objectives."""

    name = "objectives"
    verbose_name = _("Quality objectives")

    def ready(self) -> None:
        """Fill the registries of the core."""
        from objectives import registration

        registration.register()
