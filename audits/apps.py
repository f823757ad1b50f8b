"""The app and what it hangs into the shell."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AuditsConfig(AppConfig):
    """Internal audits."""

    name = "audits"
    verbose_name = _("Internal audits")
