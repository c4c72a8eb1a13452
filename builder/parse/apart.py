"""Reading in several processes: each parses some of the files and keeps what it found, where this process finds it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from builder.apart import share
from builder.config import SiteConfig
from builder.kept import Kept
from builder.kinds import KINDS
from builder.parse.earlier import Earlier, Read
from builder.parse.tree import ContentFile

FEWEST = 150  # files that take about twice as long as starting a process


def read_together(
    files: Sequence[ContentFile], config: SiteConfig, kept: Kept, earlier: Earlier, jobs: int
) -> dict[str, Read]:
    """Read files in `jobs` processes, this one among them, and return what was read here, by the names of the files."""
    from builder.parse.reader import read_file

    here: dict[str, Read] = {}
    plain = {"folder": str(kept.folder), "root": str(config.root), "today": str(config.today)}
    share(
        files,
        lambda file: here.update({file.name: read_file(file, config, earlier)}),
        helpers=jobs - 1,
        module=__name__,
        setup=[config.model_dump(mode="json"), plain],
        write=lambda file: (file.name, file.kind.name),
    )
    return here


def helper(setup: Any) -> Callable[[Any], None]:
    """What another process does: it reads files, given by path and kind, and keeps what it found."""
    from builder.parse.reader import read_entry

    written, plain = setup
    config = SiteConfig.model_validate({**written, "root": plain["root"], "today": plain["today"]})
    earlier = Earlier(Kept(Path(plain["folder"])))

    def read(file: tuple[str, str]) -> None:
        read_entry(config.root / file[0], KINDS[file[1]], config, earlier)

    return read
