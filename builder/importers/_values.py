"""Values of other generators' front matter, as a log has them."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from builder.importers._dating import read_day
from builder.urls import slugify


def convert_value(name: str, key: str, value: Any) -> Any:
    """A value as the log has it. Raises ValueError with the reason why it cannot be kept."""
    if value is None or value == "":
        return None
    if name in ("date", "updated"):
        return _day(value)
    if name in ("draft", "pin", "toc", "math"):
        truth = _truth(value)
        return not truth if key == "published" else truth
    if name in ("tags", "categories"):
        words = [word for word in _words(value) if slugify(word)]
        return list(dict.fromkeys(words))
    if name in ("aliases", "authors"):
        return _names(value, splits=name == "authors")
    if name == "image" and isinstance(value, dict):
        value = next(
            (value[k] for k in ("path", "src", "url", "image", "feature", "overlay_image", "teaser") if value.get(k)),
            None,
        )
        if value is None:
            return None
    if name == "year":
        if not re.fullmatch(r"[1-9]\d{3}", str(value).strip()):
            raise ValueError(f"'{value}' is not a year")
        return int(value)
    if name == "source" and key in ("doi", "arxiv", "arxiv_id", "eprint") and not str(value).startswith("http"):
        bare = re.sub(r"(?i)^(?:doi|arxiv):\s*", "", str(value).strip())
        return f"doi:{bare}" if key == "doi" else f"arXiv:{bare}"
    if isinstance(value, dict | list):
        if name == "image" and value and isinstance(value, list) and isinstance(value[0], str):
            return value[0]
        raise ValueError("should be text, not a list")
    return " ".join(str(value).split())[:500] or None


def _day(value: Any) -> str:
    if isinstance(value, dt.date):
        return f"{value:%Y-%m-%d}"
    day = read_day(str(value))
    if day is None:
        raise ValueError(f"'{value}' is not a date that can be read")
    return str(day)


def _names(value: Any, *, splits: bool) -> list[str]:
    """Names of people, or addresses, from a list, a text that may hold several, or the mappings of some themes."""
    several = re.split(r",\s*|\s+and\s+", value) if splits and isinstance(value, str) else value
    listed = several if isinstance(several, list) else [several]
    named = [str(one.get("name", "")) if isinstance(one, dict) else str(one) for one in listed if one is not None]
    return [" ".join(name.split()) for name in named if name.strip()]


def _truth(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if str(value).strip().lower() in ("true", "yes", "on", "1"):
        return True
    if str(value).strip().lower() in ("false", "no", "off", "0"):
        return False
    raise ValueError(f"'{value}' is neither true nor false")


def _words(value: Any) -> list[str]:
    if isinstance(value, list):
        return [" ".join(str(word).split()) for word in value if word is not None and not isinstance(word, dict | list)]
    text = str(value)
    parts = text.split(",") if "," in text else text.split()
    return [part.strip(" #") for part in parts if part.strip(" #")]
