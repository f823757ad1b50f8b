"""The Celery application; the schedule of beat is code, and its entries expire instead of piling up."""

import os
from typing import Any

from celery import Celery
from celery.schedules import crontab
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qms.settings.embedded")

app = Celery("qms")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@app.on_after_configure.connect
def _keep_time(sender: Celery, **kwargs: Any) -> None:
    """What beat starts; set when the settings are loaded, so that they may import this package first."""
    sender.conf.beat_schedule = {
        "jobs-sweep": {
            "task": "qms.tasks.jobs_sweep",
            "schedule": settings.JOB_SWEEP_SECONDS,
            "options": {"expires": settings.JOB_SWEEP_SECONDS},
        },
        "mail-outbox": {"task": "qms.tasks.mail_send_due", "schedule": 60.0, "options": {"expires": 60}},
        "mail-digest": {
            "task": "qms.tasks.mail_digest",
            "schedule": crontab(hour=7, minute=0),
            "options": {"expires": 3600},
        },
        "nightly": {
            "task": "qms.tasks.nightly",
            "schedule": crontab(hour=1, minute=15),
            "options": {"expires": 3600},
        },
    }
