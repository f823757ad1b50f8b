"""The app and what it hangs into the shell."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DocumentsConfig(AppConfig):
    """Documents and official papers."""

    name = "documents"
    verbose_name = _("Documents and official papers")

    def ready(self) -> None:
        """Fill the registries of the core."""
        from documents import checks, registration  # noqa: F401  (checks register themselves)
        from documents.services import (  # noqa: F401  (they register kinds of jobs)
            archive,
            issuing,
            register_pdf,
            signing_first,
        )

        registration.register()
