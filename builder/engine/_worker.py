"""The process that renders pages: MkDocs' own build, of some pages of the tree instead of all.

The nav holds index pages only and is the same in every process; all else that a page shows is in its own staged bytes.
So a process needs the nav and its own pages, one after another, and its memory does not grow with the site. Each line
on stdin is a job, answered by a line on stdout; the results are written as ledger lines into a file.
"""

from __future__ import annotations

import contextlib
import json
import logging
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from jinja2.exceptions import TemplateNotFound
from mkdocs.commands.build import _build_template, get_context
from mkdocs.config import load_config
from mkdocs.structure.files import File, Files, set_exclusions
from mkdocs.structure.nav import get_navigation
from mkdocs.structure.pages import Page

from builder.bytecode import keep_bytecode
from builder.check.facts import facts_of
from builder.engine._alike import render_alike_once
from builder.engine._ledger import EMPTY_SEARCH, SEARCH, Ledger, Record, sha256
from builder.engine._searchable import with_less_markup, without_requests
from builder.kept import code_digest

_REFERENCE = re.compile(r"""\{%-?\s*(?:extends|include|import|from)\s+["']([^"']+)["']""")  # of a template to another
_PART = re.compile(r'<div class="sl-part">\n.*?\n</div>(?=\n\n|\n?\Z)', re.DOTALL)
_PLACEHOLDER = re.compile(r'<div class="sl-part">\n(\d+)\n</div>')


class Renderer:
    """The engine, loaded once for one state of settings and theme."""

    def __init__(self, settings: Path, out: Path, ledger: Ledger) -> None:
        self._ledger, self._out = ledger, out
        config = load_config(str(settings), site_dir=str(out))
        config.plugins.on_startup(command="build", dirty=False)
        self._config = config = config.plugins.on_config(config)
        config.plugins.on_pre_build(config=config)
        self._env = config.theme.get_env()
        self._files = Files(self._file(path) for path in _paths(config.nav))
        set_exclusions(self._files, config)
        self._nav = config.plugins.on_nav(get_navigation(self._files, config), config=config, files=self._files)
        self._env = config.plugins.on_env(self._env, config=config, files=self._files)
        keep_bytecode(self._env, "theme", code_digest("jinja2", "mkdocs") + " ".join(sorted(self._env.extensions)))
        render_alike_once(self._env, self._nav, config)

    def load_templates(self) -> None:
        """Load what pages are made of before there are any: compiling templates takes longer than rendering a page."""
        loaded: set[str] = set()
        waiting = ["main.html"]
        while waiting:
            name = waiting.pop()
            if name in loaded:
                continue
            loaded.add(name)
            with contextlib.suppress(TemplateNotFound):  # not every page includes it
                self._env.get_template(name)
                source, _, _ = self._env.loader.get_source(self._env, name)
                waiting += _REFERENCE.findall(source)

    def _file(self, path: str) -> File:
        return File(path, self._config.docs_dir, self._config.site_dir, self._config.use_directory_urls)

    def render(self, paths: Iterable[str]) -> Iterator[Record]:
        """Render pages, given by their staged files."""
        self._config.plugins.on_config(self._config)  # a new search index
        made: dict[str, Record] = {}
        for path in paths:
            url, record = self._render_page(path)
            made[url] = record
        self._config.plugins.on_post_build(config=self._config)
        index = json.loads((self._out / SEARCH).read_bytes())
        entries: dict[str, list[str]] = {}
        for entry in index["docs"]:
            entries.setdefault(entry["location"].partition("#")[0], []).append(compact(entry))
        for url, record in made.items():
            yield Record(record.path, record.staged, record.digest, record.facts, ",".join(entries.get(url, ())))

    def stands(self, path: str, record: Record) -> bool:
        """Tell whether a page, given by its staged file, would be rendered to the same again."""
        return record.staged == sha256(self._file(path).content_bytes) and self._ledger.has(record.digest)

    def _render_page(self, path: str) -> tuple[str, Record]:
        """The steps of mkdocs.commands.build for one page; finished HTML is spared Python-Markdown."""
        config, plugins, files = self._config, self._config.plugins, self._files
        file = files.get_file_from_path(path) or self._file(path)
        source = file.content_bytes
        page = file.page or Page(None, file, config)
        page = plugins.on_pre_page(page, config=config, files=files)
        page.read_source(config)
        page.markdown = plugins.on_page_markdown(page.markdown, page=page, config=config, files=files)
        page.markdown, parts = _set_aside(page.markdown)
        page.render(config, files)
        page.content = _PLACEHOLDER.sub(lambda match: parts[int(match[1])], page.content)
        page.content = plugins.on_page_content(page.content, page=page, config=config, files=files)
        page.active = True
        context = get_context(self._nav, [file], config, page)
        content, page.content = page.content, with_less_markup(page.content)
        context = plugins.on_page_context(context, page=page, config=config, nav=self._nav)
        page.content = without_requests(content)
        output = self._env.get_template(page.meta.get("template", "main.html")).render(context)
        output = plugins.on_post_page(output, page=page, config=config)
        page.active = False
        data = output.encode("utf-8", errors="xmlcharrefreplace")
        facts = facts_of(file.dest_uri, data).as_json()
        return page.url, Record(file.dest_uri, sha256(source), self._ledger.keep(data), facts)

    def render_frame(self) -> Iterator[Record]:
        """Render what every site of this theme has: its own files, the page for lost readers, and an empty search."""
        config, files = self._config, Files([])
        files.add_files_from_theme(self._env, config)
        for file in config.plugins.on_files(files, config=config):
            yield self._keep(file.dest_uri, file.content_bytes)
        for name in sorted(config.theme.static_templates - {"sitemap.xml"}):
            page = _build_template(name, self._env.get_template(name), self._files, config, self._nav)
            yield self._keep(name, page.encode("utf-8"))
        self._config.plugins.on_config(self._config)
        config.plugins.on_post_build(config=config)
        yield self._keep(EMPTY_SEARCH, (self._out / SEARCH).read_bytes())

    def _keep(self, path: str, data: bytes) -> Record:
        return Record(path, "", self._ledger.keep(data), facts_of(path, data).as_json())


def _paths(nav: object) -> Iterator[str]:
    """Every page that the nav of the settings names."""
    if isinstance(nav, str):
        yield nav
    else:
        for item in nav.values() if isinstance(nav, dict) else nav:
            yield from _paths(item)


def _set_aside(text: str) -> tuple[str, list[str]]:
    """Replace finished HTML by placeholders of the same kind."""
    parts: list[str] = []

    def placeholder(match: re.Match[str]) -> str:
        parts.append(match[0])
        return f'<div class="sl-part">\n{len(parts) - 1}\n</div>'

    return _PART.sub(placeholder, text), parts


def compact(value: object) -> str:
    """JSON as the theme's search writes it."""
    return json.dumps(value, separators=(",", ":"), default=str)


class _Complaints(logging.Handler):
    """Everything that the engine warns about."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(f"{record.levelname} - {record.getMessage()}")


def main() -> None:
    """Do the jobs that come in on stdin until it is closed."""
    complaints = _Complaints()
    logging.getLogger("mkdocs").addHandler(complaints)
    renderer, loaded = None, None
    ahead: dict[str, Record] = {}  # pages that nobody has asked for yet, by their staged files
    for line in sys.stdin:
        job = json.loads(line)
        wanted = (job["fingerprint"], job["settings"])
        if renderer is None or loaded != wanted:
            complaints.lines.clear()  # about settings that were not wanted after all
            renderer, loaded = Renderer(Path(job["settings"]), Path(job["out"]), Ledger(Path(job["ledger"]))), wanted
            ahead.clear()
        if "ahead" in job:
            ahead[job["ahead"]] = next(renderer.render([job["ahead"]]))
            if complaints.lines:  # to be made when the page is asked for
                del ahead[job["ahead"]]
                complaints.lines.clear()
            continue
        if "pages" not in job:
            renderer.load_templates()
            continue
        records = list(renderer.render_frame()) if job["frame"] else []
        done = {path: ahead[path] for path in job["pages"] if path in ahead and renderer.stands(path, ahead[path])}
        records += [*done.values(), *renderer.render(path for path in job["pages"] if path not in done)]
        ahead.clear()
        Ledger(Path(job["out"])).write(records, job["fingerprint"])
        print(json.dumps({"complaints": complaints.lines}), flush=True)
        complaints.lines.clear()
