"""How tests look at a page."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from made_site import TODAY

from builder.pipeline import Options, build
from builder.report import Silent

WIDTHS = (320, 768, 1440)
STARTED = "performance.getEntriesByName('studylog').length"  # the scripts of the page have run
THEME = "performance.getEntriesByName('theme').length"  # and so has the theme's
FRAMES = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
MOVED = """() => new Promise(done => {
    let sum = 0;
    new PerformanceObserver(list => {
        for (const entry of list.getEntries()) if (!entry.hadRecentInput) sum += entry.value;
    }).observe({type: "layout-shift", buffered: true});
    setTimeout(() => done(sum), 200);
})"""


def built(root: Path, files: Mapping[str, str], config: str) -> Path:
    """The site of a small log."""
    for name, text in {"site_config.yml": config, **files}.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    build(root, Options(run="never", today=TODAY), Silent())
    return root / "site"


def moved(page) -> float:
    """How much has moved under the reader's eyes since the page began to load (cumulative layout shift)."""
    return page.evaluate(MOVED)


def too_wide(page) -> dict[int, int]:
    """By how many pixels the page is wider than its window, for each width at which it is."""
    excess = {}
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        excess[width] = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return {width: pixels for width, pixels in excess.items() if pixels > 0}


def barriers(page, *, exclude: tuple[str, ...] = ()) -> str:
    """What axe finds in the page, on a phone at night and on a wide screen by day; empty if there is nothing."""
    options = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}
    found = ""
    page.mouse.move(1, 1)  # the theme starts, and adds its own
    page.wait_for_function(THEME)
    page.add_style_tag(content="*, ::before, ::after { transition: none !important }")  # colours are there at once
    for width, colours in ((390, "dark"), (1440, "light")):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=colours)
        page.wait_for_function(f"getComputedStyle(document.body).colorScheme === '{colours}'")
        page.evaluate(FRAMES)  # the theme has seen what scrolls now
        results = Axe().run(
            page, context={"exclude": [[part] for part in exclude]} if exclude else None, options=options
        )
        found += f"{width} {colours}\n{results.generate_report()}\n" if results.violations_count else ""
    return found


@contextmanager
def opening(chromium, address: str) -> Iterator[Callable]:
    """Open pages: `page = visit("timeline/", width=390)`. Console errors and outside requests fail the test."""
    contexts, troubles = [], []

    def visit(path: str = "", *, width: int = 1440, dark: bool = False, javascript: bool = True, still: bool = False):
        context = chromium.new_context(
            viewport={"width": width, "height": 900},
            color_scheme="dark" if dark else "light",
            java_script_enabled=javascript,
            has_touch=width < 700,
            reduced_motion="reduce" if still else "no-preference",
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda m: troubles.append(f"{path}: console: {m.text}") if m.type == "error" else None)
        page.on("pageerror", lambda error: troubles.append(f"{path}: {error}"))
        page.on("request", lambda r: troubles.append(f"{path}: asks {r.url}") if _leaves(r.url, address) else None)
        page.on("response", lambda r: troubles.append(f"{path}: {r.status} {r.url}") if r.status >= 400 else None)
        page.goto(address + path, wait_until="load")
        if javascript:
            page.wait_for_function(STARTED)
        return page

    yield visit
    for context in contexts:
        context.close()
    assert not troubles, "\n".join(troubles)


def _leaves(url: str, address: str) -> bool:
    return not url.startswith((address, "data:", "blob:", "about:"))
