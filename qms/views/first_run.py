"""The page that sets up an empty installation, and the one that adds a further agency."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from qms import accounts, clock
from qms.forms_first_run import FirstRunForm
from qms.models import Agency, Person
from qms.policies import ALLOW, Verdict, deny, public
from qms.services import first_run
from qms.views.base import FormPage


class FirstRun(FormPage):
    """Guides through agency, first unit and first administrator; 404 once an agency exists."""

    template_name = "first_run/first_run.html"
    form_class = FirstRunForm
    policy = public

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if Agency.objects.exists():
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def act(self, form: FirstRunForm) -> str:
        person = first_run.first_run(
            form.agency_data(), form.unit_data(), form.administrator_data(), today=clock.today()
        )
        assert person.user is not None
        login(self.request, person.user, backend="django.contrib.auth.backends.ModelBackend")
        accounts.note_account("qms.account.signed_in", person.user)
        messages.success(self.request, _("The portal is set up. The guide leads through the next steps."))
        return reverse("start")


def runs_the_installation(person: Person | None) -> Verdict:
    """Whoever runs the installation (a superuser) adds agencies to it."""
    if person is not None and person.user is not None and person.user.is_superuser:
        return ALLOW
    return deny(_("Only whoever runs the installation may add an agency."))


class AgencyCreate(FormPage):
    """A further agency of the same installation, with its own administrator."""

    template_name = "first_run/agency_create.html"
    form_class = FirstRunForm
    policy = runs_the_installation

    def act(self, form: FirstRunForm) -> str:
        person = first_run.agency_set_up(
            form.agency_data(),
            form.unit_data(),
            form.administrator_data(),
            acting=self.person,
            today=clock.today(),
        )
        messages.success(
            self.request,
            _("%(agency)s is set up; %(person)s administers it.")
            % {"agency": person.agency, "person": person},
        )
        return reverse("agency")
