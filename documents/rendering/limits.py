"""Bounds of time and memory for printing: one huge paper must not take a worker with it.

The clock counts work, not the wall, so that a busy machine changes nothing. Workers print in the main thread
of their process: there a signal ticks. What the web prints while one waits runs in one of several threads:
there a second thread looks at the first, and gives up what went too far from outside.
"""

import ctypes
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import get_language, override
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


def _too_much(worked: float, more: int) -> str:
    """What to say of so many seconds of work and bytes of memory; empty while it is bearable."""
    if worked > settings.PAPER_SECONDS:
        said = _("Printing was given up after %(count)s seconds of work.") % {"count": settings.PAPER_SECONDS}
    elif more > settings.PAPER_MEGABYTES * 2**20:
        said = _("Printing was given up: it took more than %(count)s MB of memory.") % {
            "count": settings.PAPER_MEGABYTES
        }
    else:
        return ""
    advice = _("Split its longest tables, or put them into papers of their own.")
    return f"{said} {advice}"


@contextmanager
def within_limits() -> Iterator[None]:
    """Raises RenderingFailed with advice as soon as the block takes more than the installation allows."""
    here = threading.current_thread() is threading.main_thread()
    with _ticking() if here else _watched():
        yield


@contextmanager
def _ticking() -> Iterator[None]:
    worked, held, over = time.process_time(), resident(), False

    def look(_signal: int, frame: Any) -> None:
        if over or _is_delicate(frame):
            return  # the block is over, or the next look is soon
        if said := _too_much(time.process_time() - worked, resident() - held):
            raise RenderingFailed(said)

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


@contextmanager
def _watched() -> Iterator[None]:
    """The same in a thread, where no signal arrives: another one looks, and raises the error in this."""
    me, began, held = threading.get_ident(), time.thread_time(), resident()
    clock = time.pthread_getcpuclockid(me)
    language = get_language()
    alive = (
        threading.Lock()
    )  # held while the block runs: giving it back is one step, which no error breaks off
    alive.acquire()

    def too_much() -> str:
        with override(language):
            return _too_much(time.clock_gettime(clock) - began, resident() - held)

    def watch() -> None:
        pause = TICK
        while not alive.acquire(timeout=pause):
            said = too_much()  # reads a file, and the other thread goes on: where it is, is asked afterwards
            if said and not _is_delicate(sys._current_frames().get(me)):
                _raise_in(me, type("GivenUp", (RenderingFailed,), {"__init__": _saying(said)}))
                pause = 20 * TICK  # it unwinds now; asked again only if somebody caught it

    watcher = threading.Thread(target=watch, name="printing-limits", daemon=True)

    def end() -> None:
        if alive.locked():
            alive.release()
        if watcher.is_alive():
            watcher.join()

    try:
        watcher.start()
        yield
        if said := too_much():
            raise RenderingFailed(said)
    finally:
        try:
            end()
        finally:  # the error may have come in the line above, and once only: the watcher pauses after it
            end()
            _raise_in(me, None)


def _saying(said: str) -> Any:
    """The start of an error that is raised as a class, without words."""

    def begin(self: RenderingFailed) -> None:
        RenderingFailed.__init__(self, said)

    return begin


def _raise_in(thread: int, error: type[BaseException] | None) -> None:
    """Raise an error in a thread at its next step; None takes back one that was not raised yet."""
    raised = ctypes.py_object(error) if error is not None else None
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), raised)
