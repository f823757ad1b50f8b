"""Who may not send a form is told why before the form is read: no mistakes to fix, nothing to probe."""

from django.urls import reverse

from qms.models import Role
from qms.views.base import FormPage
from tests import factories
from tests.access.world import arguments_for, routes

APPS = ("audits:", "risks:", "objectives:", "library:", "training:", "feedback:")
FOR_EVERYBODY = {
    "audits:nc-create",  # anybody of the agency records what went wrong
    "feedback:case-create",
    "feedback:open",  # citizens, without signing in
    "library:document-create",  # of one's own unit; whose is asked with the values
    "library:request-create",
    "objectives:plan-item-evidence",  # whoever helps with an item reports on it
    "objectives:plan-item-note",
    "risks:risk-create",
    "training:need-create",
}


def form_routes():
    """The routes of forms of the apps."""
    for route in routes():
        view = route.view
        if isinstance(view, type) and issubclass(view, FormPage) and route.name.startswith(APPS):
            yield route


def test_a_person_without_any_part_in_it_is_refused_with_the_reason(demo_world, client):
    agency, _sister = demo_world
    nobody = factories.person(agency, Role.STAFF, unit=factories.unit(agency))
    client.force_login(nobody.user)
    wrong, refused = {}, 0
    for route in form_routes():
        if route.name in FOR_EVERYBODY:
            continue
        reply = client.post(reverse(route.name, kwargs=arguments_for(route, agency)))
        told = reply.status_code == 403 and str(reply.context["reason"]).strip()
        refused += bool(told)
        if not told and reply.status_code != 404:
            wrong[route.name] = reply.status_code
    assert wrong == {}
    assert refused >= 100
