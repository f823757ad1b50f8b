"""Django admin: every model of ours, nothing deleted, what is immutable only looked at, same trail."""

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.core.exceptions import ImproperlyConfigured
from django.urls import reverse

from qms.admin_base import AuditedAdmin, ReadOnlyAdmin
from qms.models import (
    AgencySetting,
    AuditEntry,
    CalendarDay,
    Job,
    OrgUnit,
    OrgUnitVersion,
    Person,
    Role,
    RoleAssignment,
    StoredFile,
)
from tests import factories

OURS = [model for model in apps.get_models() if model._meta.app_label in settings.OWN_APPS]


@pytest.fixture
def operator(agency):
    """Whoever runs the installation."""
    person = factories.person(agency, Role.ADMIN)
    person.user.is_staff = person.user.is_superuser = True
    person.user.save()
    return person


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_every_model_can_be_looked_at_and_none_deleted(client, operator, model):
    registered = admin.site._registry[model]
    assert isinstance(registered, (AuditedAdmin, ReadOnlyAdmin))
    client.force_login(operator.user)
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    page = client.get(reverse(f"{name}_changelist"))
    assert page.status_code == 200
    row = model._default_manager.first()
    if row is not None:
        assert client.get(reverse(f"{name}_change", args=[row.pk])).status_code == 200
        assert client.get(reverse(f"{name}_delete", args=[row.pk])).status_code == 403
    assert "delete_selected" not in page.text


def test_only_our_own_audited_admins_are_taken(db):
    assert {model._meta.app_label for model in admin.site._registry} <= {*settings.OWN_APPS, "admin"}

    class Plain(admin.ModelAdmin):
        pass

    Plain.__module__ = "qms.elsewhere"
    with pytest.raises(ImproperlyConfigured):
        admin.site.register(Job, Plain)


@pytest.mark.parametrize(
    "model",
    [AuditEntry, StoredFile, OrgUnitVersion, Job, OrgUnit, RoleAssignment, AgencySetting, Person],
    ids=lambda model: model._meta.label,
)
def test_what_services_keep_is_read_only(client, operator, model):
    client.force_login(operator.user)
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    assert isinstance(admin.site._registry[model], ReadOnlyAdmin)
    assert client.post(reverse(f"{name}_add"), {}).status_code == 403
    row = model._default_manager.first()
    if row is not None:
        assert client.post(reverse(f"{name}_change", args=[row.pk]), {"name": "x"}).status_code == 403


def test_an_edit_is_in_the_audit_trail_before_and_after(client, operator):
    row = CalendarDay.objects.create(day="2026-07-03", kind="holiday", title="Cũ")
    client.force_login(operator.user)
    data = {"day": "03/07/2026", "kind": "holiday", "title": "Mới", "document": "CV 1", "agency": ""}
    assert client.post(reverse("admin:qms_calendarday_change", args=[row.pk]), data).status_code == 302
    entry = AuditEntry.objects.get(verb="qms.admin.changed")
    assert entry.changes["title"] == ["Cũ", "Mới"]
    assert entry.actor == operator


def test_the_admin_speaks_vietnamese(client, operator):
    client.force_login(operator.user)
    text = client.get("/admin/").text
    for word in ("Nhật ký hệ thống", "Phiên bản tiêu chuẩn", "Phòng/đơn vị"):
        assert word in text


def test_the_admin_signs_in_like_the_portal_and_lets_only_operators_in(client, agency, secretary):
    assert client.get("/admin/").headers["Location"].startswith("/admin/login/")
    assert client.get("/admin/login/").headers["Location"].startswith("/accounts/login/")
    client.force_login(secretary.user)
    assert client.get("/admin/qms/person/").status_code in {302, 403}


def test_a_password_is_changed_in_one_place_only(client, operator):
    client.force_login(operator.user)
    assert client.get("/admin/password_change/").headers["Location"] == "/accounts/password/change/"
