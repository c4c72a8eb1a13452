"""`studylog doctor`: what works on this machine, and what to do about the rest."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import platform
import shutil
import subprocess
from pathlib import Path

from builder import __version__
from builder.config import INTERNAL, SiteConfig, read_config
from builder.engine import engines
from builder.errors import BuilderError, DemoError, Source
from builder.model import Json
from builder.run.models import Models
from builder.run.store import Store
from builder.run.vectors import name_of

PACKAGES = {  # each with the extra that brings it
    "mkdocs": "",
    "mkdocs-material": "",
    "markdown-it-py": "",
    "pydantic": "",
    "torch": "demos",
    "transformers": "demos",
    "diffusers": "demos",
    "safetensors": "demos",
    "distributed": "dask",
    "fsspec": "remote",
}


def examine(root: Path) -> Json:
    """Look at devices, packages, engines, models and the store. Never imports torch here."""
    report: dict[str, Json] = {
        "studylog": __version__,
        "python": platform.python_version(),
        "packages": {name: _version(name) for name in PACKAGES},
        "devices": known_devices(),
        "engines": {name: "available" if engine.available() else engine.install for name, engine in engines().items()},
    }
    try:
        config = read_config(root)
    except BuilderError as error:
        return {**report, "log": [str(problem) for problem in error.problems]}
    store = Store(config.root)
    damage = store.fsck()
    report["log"] = config.title
    report["models"] = _models(config)
    report["store"] = {**store.usage(), "problems": [str(problem) for problem in damage]}
    return report


def _version(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return "not installed" + (f"; pip install 'studylog[{PACKAGES[name]}]'" if PACKAGES[name] else "")


def known_devices() -> list[str]:
    """Devices as the driver's own tool tells; torch decides for itself when a demo runs."""
    found = []
    if tool := shutil.which("nvidia-smi"):
        asked = [tool, "--query-gpu=name,memory.total", "--format=csv,noheader"]
        lines = subprocess.run(asked, capture_output=True, text=True, timeout=20, check=False).stdout.splitlines()
        found += [f"cuda:{index} ({line.strip()})" for index, line in enumerate(lines)]
    if platform.system() == "Darwin" and platform.machine() == "arm64":
        found.append("mps")
    return [*found, f"cpu ({platform.machine()})"]


def _models(config: SiteConfig) -> dict[str, str]:
    """The encoder and every model that demos may name, and whether it is here."""
    encoder = {name_of(config.encoder): config.encoder} if config.encoder else {}
    models = Models(config.root, {**encoder, **config.models})
    states = {}
    for name in models.names():
        try:
            found = models.find(name, Source("site_config.yml"))
            states[name] = f"{found.refusal}; {found.hint}" if found.refusal else "here"
        except DemoError as error:
            states[name] = f"{error.problems[0].message}; {error.problems[0].hint}"
    return states


def as_text(report: Json, indent: str = "") -> str:
    """The report as indented lines."""
    lines = []
    for key, value in report.items():
        if isinstance(value, dict):
            lines += [f"{indent}{key}:", as_text(value, indent + "  ")]
        elif isinstance(value, list):
            lines += [f"{indent}{key}:", *(f"{indent}  {item}" for item in value)]
        else:
            lines.append(f"{indent}{key}: {value}")
    return "\n".join(line for line in lines if line)


def explain_config() -> str:
    """Every key of site_config.yml with its default and meaning, from the fields' own docstrings."""
    lines = []
    for name, field in SiteConfig.model_fields.items():
        if name not in INTERNAL:
            default = "required" if field.is_required() else f"default {field.default!r}"
            lines += [f"{name}  ({default})", f"    {field.description}"]
    return "\n".join(lines)
