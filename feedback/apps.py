"""The app and what it hangs into the shell."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FeedbackConfig(AppConfig):
    """Citizens' voice."""

    name = "feedback"
    verbose_name = _("Citizens' voice")

    def ready(self) -> None:
        """Fill the registries."""
        from feedback import registration
        from qms import audit

        audit.register_verbs(registration.VERBS)
        registration.register()
