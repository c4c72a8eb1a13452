"""The accent colours a log may choose from: names of Material, shades that are legible in light and dark."""

from __future__ import annotations

from builder.errors import ConfigError, Problem, Source, suggest

PAPER = {"light": "#fbfaf6", "dark": "#17191b"}  # the page behind the text; as in site.css

ACCENTS = {
    "red": ("#b3261e", "#f2a19a"),
    "pink": ("#a5124f", "#f48fb1"),
    "purple": ("#6a1b9a", "#d3a4dd"),
    "deep purple": ("#4527a0", "#b9a8de"),
    "indigo": ("#303f9f", "#a8b1e0"),
    "blue": ("#1459b3", "#90c5f5"),
    "light blue": ("#01659c", "#81d0f5"),
    "cyan": ("#006571", "#7fd6e2"),
    "teal": ("#0b6158", "#82cdc3"),
    "green": ("#28702c", "#a3d4a5"),
    "light green": ("#446c17", "#bfdc9f"),
    "lime": ("#646112", "#dbe392"),
    "yellow": ("#735c00", "#f2e38a"),
    "amber": ("#7f5300", "#f5d67c"),
    "orange": ("#9a4100", "#f7c381"),
    "deep orange": ("#b0330c", "#f7a98f"),
    "brown": ("#5d4037", "#cdb9b2"),
    "grey": ("#4f4f4f", "#dadada"),
    "blue grey": ("#40545e", "#b4c3ca"),
    "black": ("#1d1d1b", "#f0f0ee"),
}
"""Name -> (on light paper, on dark paper)."""


def find_accent(name: str) -> tuple[str, str]:
    """The two shades of an accent. Raises ConfigError for a colour nobody knows."""
    colours = ACCENTS.get(name.replace("-", " ").casefold())
    if colours is None:
        hint = suggest(name, ACCENTS) or f"known colours: {', '.join(ACCENTS)}"
        raise ConfigError(Problem(Source("site_config.yml"), "config", f"'theme': no colour called '{name}'", hint))
    return colours


def accent_css(name: str) -> str:
    """The style sheet that sets the accent. Raises ConfigError for a colour nobody knows."""
    light, dark = find_accent(name)
    return f":root {{\n  --sl-accent: {light};\n}}\n\n[data-md-color-scheme='slate'] {{\n  --sl-accent: {dark};\n}}\n"
