"""`site_config.yml`: what a log is called, where it lives, which models its demos may name.

The fields' docstrings are the manual: `studylog doctor --config` and the JSON Schema are made from them.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from builder.errors import ConfigError, Problem, Source
from builder.urls import store_fault
from builder.yamltext import parse_mapping, unknown_key

CONFIG_NAME = "site_config.yml"


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class ModelConfig(_Strict):
    """Where a model's weights are: a folder, or a hub repository at a commit."""

    path: str = ""
    """A local folder with a model in safetensors, relative to the log."""
    repo: str = ""
    """A repository on the model hub, such as `openai-community/gpt2`."""
    revision: Annotated[str, Field(pattern=r"^([0-9a-f]{40})?$")] = ""
    """The commit of that repository: 40 hexadecimal digits, so that the weights cannot change underfoot."""

    @model_validator(mode="after")
    def _one_place(self) -> ModelConfig:
        if bool(self.path) == bool(self.repo):
            raise ValueError("a model needs either `path` or `repo`; keep the one that is meant")
        if self.repo and not self.revision:
            raise ValueError("a hub model needs `revision`, the full commit; write its 40 hexadecimal digits")
        return self


class ThemeConfig(_Strict):
    """How the site looks."""

    accent: str = "teal"
    """The accent colour, one of Material's colour names."""
    fonts: Literal["studylog", "system"] = "studylog"
    """`studylog` ships its own fonts; `system` uses the reader's."""


class LimitsConfig(_Strict):
    """Sizes beyond which input is refused."""

    entry_bytes: int = 1024 * 1024
    """The largest entry, in bytes."""
    notebook_bytes: int = 16 * 1024 * 1024
    """The largest notebook, in bytes, with the outputs that it was saved with; those are not read."""


class SharedConfig(_Strict):
    """The store that a log shares with other machines."""

    remote: str = ""
    """Where `build` and `run` look for missing runs before they execute anything, and where `store push` and `pull` go:
    an https:// address, a folder as file:///path, or any other address that fsspec knows, such as s3://bucket/runs."""

    @field_validator("remote")
    @classmethod
    def _address(cls, value: str) -> str:
        if fault := store_fault(value) if value else "":
            raise ValueError(fault)
        return value.rstrip("/")


class SiteConfig(_Strict):
    """A log's configuration. Every field may be left out but the title."""

    title: str
    """The name of the log, shown on every page."""
    description: str = ""
    """One sentence about the log, for search engines, feeds and the home page."""
    author: str = ""
    """Who writes it."""
    site_url: str = ""
    """The address of the published site, such as `https://example.org/log/`. Feeds and the sitemap need it."""
    language: str = "en"
    """The language of the log, as a BCP 47 tag."""
    home_intro: str = ""
    """A paragraph or two of Markdown at the top of the home page."""
    repo_url: str = ""
    """The log's repository; linked in the footer."""
    edit_uri: str = ""
    """What to put before a file's path to edit it, such as `https://github.com/me/log/edit/main/`."""
    copyright: str = ""
    """A line for the footer of every page."""
    models: dict[str, ModelConfig] = {}
    """Models that demos may name, besides those in `demos/weights/`."""
    encoder: ModelConfig | None = None
    """A sentence encoder by which related entries are found as well as by their words, once `studylog embed` has recorded
    what it makes of them: a network of the library transformers, pooled as the files beside it say (mean, cls or last
    token), such as `sentence-transformers/all-MiniLM-L6-v2`."""
    theme: ThemeConfig = ThemeConfig()
    """How the site looks."""
    limits: LimitsConfig = LimitsConfig()
    """Sizes beyond which input is refused."""

    store: SharedConfig = SharedConfig()
    """The store of recorded runs that this log shares."""

    root: Annotated[Path, Field(exclude=True)] = Path()
    today: Annotated[dt.date, Field(exclude=True)] = dt.date.max

    @field_validator("site_url")
    @classmethod
    def _web_address(cls, value: str) -> str:
        if not value:
            return value
        if not re.fullmatch(r"https?://[^\s/?#\"'<>]+(/[^\s?#\"'<>]*)?", value):
            raise ValueError(f"'{value}' is not a web address; write it like https://example.org/log/")
        return value.rstrip("/") + "/"

    @field_validator("title", "author", "description", "copyright", mode="before")
    @classmethod
    def _one_line(cls, value: Any) -> Any:
        if isinstance(value, int | float) and not isinstance(value, bool):
            return str(value)
        return " ".join(value.split()) if isinstance(value, str) else value


INTERNAL = {"root", "today"}
KNOWN = set(SiteConfig.model_fields) - INTERNAL


def read_config(root: Path, *, today: dt.date | None = None) -> SiteConfig:
    """Read the configuration of the log at `root`. Raises ConfigError with every mistake in it."""
    root = root.resolve()
    path = root / CONFIG_NAME
    source = Source(CONFIG_NAME, 1)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError:
        hint = "run this in the log's directory, give --log DIR, or start one with `studylog init DIR`"
        raise ConfigError(Problem(Source(CONFIG_NAME), "no-log", f"no {CONFIG_NAME} in '{root}'", hint)) from None
    except UnicodeDecodeError:
        raise ConfigError(Problem(source, "encoding", "not UTF-8 text", "save the file as UTF-8")) from None
    read = parse_mapping(text, source, "configuration")
    if read.problems:
        raise ConfigError(*read.problems)
    problems: list[Problem] = []
    for key in sorted(set(read.values) - KNOWN):
        problems.append(unknown_key(key, KNOWN, Source(CONFIG_NAME, read.lines[key]), "the configuration"))
    values = {key: value for key, value in read.values.items() if key in KNOWN and value is not None}
    config = None
    try:
        config = SiteConfig(**values, root=root, today=today or dt.date.today())
    except ValidationError as error:
        problems += [_problem(details, read.lines) for details in error.errors()]
    if problems or config is None:
        raise ConfigError(*problems)
    return config


def _problem(details: Any, lines: Mapping[str, int]) -> Problem:
    """Turn one pydantic error into a problem with its line."""
    place = [str(part) for part in details["loc"]]
    key = ".".join(place)
    nearest = [".".join(place[:count]) for count in range(len(place), 0, -1)]
    source = Source(CONFIG_NAME, next((lines[name] for name in nearest if name in lines), 1))
    if details["type"] == "missing":
        return Problem(source, "config", f"'{key}' is missing", f"add a line `{key}: …`")
    if details["type"] == "extra_forbidden":
        known = next(_sections(SiteConfig.model_fields[place[0]].annotation)).model_fields
        return unknown_key(place[-1], set(known), source, f"'{'.'.join(place[:-1])}'")
    message, _, hint = details["msg"].removeprefix("Value error, ").partition("; ")
    if details["type"] == "string_type":
        message, hint = "should be text", "put it in quotes"
    if details["type"] == "literal_error":
        message, hint = f"cannot be '{details['input']}'", f"write one of: {details['ctx']['expected']}"
        hint = hint.replace("'", "").replace(" or ", ", ")
    if details["type"].startswith("int_"):
        message, hint = "should be a whole number", "write digits only"
    return Problem(source, "config", f"'{key}': {message[:1].lower()}{message[1:]}", hint)


def _sections(annotation: Any) -> Iterator[type[BaseModel]]:
    """The models in the type of a key."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _sections(inner)
