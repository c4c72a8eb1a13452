"""The JSON Schemas that editors check an author's YAML against."""

import json
from pathlib import Path

import jsonschema
import pytest

from builder.errors import Source
from builder.kinds import KINDS
from builder.parse.text import split_front_matter
from builder.schema import SCHEMAS, make_schema
from builder.yamltext import parse_mapping

ROOT = Path(__file__).parents[1]


def refused(name: str, written: dict) -> bool:
    return not jsonschema.Draft202012Validator(make_schema(name)).is_valid(json.loads(json.dumps(written)))


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_is_one_and_says_what_keys_mean(name):
    schema = make_schema(name)
    jsonschema.Draft202012Validator.check_schema(schema)
    assert all("description" in value or "$ref" in value for value in schema["properties"].values())
    assert "root" not in schema["properties"]


def test_the_front_matter_of_this_log_fits():
    for kind in KINDS.values():
        for path in (ROOT / "content" / kind.folder).glob("*.md"):
            yaml, _, _ = split_front_matter(path.read_text(encoding="utf-8"))
            values = dict(parse_mapping(yaml, Source(path.name, 2)).values)
            assert not refused(kind.name, values), path


def test_the_configuration_of_this_log_fits():
    read = parse_mapping((ROOT / "site_config.yml").read_text(encoding="utf-8"), Source("site_config.yml", 1))
    assert not refused("config", dict(read.values))


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("log", {"tgas": "a"}), ("log", {"date": "3 March"}), ("log", {"draft": "maybe"}), ("paper", {"rating": 6}),
        ("paper", {"status": "finished"}), ("config", {"title": "A", "theme": {"acent": "red"}}), ("config", {}),
    ],
)  # fmt: skip
def test_what_is_wrong_is_refused(name, written):
    assert refused(name, written)


@pytest.mark.parametrize(
    "written", [{"title": 1984, "tags": "a b"}, {"tags": ["a", 7], "lastmod": "2024-01-02 10:00"}, {"layout": "post"}]
)
def test_what_studylog_accepts_is_accepted(written):
    assert not refused("log", written)
