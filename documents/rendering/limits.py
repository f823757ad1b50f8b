"""Bounds of time and memory for printing: one huge paper must not take a worker with it.

The clock counts the work of this process, not the wall, so that a busy machine changes nothing. It ticks in
the main thread only, where workers run their jobs; what the web's threads print is bounded by its rows.
"""

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from documents.rendering.assets import RenderingFailed

TICK = 0.25
"""Seconds of work between two looks."""


def resident() -> int:
    """Bytes of memory this process holds; 0 where the machine does not tell."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except (OSError, ValueError, IndexError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")


def _is_delicate(frame: Any) -> bool:
    """Whether an error now would do harm or be lost.

    A module broken off while it loads stays broken; what is raised while an object is cleared away is lost.
    """
    while frame is not None:
        code = frame.f_code
        if "importlib._bootstrap" in code.co_filename or code.co_name == "__del__":
            return True
        if code.co_filename.endswith(("weakref.py", "gc.py")):
            return True
        frame = frame.f_back
    return False


@contextmanager
def within_limits() -> Iterator[None]:
    """Raises RenderingFailed with advice as soon as the block takes more than the installation allows."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    worked, held, over = time.process_time(), resident(), False

    def look(_signal: int, frame: Any) -> None:
        if over or _is_delicate(frame):
            return  # the block is over, or the next look is soon
        if time.process_time() - worked > settings.PAPER_SECONDS:
            said = _("Printing was given up after %(count)s seconds of work.") % {
                "count": settings.PAPER_SECONDS
            }
        elif resident() - held > settings.PAPER_MEGABYTES * 2**20:
            said = _("Printing was given up: it took more than %(count)s MB of memory.") % {
                "count": settings.PAPER_MEGABYTES
            }
        else:
            return
        advice = _("Split its longest tables, or put them into papers of their own.")
        raise RenderingFailed(f"{said} {advice}")

    before = signal.signal(signal.SIGPROF, look)
    signal.setitimer(signal.ITIMER_PROF, TICK, TICK)
    try:
        try:
            yield
            look(signal.SIGPROF, None)
        finally:
            over = True  # an error out of the lines below would leave the clock running
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
