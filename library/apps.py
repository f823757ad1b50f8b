"""The app and what it hangs into the shell."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LibraryConfig(AppConfig):
    """Controlled documents."""

    name = "library"
    verbose_name = _("Controlled documents")

    def ready(self) -> None:
        """Fill the registries."""
        from library import registration
        from qms import audit

        audit.register_verbs(registration.VERBS)
        registration.register()
