"""Which run goes where: every run once, models loaded seldom, no place much longer than the others."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.errors import ConfigError
from builder.report import Left
from builder.run.device import slots
from builder.run.packing import LOAD_SECONDS, Load, Schedule, pack

LOADS = st.lists(
    st.builds(
        Load,
        name=st.uuids().map(str),
        models=st.sampled_from([(), ("a",), ("b",), ("a", "b")]),
        seconds=st.none() | st.floats(0, 1000),
    ),
    min_size=1,
    max_size=30,
    unique_by=lambda load: load.name,
)


def loads(text: str) -> list[Load]:
    """`a:10 a:5 -:3 b:?` are four runs: two of model a, one of none, one of model b that was never timed."""
    pairs = [word.split(":") for word in text.split()]
    return [
        Load(f"{model}{number}", () if model == "-" else (model,), None if seconds == "?" else float(seconds))
        for number, (model, seconds) in enumerate(pairs)
    ]


def shown(places) -> list[str]:
    return [" ".join(load.name for load in place) for place in places]


def work(schedule: Schedule, seconds: dict[str, float]) -> tuple[float, list[str], int]:
    """Play a schedule; return when it ends, the order in which loads begin, and how often models are loaded."""
    now, ends, began, warm, loaded = 0.0, {}, [], {}, 0
    while schedule:
        for place, load in schedule.next():
            loaded += bool(load.models) and warm.get(place) != load.models
            warm[place] = load.models or warm.get(place)
            ends[place] = now + seconds[load.name]
            began.append(load.name)
        place = min(ends, key=ends.get)
        now = ends.pop(place)
        schedule.ended(place)
    return now, began, loaded


def test_one_place_takes_model_by_model_and_the_longest_first():
    assert shown(pack(loads("a:1 b:9 a:3 b:2 -:7"), 1)) == ["b1 b3 -4 a2 a0"]


def test_groups_stay_together_where_places_come_out_even():
    assert shown(pack(loads("a:50 b:40 a:40 b:50"), 2)) == ["a0 a2", "b3 b1"]


def test_a_group_that_would_dominate_is_split():
    assert shown(pack(loads("a:50 a:50 a:50 a:50 b:20"), 2)) == ["a0 a2 b4", "a1 a3"]


def test_runs_without_a_model_fill_up_what_is_free():
    assert shown(pack(loads("a:60 a:60 -:40 -:40 -:40"), 2)) == ["a0 a1", "-2 -3 -4"]


def test_what_was_never_timed_counts_as_the_median():
    assert shown(pack(loads("-:10 -:30 -:? -:20"), 2)) == ["-1 -0", "-2 -3"]


@given(LOADS, st.integers(1, 5))
def test_every_load_is_packed_once_and_no_place_is_much_longer(runs, places):
    packed = pack(runs, places)
    assert sorted(load.name for place in packed for load in place) == sorted(load.name for load in runs)
    if all(load.seconds is not None for load in runs):
        filled = [sum(load.seconds for load in place) for place in packed]
        longest = max(load.seconds for load in runs)
        assert max(filled) <= 2.2 * sum(filled) / places + longest + LOAD_SECONDS


@given(LOADS, st.integers(1, 5))
def test_models_are_loaded_about_once_for_each_group(runs, places):
    packed = pack(runs, places)
    loaded = sum(len({load.models for load in place if load.models}) for place in packed)
    assert loaded <= len({load.models for load in runs if load.models}) + places


@given(LOADS, st.integers(1, 4), st.integers(0, 3))
def test_schedule_begins_every_load_once_however_wrong_the_estimates(runs, places, seed):
    real = {load.name: (index * 7919 + seed * 104729) % 50 + 1.0 for index, load in enumerate(runs)}
    end, began, _ = work(Schedule(runs, places), real)
    assert sorted(began) == sorted(real)
    assert end <= sum(real.values())


def test_a_place_that_is_done_early_takes_over_from_the_longest_queue():
    runs = loads("a:100 a:100 b:100 b:100")
    real = {"a0": 1, "a1": 1, "b2": 100, "b3": 100}
    assert work(Schedule(runs, 2), real) == (102, ["a0", "b2", "a1", "b3"], 3)


def test_a_model_is_not_loaded_again_for_what_is_soon_done_where_it_is():
    runs = loads("a:4 b:2 b:2")
    assert work(Schedule(runs, 2), {"a0": 1, "b1": 2, "b2": 2}) == (4, ["a0", "b1", "b2"], 2)


def test_what_is_left_is_what_the_longest_place_needs():
    schedule = Schedule(loads("-:100 -:60 -:60 -:?"), 2)
    assert [load.name for _, load in schedule.next()] == ["-0", "-1"]
    left = schedule.left({0: 30.0, 1: 90.0})
    assert left == Left(runs=4, total=4, seconds=70.0, untimed=1)
    assert str(left) == "about 70 s left, 1 of 4 never timed"


@pytest.mark.parametrize(
    ("left", "text"),
    [
        (Left(14, 14, 170.0, 2), "about 3 min left, 2 of 14 never timed"),
        (Left(3, 3, 9000.0, 0), "about 2.5 h left"),
        (Left(3, 5, 0.0, 3), "3 of 3 never timed"),
    ],
)
def test_estimate_says_what_is_known_and_what_is_not(left, text):
    assert str(left) == text


@pytest.mark.parametrize(
    ("wanted", "visible", "found"),
    [
        ("auto", "0,1,5", ("cuda:0", "cuda:1", "cuda:2")),
        ("auto", "3", ("auto",)),
        ("auto", "", ("auto",)),
        ("cuda:1", "0,1", ("cuda:1",)),
        ("cpu, cpu", "", ("cpu", "cpu")),
    ],
)
def test_every_visible_gpu_is_one_slot(monkeypatch, wanted, visible, found):
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", visible)
    assert slots(wanted) == found


def test_device_that_cannot_be_is_refused():
    with pytest.raises(ConfigError, match="no device is called 'gpu'"):
        slots("cpu,gpu")
