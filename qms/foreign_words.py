"""Words that libraries say to people and for which they bring no Vietnamese of their own.

Never imported: it stands here so that script/messages collects the words, and our catalogue, which
comes first, translates them.
"""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

_("You must type the same password each time.")
ngettext(
    "This password is too short. It must contain at least %d character.",
    "This password is too short. It must contain at least %d characters.",
    12,
)
_("The password is too similar to the %(verbose_name)s.")
_("This password is too common.")
_("This password is entirely numeric.")
_("Use your authenticator app")
_("Use your password")
