"""The open page where a citizen hands in feedback without signing in, when the agency opened it."""

from functools import cached_property
from typing import Any

from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from dossiers.models import Dossier
from feedback import forms, services
from feedback.models import Feedback
from qms import agency_settings
from qms.models import Agency
from qms.policies import public
from qms.views.base import FormPage

PER_HOUR = 5
SETTING = "feedback.open_page"


def too_many(request: HttpRequest) -> bool:
    """Whether this address has handed in too much in the last hour."""
    key = f"feedback:{request.META.get('REMOTE_ADDR', '')}"
    try:
        cache.add(key, 0, 3600)
        return bool(cache.incr(key) > PER_HOUR)
    except ValueError:  # it ran out between the two
        return False


class Open(FormPage):
    """Hand in a reported problem or a suggestion."""

    template_name = "feedback/open.html"
    form_class = forms.OpenForm
    policy = public

    @cached_property
    def of(self) -> Agency:
        """The agency of the address; 404 when there is none or its page is closed."""
        found = Agency.objects.filter(code__iexact=self.kwargs["code"]).first()
        if found is None or not agency_settings.get(found, SETTING):
            raise Http404
        return found

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"agency": self.of}

    def page(self) -> dict[str, Any]:
        return {"of": self.of}

    def act(self, form: Any) -> HttpResponse:
        if form.cleaned_data["website"]:  # only a machine fills the field nobody sees
            return self.render_to_response({"of": self.of, "thanks": "–"})
        if too_many(self.request):
            form.add_error(None, _("Too much was sent from your address. Try again later."))
            return self.form_invalid(form)
        data = form.cleaned_data
        code = data["dossier_code"].strip()
        dossier = Dossier.objects.filter(agency=self.of, code=code).first() if code else None
        content = data["content"]
        if code and dossier is None:
            content = f"{content}\n\n{_('Dossier code named: %(code)s') % {'code': code}}"
        case = services.feedback_record(
            self.of,
            acting=None,
            kind=data["kind"],
            channel=Feedback.Channel.OPEN_PAGE,
            subject=data["subject"],
            content=content,
            dossier=dossier,
            citizen={kind: data[f"citizen_{kind}"] for kind in form.kept},
        )
        return self.render_to_response({"of": self.of, "thanks": case.code, "deadline": case.deadline})
