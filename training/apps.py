"""The app and what it hangs into the shell."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TrainingConfig(AppConfig):
    """Training and competence."""

    name = "training"
    verbose_name = _("Training and competence")

    def ready(self) -> None:
        """Fill the registries."""
        from qms import audit
        from training import registration

        audit.register_verbs(registration.VERBS)
        registration.register()
