"""gunicorn, the same on one machine and in production; the address is given on the command line."""

import os
import tempfile

from django.conf import settings

from qms.settings import env

wsgi_app = "qms.wsgi:application"
worker_class = "gthread"
workers = env.number(env.WEB_PROCESSES, 2)
threads = 4
timeout = 120
graceful_timeout = 8
keepalive = 5
max_requests = 5000
max_requests_jitter = 500
preload_app = True
control_socket_disable = True
# workers show that they live by touching a file: keep that in memory
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else tempfile.gettempdir()  # noqa: S108
# one form of log for gunicorn and the portal; requests are logged by the portal, with their id and person
accesslog = None
logconfig_dict = settings.LOGGING | {
    "loggers": settings.LOGGING["loggers"]
    | {"gunicorn.error": {"level": "INFO", "handlers": ["stderr"], "propagate": False}}
}
