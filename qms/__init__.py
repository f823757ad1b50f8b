"""The shared core and the project: agencies, people, calendar, standard, workflow, audit trail, jobs."""

from qms.celery import app as celery_app

__all__ = ["celery_app"]
