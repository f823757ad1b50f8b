"""The app and what it hangs into the shell."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DossiersConfig(AppConfig):
    """Dossiers: procedures, dossiers, imports. Facts only, never judgements."""

    name = "dossiers"
    verbose_name = _("Dossiers")

    def ready(self) -> None:
        """Fill the registries of the core."""
        from dossiers import registration

        registration.register()
