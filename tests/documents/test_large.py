"""Long tables: a thousand rows print within limits of time and memory, more is refused with advice."""

import concurrent.futures
import datetime as dt
import multiprocessing
import resource
import signal
import sys
import threading
import time

import pytest
from django.urls import reverse

from documents.content import PaperContent
from documents.problems import content_made
from documents.rendering import limits
from documents.rendering.assets import RenderingFailed
from documents.rendering.render import paper_render
from documents.rendering.sheet import IssueFacts
from documents.services import paper_issue, paper_issue_retry, paper_update
from qms import jobs
from qms.exceptions import Invalid
from tests.documents import samples

SECONDS, MEBIBYTES = 120, 700


def with_rows(count):
    """The decision with one annex of that many rows, as plain data."""
    data = samples.decision_data()
    annex = data["annexes"][1]
    line = {"cells": [{"text": text} for text in ("1", "Mục tiêu", "Việc", "Phòng", "Các phòng", "Quý I")]}
    annex["blocks"][0]["rows"] = [line] * count
    return data | {"annexes": [annex]}


def _draw(pipe):
    content = PaperContent.model_validate(with_rows(1000))
    began = time.process_time()
    made = paper_render(content, IssueFacts(1, None, 2026))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    pipe.send((made.pages, len(made.pdf), time.process_time() - began, peak))


@pytest.mark.services
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning")
def test_a_thousand_rows_print_within_limits():
    here, there = multiprocessing.Pipe()
    process = multiprocessing.get_context("fork").Process(target=_draw, args=(there,))
    process.start()
    there.close()
    pages, size, seconds, peak = here.recv()
    process.join(timeout=60)
    assert pages > 20
    assert size < 5_000_000
    assert seconds < SECONDS
    assert peak < MEBIBYTES


def test_more_than_a_thousand_rows_are_refused_with_the_place():
    with pytest.raises(Invalid) as refused:
        content_made(with_rows(1001))
    assert "Phụ lục 1" in str(refused.value)
    assert "tách bảng" in str(refused.value)


# a tick inside a collector of rubbish is told there and not raised further; the next one is
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize(
    ("limit", "most", "words"), [("PAPER_SECONDS", 0, "0 giây"), ("PAPER_MEGABYTES", -10_000, "MB")]
)
def test_printing_is_given_up_beyond_the_limits(settings, limit, most, words):
    setattr(settings, limit, most)
    content = PaperContent.model_validate(with_rows(120))
    with pytest.raises(RenderingFailed, match=rf"{words}.*Tách") as refused:
        paper_render(content, IssueFacts(1, None, 2026))
    assert "Tách" in str(refused.value)
    assert signal.getitimer(signal.ITIMER_PROF) == (0, 0), "the clock stops with the block"


def in_a_thread(work):
    """What a web server's thread would give back, or the error it would tell."""
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        return pool.submit(work).result(timeout=280)


# an error inside a collector of rubbish is told there and not raised further; the next one is
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize(
    ("limit", "most", "words"), [("PAPER_SECONDS", 0, "0 giây"), ("PAPER_MEGABYTES", -10_000, "MB")]
)
def test_what_the_web_prints_in_a_thread_is_given_up_too(settings, monkeypatch, limit, most, words):
    """The work would never end by itself: only the second thread can end it."""
    monkeypatch.setattr(limits, "TICK", 0.01)
    setattr(settings, limit, most)

    def endless():
        with limits.within_limits():
            while True:
                time.sleep(0.001)

    with pytest.raises(RenderingFailed, match=rf"{words}.*Tách"):
        in_a_thread(endless)
    assert not [one for one in threading.enumerate() if one.name == "printing-limits"], "no watcher is left"


def test_an_error_at_the_very_end_leaves_no_watcher_that_goes_on_raising(monkeypatch):
    monkeypatch.setattr(limits, "TICK", 0.01)
    asked = threading.Event()

    def _too_much(worked, more):
        return "given up" if threading.current_thread().name == "printing-limits" else ""

    def work():
        def joins(frame):
            names = set()
            while frame is not None:
                names.add(frame.f_code.co_name)
                frame = frame.f_back
            return "join" in names

        def once_it_ends(frame):
            asked.set()
            while not joins(sys._current_frames()[me]):
                time.sleep(0.001)
            return False

        me = threading.get_ident()
        monkeypatch.setattr(limits, "_is_delicate", once_it_ends)
        with pytest.raises(RenderingFailed), limits.within_limits():
            asked.wait()
        left = [one for one in threading.enumerate() if one.name == "printing-limits"]
        time.sleep(0.01)  # nothing is left to be raised here
        return left

    monkeypatch.setattr(limits, "_too_much", _too_much)
    assert in_a_thread(work) == []


def test_where_the_printing_is_is_asked_only_after_all_that_lets_it_go_on(monkeypatch):
    monkeypatch.setattr(limits, "TICK", 0.01)
    steps, looked = [], threading.Event()

    def _too_much(worked, more):
        if threading.current_thread().name != "printing-limits":
            return ""
        steps.append("much")
        return "given up"

    def delicate(frame):
        steps.append("place")
        if len(steps) > 3:
            looked.set()
        return True

    monkeypatch.setattr(limits, "_too_much", _too_much)
    monkeypatch.setattr(limits, "_is_delicate", delicate)

    def work():
        with limits.within_limits():
            looked.wait()

    in_a_thread(work)
    assert steps[:4] == ["much", "place"] * 2


def test_a_paper_within_the_limits_comes_out_of_a_thread_whole(monkeypatch):
    monkeypatch.setattr(limits, "TICK", 0.01)
    content = PaperContent.model_validate(with_rows(3))
    made = in_a_thread(lambda: paper_render(content, IssueFacts(1, None, 2026)))
    assert made.pdf.startswith(b"%PDF-")


def test_the_limits_hold_without_a_tick_and_the_clock_stops_even_in_a_tick(settings, monkeypatch):
    real = signal.setitimer

    def ticking(which, *seconds):
        if seconds == (0,):  # a last tick just as the block ends
            signal.getsignal(signal.SIGPROF)(signal.SIGPROF, None)
        return real(which, *seconds)

    monkeypatch.setattr(limits, "TICK", 10_000)
    monkeypatch.setattr(limits.signal, "setitimer", ticking)
    settings.PAPER_SECONDS = 0
    with pytest.raises(RenderingFailed), limits.within_limits():
        pass
    with pytest.raises(ZeroDivisionError), limits.within_limits():
        raise ZeroDivisionError
    assert signal.getitimer(signal.ITIMER_PROF) == (0, 0)


# a tick inside a collector of rubbish is told there and not raised further; the next one is
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.django_db
def test_a_paper_given_up_keeps_its_number_and_goes_out_once_it_may(office, draft, to_desk, settings):
    paper = to_desk(draft)
    settings.PAPER_SECONDS = 0
    monday = dt.date(2026, 3, 2)
    assert jobs.run(paper_issue(paper, issued_on=monday, acting=office.clerk).pk).state == "failed"
    paper.refresh_from_db()
    assert (paper.state, paper.number) == ("issuing", 1)
    assert "Tách" in paper.failure
    settings.PAPER_SECONDS = 240
    jobs.run(paper_issue_retry(paper, acting=office.clerk).pk)
    paper.refresh_from_db()
    assert (paper.state, paper.number) == ("issued", 1)


@pytest.mark.django_db
def test_files_of_a_long_draft_are_refused_with_advice(office, draft, login):
    paper = paper_update(
        draft,
        content=PaperContent.model_validate(with_rows(300)),
        signer=office.leader,
        acting=office.drafter,
    )
    client = login(office.drafter)
    for name in ("documents:paper-pdf", "documents:paper-docx"):
        answer = client.get(reverse(name, args=[paper.pk]), follow=True)
        assert answer.redirect_chain, name
        assert "300 dòng" in answer.content.decode()
