"""Static files: whatever a style sheet refers to is there, so that the image can be built."""

import pytest
from django.contrib.staticfiles import finders
from django.core.management import call_command


@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_static_files_are_collected_with_hashed_names(settings, tmp_path):
    settings.STATIC_ROOT = str(tmp_path / "static")
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"}
    }
    finders.get_finder.cache_clear()
    call_command("collectstatic", interactive=False, verbosity=0)
    assert (tmp_path / "static" / "staticfiles.json").exists()
