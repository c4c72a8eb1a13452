"""YAML as authors write it."""

import pytest

from builder.errors import Source
from builder.yamltext import parse_mapping


def read(text: str, line: int = 1):
    return parse_mapping(text, Source("a.md", line))


def problem(text: str, line: int = 2) -> str:
    [found] = read(text, line).problems
    return str(found)


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("no", "no"),
        ("yes", "yes"),
        ("on", "on"),
        ("true", True),
        ("False", False),
        ("12:30", "12:30"),
        ("007", "007"),
        ("0x10", "0x10"),
        ("1_000", "1_000"),
        ("42", 42),
        ("-3", -3),
        ("1e-3", 1e-3),
        (".5", 0.5),
        ("2024-01-02", "2024-01-02"),
        ("2024-01-02T10:00:00+02:00", "2024-01-02T10:00:00+02:00"),
        ("~", None),
        ("", None),
        ("nan", "nan"),
        ("[a, 1, true]", ["a", 1, True]),
    ],
)
def test_a_value_means_what_it_looks_like(written, value):
    assert read(f"x: {written}").values == {"x": value}


def test_a_number_as_text_is_the_number_as_written():
    assert str(read("version: 1.10").values["version"]) == "1.10"
    assert read("version: 1.10").values["version"] == 1.1


def test_words_of_old_yaml_are_keys_as_they_stand():
    assert set(read("no: x\n1: y\ntrue: z").values) == {"no", "1", "true"}


def test_lines_of_keys_are_known_inside_mappings_too():
    assert read("a: 1\nsweep:\n  b: [1]\nc: 2\n", 10).lines == {"a": 10, "sweep": 11, "sweep.b": 12, "c": 13}


def test_an_empty_text_is_an_empty_mapping():
    assert read("").values == {}
    assert read("# only a comment\n").values == {}


def test_a_key_given_twice_names_both_lines():
    assert (
        problem("a: 1\nb: 2\na: 3\n") == "a.md:4: error: 'a' is given twice, first in line 2\n  hint: keep one of them"
    )


def test_a_key_given_twice_inside_a_mapping_is_found():
    assert problem("s:\n  a: 1\n  a: 2\n").startswith("a.md:4: error: 'a' is given twice, first in line 3")


@pytest.mark.parametrize("text", ["a: &x 1\nb: *x\n", "a: *x\n", "a: &x 1\n"])
def test_T3_aliases_and_anchors_are_refused(text):
    assert "anchors and aliases (& and *) are not allowed" in problem(text)


@pytest.mark.parametrize(
    "value",
    [
        "!!python/object/apply:os.system ['true']",
        "!!python/name:os.system ''",
        "!!binary x",
        "!!timestamp x",
        "!!int x",
    ],
)
def test_T3_every_tag_is_refused(value):
    assert problem(f"t: 1\na: {value}\n").startswith("a.md:3: error: the YAML tag '")


def test_T3_deep_nesting_is_refused():
    assert "nested deeper than 32 levels" in problem("a: " + "[" * 40 + "]" * 40)


def test_T3_a_flood_of_brackets_ends_at_once():
    assert "nested deeper than 32 levels" in problem("a: " + "[" * 20_000)


def test_T3_more_than_64_KiB_is_refused():
    assert problem("a: " + "x" * 70_000).startswith("a.md:2: error: the front matter is larger than 64 KiB")


def test_T3_a_list_is_not_a_front_matter():
    assert problem("- a\n- b\n").startswith("a.md:2: error: the front matter is not a list of `key: value` lines")


def test_a_colon_in_a_value_shows_the_line_with_quotes():
    assert problem('title: a "b": c\n') == (
        'a.md:2: error: a colon inside a value needs quotes\n  hint: title: "a \\"b\\": c"'
    )


def test_a_tab_is_called_a_tab():
    assert problem("tags:\n\t- a\n") == "a.md:3: error: a tab in the front matter\n  hint: indent with spaces"


def test_a_template_is_not_a_value():
    assert problem("title: {{ page.title }}\n").startswith("a.md:2: error: a key must be a word\n  hint: put quotes")


def test_an_escaped_control_character_is_refused():
    assert problem('title: "a\\0b"\n') == "a.md:2: error: a character that cannot be shown: U+0000\n  hint: remove it"


def test_a_control_character_is_refused():
    assert problem("title: a\nx: \x07\n").startswith(
        "a.md:3: error: the front matter has a character that cannot be shown: U+0007"
    )


def test_a_number_of_a_thousand_digits_is_refused():
    assert problem("a: " + "9" * 5000).startswith("a.md:2: error: a number of 5000 digits")


@pytest.mark.parametrize(
    "text", ["a: [1, 2", 'a: "x', "a: {b", "a: @b", "a: `b`", "? a\n: b\n- c", "a: b\n c: d", "%YAML", ": "]
)
def test_broken_yaml_is_a_problem_never_an_exception(text):
    for found in read(text).problems:
        assert found.message == found.message.rstrip(".")
