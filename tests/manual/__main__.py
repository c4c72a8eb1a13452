"""`make manual`: writes the generated parts of the manual, pictures included. A test fails when the text is stale."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from output_kinds import NOTE, PICTURES, WIDTH, kinds, note, page
from playwright.sync_api import sync_playwright

ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]


def main() -> None:
    """Write the note on the kinds of output, and a picture of each."""
    NOTE.write_text(note(), encoding="utf-8")
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
