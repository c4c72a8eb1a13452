"""What every test may use: a log written into a temporary folder."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import settings

os.environ["HF_HUB_OFFLINE"] = "1"

# The same examples each time, so that a build that was green stays green; HYPOTHESIS_PROFILE=default looks for new ones.
settings.register_profile("same", derandomize=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))

MakeSite = Callable[..., Path]


@pytest.fixture
def make_site(tmp_path: Path) -> MakeSite:
    """Write a log: `make_site({"content/log/2024-01-02-a.md": "text"})` gives its directory."""

    def make(files: Mapping[str, str | bytes], config: str = "title: Test log\n") -> Path:
        root = tmp_path / "log"
        for name, content in {"site_config.yml": config, **files}.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        return root

    return make
