"""`studylog new` and `studylog init`: valid files to begin with."""

from __future__ import annotations

import datetime as dt
import json
import keyword
import shutil
import sys
from importlib import resources
from pathlib import Path

from builder.config import CONFIG_NAME, SiteConfig
from builder.errors import ConfigError, ContentError, Problem, Source
from builder.kinds import KINDS
from builder.schema import make_schema
from builder.urls import is_safe_slug, slugify

DEMO = '''"""{title}: a first demo."""

from builder.demo import Run, demo
from builder.outputs import Text, Token


@demo(smoke={{"times": 2}})
def {name}(run: Run, word: str = "hello", times: int = 5) -> Text:
    """Say a word several times.

    The first line above is the summary in the gallery; this paragraph is the demo's page. Import torch and other heavy
    libraries here, inside the function, and load models with `run.load(Class, model)`.
    """
    run.metric("words", times)
    return Text(tokens=[Token(text=word + " ", probability=1.0) for _ in range(times)])
'''

TEST = '''"""The demo {name}."""

from builder.testing import run_demo


def test_{name}_runs_at_smoke_size():
    outcome = run_demo("{name}")
    assert outcome.metrics["words"] == 2
'''


HIDDEN = ("gitignore", "gitattributes", "github", "vscode", "content/obsidian")
"""What begins with a dot in a log; hidden files are easily lost on the way into a package."""


def new_entry(config: SiteConfig, kind: str, title: str, *, date: dt.date | None = None, slug: str = "") -> Path:
    """Write a valid entry of a kind and return its path. Raises ContentError if it exists or cannot be named."""
    if kind == "demo":
        return _new_demo(config.root, title)
    entry = KINDS[kind]
    title = " ".join(title.split())
    day = date or config.today
    slug = slug or slugify(title) or f"entry-{day}"
    if not is_safe_slug(slug):
        raise _usage(f"'{slug}' cannot be part of an address", "give --slug with letters, digits and hyphens")
    suffix = entry.suffixes[0]
    name = f"{day}-{slug}{suffix}" if entry.dated else f"{slug}{suffix}"
    path = config.root / "content" / entry.folder / name
    lines = [f"title: {json.dumps(title, ensure_ascii=False)}", f"date: {day}", 'description: ""', "tags: []"]
    if kind == "paper":
        lines += ["authors: []", "year:", "arxiv:", "status: reading", f"started: {day}"]
    front = ["---", *lines, "---"]
    if suffix == ".py":  # a notebook in percent format has its front matter in comments
        front = [f"# {line}" for line in front]
    return _write_new(path, "\n".join([*front, "", entry.skeleton]), config.root)


def _new_demo(root: Path, title: str) -> Path:
    """Write a running demo and its test."""
    name = slugify(title).replace("-", "_")
    if not name.isidentifier() or keyword.iskeyword(name) or name in sys.stdlib_module_names:
        raise _usage(f"'{title}' is not a name for a demo", "begin with a letter; no word or module of Python")
    path = _write_new(
        root / "demos" / f"{name}.py", DEMO.format(name=name, title=name.replace("_", " ").capitalize()), root
    )
    _write_new(root / "tests" / "demos" / f"test_{name}.py", TEST.format(name=name), root)
    return path


def _usage(message: str, hint: str) -> ConfigError:
    return ConfigError(Problem(Source("new"), "usage", message, hint))


def _write_new(path: Path, text: str, root: Path) -> Path:
    """Write a file that must not exist yet."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        place = Source(path.relative_to(root).as_posix())
        raise ContentError(
            Problem(place, "exists", "there is such a file already", "choose another title or --slug")
        ) from None
    return path


def init_log(folder: Path, *, title: str = "My study log", today: dt.date) -> Path:
    """Start a log in an empty or new folder: configuration, one entry of each kind, one demo. It builds at once."""
    if folder.is_file() or (folder.is_dir() and any(folder.iterdir())):
        raise ConfigError(
            Problem(Source(str(folder)), "exists", "there is something already", "give a new or an empty folder")
        )
    starter = resources.files("builder") / "starter"
    with resources.as_file(starter) as source:
        shutil.copytree(source, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    for path in sorted(folder.rglob("*TODAY*")):
        path.rename(path.with_name(path.name.replace("TODAY", str(today))))
    for path in sorted((folder / "content").rglob("*.*")):
        path.write_text(path.read_text(encoding="utf-8").replace("TODAY", str(today)), encoding="utf-8")
    for name in HIDDEN:
        (folder / name).rename((folder / name).with_name(f".{Path(name).name}"))
    for name, written in ((CONFIG_NAME, json.dumps(title, ensure_ascii=False)), ("README.md", title)):
        text = (folder / name).read_text(encoding="utf-8")
        (folder / name).write_text(text.replace("My study log", written, 1), encoding="utf-8")
    schema = json.dumps(make_schema("config"), indent=2, ensure_ascii=False)
    (folder / ".vscode" / "site_config.schema.json").write_text(f"{schema}\n", encoding="utf-8")
    return folder
