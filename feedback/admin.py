"""Every model of the app in the admin; services change them, so here they are only looked at."""

from django.contrib import admin

from feedback import models
from qms.admin_base import ReadOnlyAdmin

for shown in (models.Feedback, models.FeedbackExtension, models.SatisfactionReport):
    admin.site.register(shown, ReadOnlyAdmin, list_filter=["agency"])
