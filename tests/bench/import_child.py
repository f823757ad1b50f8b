"""One import in a process of its own, so that its memory is nobody else's: DATABASE FILE, prints JSON."""

import json
import os
import sys
import time
from pathlib import Path


def main(database: str, source: Path) -> None:
    """Import the file for the demonstration agency; prints the seconds and the peak of memory in MB."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "qms.settings.test"
    import django
    from django.conf import settings
    from django.db import connection

    django.setup()
    settings.DEBUG = False
    connection.settings_dict["NAME"] = database
    from dossiers import services
    from qms import demo
    from qms.models import Agency

    agency = Agency.objects.get(code=demo.CODE)
    began = time.perf_counter()
    with source.open("rb") as content:
        services.import_now(agency, name=source.name, content=content, acting=None, again=True)
    taken = time.perf_counter() - began
    # What getrusage tells of a child holds the memory of its parent.
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    sys.stdout.write(json.dumps({"seconds": taken, "peak": int(status["VmHWM"].split()[0]) / 1024}))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
