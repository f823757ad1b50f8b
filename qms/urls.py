"""The addresses of the portal; each app brings its own."""

from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.urls import include, path, re_path
from django.utils.module_loading import module_has_submodule
from django.views.generic import RedirectView

from qms.views import audit, components, duties, home, jobs, notifications, shell

urlpatterns = [
    path("", home.Home.as_view(), name="home"),
    path("components/", components.Components.as_view(), name="components"),
    path("duties/", duties.Duties.as_view(), name="duties"),
    path("duties/agency/", duties.DutiesOfAgency.as_view(), name="duties-agency"),
    path("duties/agency/export/", duties.DutiesExport.as_view(), name="duties-xlsx"),
    path("duties/units/<uuid:pk>/", duties.DutiesOfUnit.as_view(), name="duties-unit"),
    path("duties/people/<uuid:pk>/", duties.DutiesOfPerson.as_view(), name="duties-of"),
    path("search/", shell.Search.as_view(), name="search"),
    path("jobs/", jobs.JobList.as_view(), name="job-list"),
    path("jobs/<uuid:pk>/", jobs.JobDetail.as_view(), name="job-detail"),
    path("jobs/<uuid:pk>/retry/", jobs.JobRetry.as_view(), name="job-retry"),
    path("jobs/<uuid:pk>/cancel/", jobs.JobCancel.as_view(), name="job-cancel"),
    path("notifications/", notifications.NotificationList.as_view(), name="notifications"),
    path("notifications/read/", notifications.NotificationsRead.as_view(), name="notifications-read"),
    path("notifications/<uuid:pk>/open/", notifications.NotificationOpen.as_view(), name="notification-open"),
    path("notifications/<uuid:pk>/mark/", notifications.NotificationMark.as_view(), name="notification-mark"),
    path(
        "notifications/mails/",
        notifications.NotificationPreferences.as_view(),
        name="notification-preferences",
    ),
    path("audit-trail/", audit.AuditTrail.as_view(), name="audit-trail"),
    path("audit-trail.xlsx", audit.AuditTrailExport.as_view(kind="xlsx"), name="audit-trail-xlsx"),
    path("audit-trail.csv", audit.AuditTrailExport.as_view(kind="csv"), name="audit-trail-csv"),
    path("audit-trail/verify/", audit.AuditVerify.as_view(), name="audit-verify"),
    path("language/", shell.SetLanguage.as_view(), name="set-language"),
    path("choose-agency/", shell.ChooseAgency.as_view(), name="choose-agency"),
    path("", include("qms.urls_administration")),
    # The e-mail of an account is kept by the administrator: allauth's own pages for it stay closed.
    path("accounts/email/", RedirectView.as_view(pattern_name="preferences")),
    re_path(r"^accounts/confirm-email/", RedirectView.as_view(url="/preferences/")),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
]

for name in settings.OWN_APPS[1:]:
    module = apps.get_app_config(name).module
    if module is not None and module_has_submodule(module, "urls"):
        urlpatterns.append(path(f"{name}/", include(f"{name}.urls")))
    if module is not None and module_has_submodule(module, "public_urls"):
        urlpatterns.append(path("", include(f"{name}.public_urls")))

handler404 = "qms.views.errors.not_found"
handler500 = "qms.views.errors.server_error"
