"""The files that stand beside a trained model: its card and its loss curve."""

from __future__ import annotations

import json
from argparse import Namespace
from datetime import UTC, datetime
from pathlib import Path


def today() -> str:
    """Today's date in UTC, for the model card."""
    return datetime.now(UTC).date().isoformat()


def write_training_log(folder: Path, options: Namespace, curve: list[dict], seconds: float) -> None:
    """Write `training.json`: the options, the loss curve and the time it took."""
    settings = {name: value for name, value in vars(options).items() if name != "output"}
    log = {"options": settings, "seconds": round(seconds), "curve": curve}
    (folder / "training.json").write_text(json.dumps(log, indent=1) + "\n")


def write_card(folder: Path, *, title: str, summary: str, facts: dict[str, str], body: str, recipe: str) -> None:
    """Write `README.md`, the model card, with a table of facts."""
    rows = "\n".join(f"| {name} | {value} |" for name, value in facts.items())
    text = f"# {title}\n\n{summary}\n\n| fact | value |\n|---|---|\n{rows}\n\nMade by `{recipe}`; the loss curve is in `training.json`.\n\n{body}"
    (folder / "README.md").write_text(text.rstrip() + "\n")
