"""Checklists: made of the library, sampled so that it can be repeated, answered by several at once."""

import datetime as dt
import threading

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from audits import sampling
from audits.models import AnswerEvidence, AnswerRecord, AuditQuestion, Checklist, ChecklistItem, Finding
from audits.services import checklists, sessions
from audits.services import library as questions
from dossiers.models import Dossier, Procedure
from dossiers.models.procedure import procedure_id
from qms.exceptions import Invalid, Refused

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40


def give(item, person, answer="conform", version=0, key="khoa-000001", **more):
    return checklists.answer_give(item, acting=person, answer=answer, version=version, key=key, **more)


def test_a_draw_can_be_repeated_and_depends_on_the_seed():
    codes = [f"HS-{n:03d}" for n in range(100)]
    first = sampling.draw(codes, 10, "a")
    assert first == sampling.draw(reversed(codes), 10, "a") != sampling.draw(codes, 10, "b")
    assert len(set(first)) == 10 and sampling.draw(codes[:3], 10, "a") == codes[:3]


def test_the_sample_keeps_seed_and_population(planned, agency, unit, other_unit, secretary):
    procedure = Procedure.objects.create(id=procedure_id(agency, "1"), agency=agency, code="1", name="Cấp")
    for n in range(30):
        Dossier.objects.create(
            id=procedure_id(agency, f"h{n}"),
            agency=agency,
            code=f"HS-{n:02d}",
            procedure=procedure,
            unit=unit if n < 25 else other_unit,
            online_level="full",
            channel="online",
            status="done",
            received_at=timezone.now() - dt.timedelta(days=n),
            row_hash="x",
            as_of=timezone.now(),
            import_seq=1,
        )
    made = checklists.checklist_make(planned.sessions.get(), acting=secretary)
    assert (made.population, len(made.sample)) == (25, 10)
    codes = list(Dossier.objects.filter(unit=unit).values_list("code", flat=True))
    assert made.sample == sampling.draw(codes, 10, made.seed)
    assert made.population_hash == sampling.fingerprint(codes)


def test_an_unanswered_question_is_no_answer(items):
    assert {item.answer for item in items} == {""} and {item.version for item in items} == {0}


def test_two_auditors_do_not_overwrite_each_other(items, lead, second):
    give(items[0], lead, "conform", key="khoa-cua-lead")
    with pytest.raises(checklists.AnsweredMeanwhile) as error:
        give(items[0], second, "nonconform", key="khoa-cua-hai")
    assert (error.value.item.answer, error.value.item.answered_by) == ("conform", lead)
    give(items[0], second, "nonconform", version=1, key="khoa-cua-ba", note="Xem lại")
    item = ChecklistItem.objects.get(pk=items[0].pk)
    assert (item.answer, item.version, item.answered_by) == ("nonconform", 2, second)
    assert [row.answer for row in item.records.order_by("version")] == ["conform", "nonconform"]


def test_sending_twice_changes_once(items, lead, second):
    first = give(items[0], lead)
    give(items[0], second, "observation", version=1, key="khoa-000002")
    assert give(items[0], lead) == first  # the lost reply is asked for again, after another's answer
    assert ChecklistItem.objects.get(pk=items[0].pk).answer == "observation"
    with pytest.raises(Invalid):
        give(items[1], lead)  # the same key for another question
    with pytest.raises(Invalid):
        give(items[0], second)  # somebody else's key


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
def test_of_two_answers_at_the_same_moment_exactly_one_is_kept(items, lead, second):
    barrier, results = threading.Barrier(2), []

    def answer(person, key):
        try:
            barrier.wait()
            give(items[0], person, key=key)
            results.append("kept")
        except checklists.AnsweredMeanwhile:
            results.append("told")
        finally:
            connection.close()

    threads = [
        threading.Thread(target=answer, args=pair)
        for pair in ((lead, "khoa-luong-1"), (second, "khoa-luong-2"))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["kept", "told"]
    assert AnswerRecord.objects.filter(item=items[0]).count() == 1


def test_without_the_version_an_answer_would_be_lost(items, lead, second):
    """What the version guards against: reading, then writing what was read, drops the other's answer."""
    with transaction.atomic():
        mine, theirs = (ChecklistItem.objects.get(pk=items[0].pk) for _ in range(2))
        theirs.answer, mine.answer = "nonconform", "conform"
        theirs.save(update_fields=["answer"])
        mine.save(update_fields=["answer"])
        assert ChecklistItem.objects.get(pk=items[0].pk).answer == "conform"
        transaction.set_rollback(True)


def test_only_the_team_answers_and_only_while_work_is_under_way(items, running, secretary, head, lead):
    for somebody in (secretary, head):
        with pytest.raises(Refused):
            give(items[0], somebody)
    running.state = "reported"
    running.save(update_fields=["state"])
    items[0].checklist.session.audit.state = "reported"
    with pytest.raises(Refused):
        give(items[0], lead)


def test_evidence_is_a_photo_or_pdf_and_taken_once(items, lead):
    made = checklists.evidence_add(items[0], acting=lead, key="anh-0000001", name="a.jpg", content=PNG)
    again = checklists.evidence_add(items[0], acting=lead, key="anh-0000001", name="a.jpg", content=PNG)
    assert made == again and AnswerEvidence.objects.count() == 1 and made.file.name == "a.png"
    with pytest.raises(Invalid):
        checklists.evidence_add(items[0], acting=lead, key="anh-0000002", name="a.exe", content=b"MZ...")


def test_a_checklist_with_answers_is_not_made_anew(items, lead, running):
    checklists.checklist_make(running.sessions.get(), acting=None)
    item = Checklist.objects.get().items.first()
    give(item, lead)
    with pytest.raises(Invalid):
        checklists.checklist_make(running.sessions.get(), acting=None)


def test_the_library_has_versions_and_checklists_keep_theirs(agency, clauses, secretary, items, head):
    question = items[0].question
    with pytest.raises(Refused):
        questions.question_change(question, acting=head, text="Khác?")
    new = questions.question_change(question, acting=secretary, text="Khác?")
    assert (new.version, AuditQuestion.objects.filter(code=new.code, current=True).get()) == (2, new)
    items[0].refresh_from_db()
    assert items[0].text == "Câu 1?" and items[0].question == question
    with pytest.raises(Invalid):
        questions.question_change(question, acting=secretary, text="Bản cũ")
    questions.question_retire(new, acting=secretary)
    assert not AuditQuestion.objects.filter(code=new.code, current=True).exists()
    with pytest.raises(Invalid):
        questions.question_add(agency, acting=secretary, clause_code="99", text="?", requirement="x")
    own = questions.question_add(agency, acting=secretary, clause_code="7.5", text="?", requirement="x")
    assert own.code == "7.5-01"
    assert questions.library_load(agency, acting=secretary) >= 40
    assert questions.library_load(agency, acting=secretary) == 0


def test_questions_are_chosen_by_clause_process_and_procedure(planned, secretary, library, agency, clauses):
    """A question that names a procedure is asked only where a session audits that procedure."""
    licence, other = (
        Procedure.objects.create(
            id=procedure_id(agency, code), agency=agency, code=code, name=f"Thủ tục {code}"
        )
        for code in ("1", "2")
    )
    added = {}
    for name, process, procedure in (
        ("any", "", None),
        ("process", "cấp phép", None),
        ("other process", "tiếp công dân", None),
        ("procedure", "", licence),
        ("other procedure", "", other),
        ("both", "cấp phép", licence),
    ):
        added[name] = questions.question_add(
            agency, acting=secretary, clause_code="8.5", text=name, requirement="x", process=process,
            procedure=procedure,
        )  # fmt: skip
    session = planned.sessions.get()

    def asked(procedure):
        sessions.session_edit(
            session,
            acting=secretary,
            clauses=[clauses["8.5"]],
            process="Cấp phép bưu chính",
            procedure=procedure,
        )
        made = checklists.checklist_make(session, acting=secretary)
        return set(made.items.values_list("text", flat=True)) & set(added)

    assert asked(None) == {"any", "process"}
    assert asked(licence) == {"any", "process", "procedure", "both"}
    assert asked(other) == {"any", "process", "other procedure"}
    newer = questions.question_change(added["procedure"], acting=secretary, procedure=None)
    assert (newer.version, newer.procedure) == (2, None)
    assert asked(other) == {"any", "process", "procedure", "other procedure"}


def test_what_the_phone_sends_twice_is_kept_once(items, lead, client):
    """A bad connection sends again with the same key: one answer, one photo, one finding."""
    item = items[0]
    client.force_login(lead.user)

    def send(name, **data):
        address = reverse(f"audits:item-{name}", args=[item.pk])
        return client.post(address, data, headers={"accept": "application/json"})

    def photo():
        return SimpleUploadedFile("anh.png", PNG, content_type="image/png")

    finding = {"grade": "major", "description": "Thiếu chữ ký", "evidence": "Hồ sơ 0041"}
    for _turn in range(3):
        answer = send("answer", answer="nonconform", version=0, key="khoa-tra-loi")
        assert answer.json()["version"] == 1
        assert send("evidence", file=photo(), key="khoa-buc-anh").status_code == 200
        assert send("finding", key="khoa-phat-hien", **finding).json()["code"]
    assert item.records.count() == 1
    assert AnswerEvidence.objects.filter(item=item).count() == 1
    assert Finding.objects.filter(item=item).count() == 1
