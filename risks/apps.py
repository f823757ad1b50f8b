"""The app and what it hangs into the shell."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RisksConfig(AppConfig):
    """Risks and opportunities."""

    name = "risks"
    verbose_name = _("Risks and opportunities")

    def ready(self) -> None:
        """Fill the registries."""
        from qms import audit
        from risks import registration

        audit.register_verbs(registration.VERBS)
        registration.register()
