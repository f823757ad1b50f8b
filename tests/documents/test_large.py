"""Long tables: a thousand rows print within limits of time and memory, more is refused with advice."""

import multiprocessing
import resource
import time

import pytest
from django.urls import reverse

from documents.content import PaperContent
from documents.problems import content_made
from documents.services import paper_update
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
    from documents.rendering.render import paper_render
    from documents.rendering.sheet import IssueFacts

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
