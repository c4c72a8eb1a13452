"""`make manual`: writes the generated notes of the manual, and with `--pictures` the pictures in them.

With `--check`, as in `make check`, it only names the notes that are stale. A test does the same.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1]))  # the fixtures of the tests

from notes import NOTES
from output_kinds import PICTURES, WIDTH, kinds, page
from playwright.sync_api import sync_playwright

ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]


def main() -> None:
    """Write the notes, and the pictures if asked to; or name those that are stale."""
    if "--check" in sys.argv[1:]:
        stale = [path for path, note in NOTES.items() if path.read_text(encoding="utf-8") != note()]
        sys.exit("".join(f"{path.name}: stale; type `make manual`\n" for path in stale) or None)
    for path, note in NOTES.items():
        path.write_text(note(), encoding="utf-8")
    if "--pictures" in sys.argv[1:]:
        draw()


def draw() -> None:
    """A picture of each kind of output, by a browser."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS)
        tab = browser.new_page(viewport={"width": WIDTH, "height": 600}, device_scale_factor=1.5)
        for output in kinds():
            file = Path(folder) / f"{output.name}.html"
            file.write_text(page(output, Path(folder)), encoding="utf-8")
            tab.goto(file.as_uri())
            tab.wait_for_timeout(300)
            tab.locator("figure.sl-demo").screenshot(path=PICTURES / f"{output.name}.png")
        browser.close()


if __name__ == "__main__":
    main()
