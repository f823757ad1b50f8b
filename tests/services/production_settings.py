"""The production settings with static files in a folder of the test instead of the image."""

import os
from pathlib import Path

from qms.settings.production import *  # noqa: F403

STATIC_ROOT = Path(os.environ["TMPDIR"]) / "static"
STORAGES = STORAGES | {  # noqa: F405
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"}
}
