"""The app and what it hangs into the shell."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AuditsConfig(AppConfig):
    """Internal audits, nonconformities, management review."""

    name = "audits"
    verbose_name = _("Internal audits")

    def ready(self) -> None:
        """Fill the registries."""
        from audits import registration, registration_declarations, registration_improvement
        from qms import audit

        audit.register_verbs(registration.VERBS)
        registration.register()
        audit.register_verbs(registration_improvement.VERBS)
        registration_improvement.register()
        audit.register_verbs(registration_declarations.VERBS)
        registration_declarations.register()
