"""Notebooks: Jupyter's `.ipynb`, or Python files in percent format."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Annotated

from pydantic import AfterValidator, Field

from builder.kinds import Kind
from builder.kinds.frontmatter import FrontMatter, Strings, Words


def _inside(paths: tuple[str, ...]) -> tuple[str, ...]:
    for path in paths:
        pure = PurePosixPath(path)
        if not path or "\\" in path or pure.is_absolute() or ".." in pure.parts:
            raise ValueError(f"'{path}' is not a path inside the log; write it like content/assets/data.csv")
    return tuple(str(PurePosixPath(path)) for path in paths)


class NotebookFrontMatter(FrontMatter):
    """Front matter of a notebook."""

    inputs: Annotated[Strings, AfterValidator(_inside)] = ()
    """Files that it reads with `run.input(path)`, relative to the log; their digests are in the run's key."""
    models: Words = ()
    """Models that it loads with `run.load(Class, name)`; their digests are in the run's key."""
    timeout_seconds: Annotated[float, Field(gt=0, le=86_400)] = 600
    """After this its run is killed and counts as failed."""


KIND = Kind(
    name="notebook",
    plural="Notebooks",
    folder="notebooks",
    meta=NotebookFrontMatter,
    dated=True,
    url=lambda date, slug: f"notebooks/{slug}/",
    index_url="notebooks/",
    skeleton="""# %% [markdown]
# What I want to find out, and how.

# %%
from builder.notebook import run

run.metric("answer", 6 * 7)

# %% [markdown]
# It is {{notebook.answer:.0f}}.
""",
    suffixes=(".py", ".ipynb"),
)
