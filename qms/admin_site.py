"""Django admin: same sign-in (lock-out, second factor) as the portal."""

from typing import Any

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _


class PortalAdminSite(admin.AdminSite):
    """The administration site."""

    site_header = _("QMS administration")
    site_title = _("QMS administration")
    index_title = _("Records")

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Sign in through the portal."""
        return secure_admin_login(super().login)(request, extra_context)
