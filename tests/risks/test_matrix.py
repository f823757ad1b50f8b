"""The pure scoring: whatever scale an agency writes, every cell has exactly one band and bands rise."""

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from risks import matrix

SCALES = json.loads((Path(matrix.__file__).parent / "data" / "scales.json").read_text())
settings.register_profile("slow machine", deadline=None, suppress_health_check=list(HealthCheck))
settings.load_profile("slow machine")
FIVE, THREE = matrix.scale_of(SCALES["five"]), matrix.scale_of(SCALES["three"])


@st.composite
def tables(draw):
    """A table an agency could write: 3 to 5 levels, 2 to 4 bands with any bounds."""
    size = draw(st.sampled_from(matrix.SIZES))
    count = draw(st.integers(2, 4))
    inner = draw(st.sets(st.integers(1, size * size - 1), min_size=count - 1, max_size=count - 1))
    bounds = [*sorted(inner), size * size]
    codes = sorted(draw(st.permutations(matrix.CLASSES))[:count], key=lambda code: matrix.CLASSES.index(code))
    axis = [{"label": f"mức {number}"} for number in range(1, size + 1)]
    bands = [{"code": code, "label": code, "upto": upto} for code, upto in zip(codes, bounds, strict=True)]
    return {"first": axis, "second": axis, "bands": bands}


@given(tables())
def test_every_cell_of_any_scale_has_exactly_one_band(table):
    scale = matrix.scale_of({"risk": table, "opportunity": table})
    for row in scale.risk.grid():
        for cell in row:
            assert cell.value == cell.first * cell.second
            assert sum(band.low <= cell.value <= band.high for band in scale.risk.bands) == 1


@given(tables(), st.data())
def test_a_higher_level_never_lowers_the_band(table, data):
    of = matrix.scale_of({"risk": table, "opportunity": table}).risk
    levels = st.integers(1, of.size)
    first, second = data.draw(levels), data.draw(levels)
    higher = data.draw(st.integers(first, of.size))
    assert of.score(higher, second).band.rank >= of.score(first, second).band.rank
    assert of.score(first, second).band == of.score(second, first).band


@given(tables(), st.integers(-3, 30))
def test_levels_outside_the_scale_are_refused(table, level):
    of = matrix.scale_of({"risk": table, "opportunity": table}).risk
    if 1 <= level <= of.size:
        assert of.score(level, 1).value == level
    else:
        with pytest.raises(ValueError, match="level"):
            of.score(level, 1)


@given(tables(), st.sampled_from(matrix.SIZES), st.data())
def test_a_proposal_from_another_scale_keeps_the_ends_and_the_order(table, size, data):
    of = matrix.scale_of({"risk": table, "opportunity": table}).risk
    value = data.draw(st.integers(1, size))
    found = of.nearest(value, size)
    assert 1 <= found <= of.size
    assert of.nearest(size, size) == of.size
    if value < size:
        assert found <= of.nearest(value + 1, size)
    if size == of.size:
        assert found == value


@given(tables(), tables())
def test_the_two_tables_of_a_scale_have_one_size(risk, opportunity):
    if len(risk["first"]) == len(opportunity["first"]):
        assert matrix.scale_of({"risk": risk, "opportunity": opportunity})
    else:
        with pytest.raises(matrix.BrokenScale):
            matrix.scale_of({"risk": risk, "opportunity": opportunity})


@pytest.mark.parametrize(
    ("first", "second", "value", "code"),
    [(1, 4, 4, "low"), (1, 5, 5, "medium"), (3, 3, 9, "medium"), (2, 5, 10, "high"), (4, 4, 16, "high"),
     (4, 5, 20, "very_high"), (5, 5, 25, "very_high")],
)  # fmt: skip
def test_the_default_scale_of_five(first, second, value, code):
    score = FIVE.risk.score(first, second)
    assert (score.value, score.band.code) == (value, code)


@pytest.mark.parametrize(
    ("first", "second", "code"),
    [(1, 2, "low"), (1, 3, "medium"), (2, 2, "medium"), (2, 3, "high"), (3, 3, "high")],
)
def test_the_default_scale_of_three(first, second, code):
    assert THREE.risk.score(first, second).band.code == code


def test_high_risks_need_actions_and_a_leader_to_accept_them():
    assert [band.needs_leader for band in FIVE.risk.bands] == [False, False, True, True]
    assert [band.needs_action for band in THREE.risk.bands] == [False, False, True]


def broken(change):
    data = json.loads(json.dumps(SCALES["three"]))
    change(data["risk"])
    with pytest.raises(matrix.BrokenScale) as caught:
        matrix.scale_of(data)
    return {(fault.field, fault.code) for fault in caught.value.faults}


def test_every_fault_of_a_scale_is_told_with_its_place():
    def several(table):
        table["first"][1]["label"] = " "
        table["second"][0]["label"] = table["second"][1]["label"]
        table["bands"][1]["upto"] = 1
        table["bands"][2]["upto"] = 8

    assert broken(several) == {
        ("risk.first.2", "no_word"),
        ("risk.second.1", "same_word"),
        ("risk.second.2", "same_word"),
        ("risk.bands.2", "bound"),
        ("risk.bands.3", "last_bound"),
    }
    assert ("risk.bands.2", "order") in broken(lambda table: table["bands"][1].update(code="low"))
    assert ("risk.bands", "count") in broken(lambda table: table.update(bands=table["bands"][:1]))
    assert ("risk.first", "size") in broken(lambda table: table["first"].pop())


@pytest.mark.parametrize(
    ("old", "new", "word"),
    [(None, None, "unknown"), (4, None, "unknown"), (None, 4, "new"), (4, 4, "same"), (4, 6, "up"),
     (6, 4, "down")],
)  # fmt: skip
def test_movement_since_the_last_review(old, new, word):
    assert matrix.movement(old, new) == word
