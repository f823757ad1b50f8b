"""Several supplements, suspensions and extensions of one dossier, and which due time counts."""

import csv
import datetime as dt
import io
import json

import pytest

from dossiers import selectors, services
from dossiers.batches import mapping_of
from dossiers.handling import handling_hours
from dossiers.importers import episodes
from dossiers.importers.episodes import EXTENSION, SUPPLEMENT, Episode, carried_on
from dossiers.importers.profile import FIELDS
from dossiers.intake import default_profile
from dossiers.models import Dossier, DossierVersion, ImportRowError, Procedure
from dossiers.supplements import SETTING
from qms import agency_settings, clock
from tests.dossiers import books
from tests.dossiers.conftest import year

pytestmark = pytest.mark.django_db
RECEIVED, DUE, RESULT = "03/03/2025 08:00", "10/03/2025 08:00", "20/03/2025 08:00"
BASE = {"Ngày tiếp nhận": RECEIVED, "Ngày hẹn trả": DUE, "Ngày có kết quả": RESULT}


def day(number, month=3):
    return dt.datetime(2025, month, number, tzinfo=dt.UTC)


def only():
    return Dossier.objects.get()


def test_a_file_with_numbered_columns_tells_all_of_them(agency, take):
    row = books.row(
        1,
        **BASE,
        **{
            "Ngày yêu cầu bổ sung": "04/03/2025",
            "Ngày nhận bổ sung": "05/03/2025",
            "Ngày yêu cầu bổ sung lần 2": "06/03/2025",
            "Ngày nhận bổ sung lần 2": "07/03/2025",
            "Ngày bắt đầu tạm dừng": "10/03/2025",
            "Ngày kết thúc tạm dừng": "12/03/2025",
            "Ngày gia hạn": "14/03/2025",
            "Văn bản gia hạn": "01/XL",
            "Ngày gia hạn lần 2": "18/03/2025",
            "Văn bản gia hạn lần 2": "02/XL",
        },
    )
    one = take(books.xlsx([row], header=list(row)))
    assert (one.new_count, one.rejected_count) == (1, 0)
    dossier = only()
    told = episodes.read(dossier.episodes)
    assert [one.kind for one in told] == ["supplement", "supplement", "suspension", "extension", "extension"]
    assert [one.document for one in told if one.kind == EXTENSION] == ["01/XL", "02/XL"]
    # The last of each kind stands in the columns.
    assert dossier.supplement_requested_at.date() == dt.date(2025, 3, 5)
    assert dossier.extension_document == "02/XL"
    # An extension with apology does not help; a second one is told.
    assert dossier.timeliness == "done_late"
    assert "extended_again" in ImportRowError.objects.values_list("kind", flat=True)
    # The clock stands still in every pause: 3 to 20 March are 13 working days, of them 4 were pauses.
    Procedure.objects.update(regulated_time=20)
    whole, _quarters = year()
    hours = handling_hours(agency, selectors.tables(agency), [whole])[whole, None]
    assert (hours.regulated, hours.taken) == (20 * 8, (13 - 4) * 8)
    # Where the time starts again, it is counted from the last answer: 9 working days, 2 of them a pause.
    Procedure.objects.update(after_supplement="restarts")
    hours = handling_hours(agency, selectors.tables(agency), [whole])[whole, None]
    assert (hours.regulated, hours.taken) == (20 * 8, (9 - 2) * 8)
    # A procedure that says nothing follows its agency, as the agency had it when the dossier was received.
    Procedure.objects.update(after_supplement="agency")

    def taken(known_at=None):
        return handling_hours(agency, selectors.tables(agency), [whole], known_at)[whole, None].taken

    assert taken() == (13 - 4) * 8
    before = clock.now()
    agency_settings.put(agency, SETTING, "restarts", acting=None, valid_from=dt.date(2025, 3, 4))
    assert taken() == (13 - 4) * 8
    agency_settings.put(agency, SETTING, "restarts", acting=None, valid_from=dt.date(2025, 3, 3))
    assert taken() == (9 - 2) * 8
    assert taken(before) == (13 - 4) * 8
    assert take(books.xlsx([row], header=list(row)), "b.xlsx", again=True).unchanged_count == 1


def test_an_extension_by_law_moves_the_due_time_that_counts(agency, take):
    row = books.row(1, **BASE, **{"Gia hạn theo luật chuyên ngành": "21/03/2025"})
    take(books.xlsx([row], header=list(row)))
    dossier = only()
    assert dossier.timeliness == "on_time"
    (law,) = episodes.read(dossier.episodes)
    assert law.by_law
    assert (law.start.date(), law.end.date()) == (dt.date(2025, 3, 10), dt.date(2025, 3, 21))
    whole, _quarters = year()
    assert selectors.counts(agency, windows=[whole]).of(whole)["early_or_on_time"] == 1


def test_a_source_that_tells_only_the_newest_loses_nothing(agency, take, login, one_stop):
    first = books.row(1, **BASE, **{"Ngày yêu cầu bổ sung": "04/03/2025", "Ngày nhận bổ sung": "05/03/2025"})
    second = first | {"Ngày yêu cầu bổ sung": "06/03/2025", "Ngày nhận bổ sung": ""}
    third = second | {"Ngày nhận bổ sung": "07/03/2025"}
    take(books.xlsx([first], titles=["(Xuất lúc 05/03/2025 20:00)"]), "a.xlsx")
    assert only().episodes is None
    take(books.xlsx([second], titles=["(Xuất lúc 06/03/2025 20:00)"]), "b.xlsx")
    last = take(books.xlsx([third], titles=["(Xuất lúc 07/03/2025 20:00)"]), "c.xlsx")
    told = episodes.read(only().episodes)
    assert [(one.start.day, one.end.day) for one in told] == [(3, 4), (5, 6)]
    again = take(books.xlsx([third], titles=["(Xuất lúc 08/03/2025 20:00)"]), "d.xlsx")
    assert again.unchanged_count == 1
    assert DossierVersion.objects.count() == 2
    page = login(one_stop).get(only().get_absolute_url()).content.decode()
    assert page.count("04/03/2025") >= 1
    assert last.seq == 3


def test_what_was_only_corrected_is_not_kept():
    before = [Episode(SUPPLEMENT, day(4), day(8)), Episode(EXTENSION, None, day(10), "01/XL")]
    now = [Episode(SUPPLEMENT, day(5), day(8)), Episode(EXTENSION, None, day(11), "01/XL")]
    assert carried_on(before, now).told() is None
    later = [Episode(SUPPLEMENT, day(9)), Episode(EXTENSION, None, day(12), "02/XL")]
    assert len(carried_on(before, later).told()) == 4


@pytest.mark.parametrize(
    "told",
    [
        "x", "{}", "[1]", '[{"kind": "pause"}]', '[{"kind": "supplement"}]', '[{"kind": "extension"}]',
        '[{"kind": "supplement", "from": "2025-13-40"}]', "[" * 5000, '[{"kind": "supplement", "from": {}}]',
        '[{"kind": "supplement", "from": "2025-03-04", "by_law": true}]',
        '[{"kind": "supplement", "from": "2025-03-04", "until": "2025-03-01"}]',
        '[{"kind": "extension", "until": "2025-03-04", "document": "' + "x" * 99 + '"}]',
    ],
)  # fmt: skip
def test_nonsense_is_told_and_not_taken(agency, units, told):
    values = {
        "code": "H19.16-250303-0001", "procedure_code": "1.004111.H19", "procedure_name": "TT", "field": "L",
        "level": "full", "channel": "online", "received_at": "2025-03-03T08:00:00+07:00",
        "due_original_at": "2025-03-10T08:00:00+07:00", "unit": next(iter(units)), "status": "processing",
    }  # fmt: skip
    target = io.StringIO()
    writer = csv.writer(target)
    writer.writerow(FIELDS)
    writer.writerow([(values | {"episodes": told}).get(name, "") for name in FIELDS])
    one = services.import_now(
        agency,
        name="a.csv",
        content=io.BytesIO(target.getvalue().encode()),
        acting=None,
        mapping=mapping_of(default_profile(agency)),
    )
    assert (one.state, one.rejected_count, one.new_count) == ("committed", 1, 0), one.reason
    assert json.dumps(one.understood)


def test_the_document_of_a_second_extension_stays_with_its_dossier(agency, take):
    header = [*books.row(1), "Ngày gia hạn lần 2", "Văn bản gia hạn", "Văn bản gia hạn lần 2"]
    rows = [books.row(number) for number in range(1, 12)]
    rows[5] |= {"Ngày gia hạn lần 2": "18/03/2026", "Văn bản gia hạn lần 2": "02/XL"}
    rows[7] |= {"Văn bản gia hạn": "03/XL"}
    assert take(books.text(rows, header=header), "a.csv").new_count == 11
    told = dict(Dossier.objects.exclude(extension_document="").values_list("code", "extension_document"))
    assert told == {rows[5]["Mã hồ sơ"]: "02/XL", rows[7]["Mã hồ sơ"]: "03/XL"}
