"""`make bench`: ratios measured side by side, printed and written to RESULTS.md beside this file, a section a bench.

Each `bench_*.py` here has `measure() -> Iterable[Row]`. Seconds depend on the machine and on what else it does; the
ratio of two things measured in the same run depends on them far less, so only ratios have targets.
"""

from __future__ import annotations

import datetime as dt
import importlib
import os
import platform
import sys
from importlib.metadata import version
from pathlib import Path

from rows import CannotMeasure, Row

HERE = Path(__file__).parent
TITLE = "# Results of `make bench`\n"
LIBRARIES = ("torch", "transformers", "diffusers", "mkdocs", "mkdocs-material", "nbclient")


def main(names: list[str]) -> int:
    """Measure all, or the benches named; return 1 if a target is missed or one cannot be measured here."""
    benches = names or sorted(path.stem.removeprefix("bench_") for path in HERE.glob("bench_*.py"))
    met = True
    for name in benches:
        print(f"measuring {name}", file=sys.stderr)
        try:
            rows = list(importlib.import_module(f"bench_{name}").measure())
        except CannotMeasure as error:
            print(error, file=sys.stderr)
            met = False
            continue
        print(table(rows))
        write(HERE / "RESULTS.md", name, f"{machine()}\n\n{table(rows)}")
        met = met and all(row.met for row in rows)
    return int(not met)


def write(file: Path, name: str, text: str) -> None:
    """Write the section of a bench; those of the others stay."""
    before = file.read_text(encoding="utf-8").split("\n## ")[1:] if file.exists() else []
    sections = {section.partition("\n")[0]: section for section in before} | {name: f"{name}\n\n{text}"}
    whole = [TITLE, *(sections[name].rstrip() + "\n" for name in sorted(sections))]
    file.write_text("\n## ".join(whole), encoding="utf-8")


def table(rows: list[Row]) -> str:
    """The rows as a Markdown table."""
    head = "| what | ratio | target | met | how |\n|---|---|---|---|---|\n"
    return head + "".join(
        f"| {row.what} | {row.ratio:.3f} | {f'at most {row.target:g}' if row.target else 'none'}"
        f" | {('yes' if row.met else 'no') if row.target else ''} | {row.how} |\n"
        for row in rows
    )


def machine() -> str:
    """Where and with what the ratios were measured."""
    versions = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    return (
        f"Measured {dt.date.today()} on {os.cpu_count()} CPU cores ({platform.machine()}),"
        f" {platform.system()}, Python {platform.python_version()}, {versions}."
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
