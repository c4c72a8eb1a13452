"""Plain data, as JSON knows it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Json = Any  # what json.loads returns
Params = Mapping[str, Json]
