"""JSON Schemas of what authors write as YAML: `site_config.yml` and the front matter of each kind of entry.

They are made from the models that read these files, so an editor knows what studylog knows.
"""

from __future__ import annotations

from typing import Any

from builder.config import INTERNAL, SiteConfig
from builder.kinds import KINDS
from builder.kinds.frontmatter import IGNORED, SYNONYMS

Schema = dict[str, Any]
SCHEMAS = ("config", *KINDS)
DIALECT = "https://json-schema.org/draft/2020-12/schema"


def make_schema(name: str) -> Schema:
    """The schema called `name`: `config`, or a kind of entry."""
    schema = _config() if name == "config" else _front_matter(name)
    return {"$schema": DIALECT, **schema}


def _config() -> Schema:
    schema = SiteConfig.model_json_schema()
    properties = {key: value for key, value in schema["properties"].items() if key not in INTERNAL}
    return {**schema, "title": "site_config.yml of studylog", "description": "", "properties": properties}


def _front_matter(kind: str) -> Schema:
    """Front matter with the synonyms that are accepted, and with the keys that mean nothing here."""
    schema = KINDS[kind].meta.model_json_schema()
    properties = schema["properties"]
    theirs = {key: properties[ours] for key, ours in SYNONYMS.items() if key not in properties}
    ignored: Schema = {key: {"description": "means nothing here", "deprecated": True} for key in sorted(IGNORED)}
    title = f"Front matter of a {kind} entry of studylog"
    return {**schema, "title": title, "properties": {**ignored, **theirs, **properties}}
