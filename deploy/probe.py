"""Health check of one container: probe.py web | worker | beat; exit code 0 when it is well.

web answers /healthz; worker and beat touched their sign of life within the last minute.
"""

import http.client
import sys
import tempfile
import time
from pathlib import Path


def well(part: str) -> bool:
    """Whether this container does its work."""
    if part == "web":
        line = http.client.HTTPConnection("127.0.0.1", 8000, timeout=4)
        line.request("GET", "/healthz")
        return line.getresponse().status == 200
    return time.time() - Path(tempfile.gettempdir(), f"heartbeat-{part}").stat().st_mtime < 60


if __name__ == "__main__":
    try:
        sys.exit(0 if well(sys.argv[1]) else 1)
    except OSError:
        sys.exit(1)
