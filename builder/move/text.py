"""A file as it can be edited: what is not touched stays as it was, byte for byte."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

_DEFINITION = re.compile(r"[\s>]{0,3}\[[^\]]+\]:\s")
_FENCE = re.compile(r"\s*(```+|~~~+)")
_OWN = re.compile(r"\s*<!---(?P<yaml>.*?)--->")


@dataclass(slots=True)
class FileText:
    """The lines of a file, and how each of them ends."""

    lines: list[str]
    ends: list[str]

    @classmethod
    def read(cls, path: Path) -> FileText:
        """Read a file that is known to be UTF-8."""
        parts = re.split(r"(\r\n|\r|\n)", path.read_bytes().decode("utf-8"))
        return cls(parts[::2], [*parts[1::2], ""])

    def __str__(self) -> str:
        return "".join(line + end for line, end in zip(self.lines, self.ends, strict=True))

    def put(self, start: int, stop: int, lines: list[str]) -> None:
        """Put lines in the place of those from index `start` up to `stop`."""
        self.lines[start:stop] = lines
        self.ends[start:stop] = [self.ends[0] or "\n"] * len(lines)

    def set_key(self, key: str, value: str, keys: Mapping[str, int]) -> None:
        """Set a key of the front matter, which has `keys` on these lines; an empty value takes the key out."""
        written = [f"{key}: {value}"] if value else []
        end = self._front_end()
        if end is None:
            self._add_front(written)
        elif key in keys:
            start = keys[key] - 1
            after = min((line - 1 for line in keys.values() if line - 1 > start), default=end)
            self.put(start, after, written)
        else:
            self.put(end, end, written)

    def definitions(self) -> Iterator[int]:
        """The lines, counted from 0, that define the address of a reference, outside of fenced code."""
        fence = ""
        for index, line in enumerate(self.lines):
            mark = _FENCE.match(line)
            if mark and (not fence or mark[1].startswith(fence)):
                fence = "" if fence else mark[1]
            elif not fence and _DEFINITION.match(line):
                yield index

    def rename_slug(self, line: int, old: str, new: str) -> None:
        """Write another slug in the value of the key that stands on a line, which may go on below."""
        for index in range(line - 1, len(self.lines)):
            if (index >= line and not self.lines[index].startswith((" ", "\t", "-"))) or self.lines[index] == "---":
                break
            self.lines[index] = re.sub(rf"(?<![\w.-]){re.escape(old)}(?![\w-]|\.\w)", new, self.lines[index])

    def _front_end(self) -> int | None:
        """The index of the line that closes the front matter, if there is one."""
        if self.lines[0].lstrip("\ufeff").rstrip() != "---":
            return None
        return next((n for n, line in enumerate(self.lines[1:], 1) if line.rstrip() in ("---", "...")), None)

    def _add_front(self, written: list[str]) -> None:
        mark = "\ufeff" if self.lines[0].startswith("\ufeff") else ""
        self.lines[0] = self.lines[0].removeprefix(mark)
        self.put(0, 0, [f"{mark}---", *written, "---"] if written else [])

    def own(self, line: int) -> str | None:
        """The front matter that an entry of a year has in a comment on its first line; None if it goes on below."""
        found = _OWN.search(self.lines[line - 1])
        below = self.lines[line].lstrip() if line < len(self.lines) else ""
        if found is None and ("<!---" in self.lines[line - 1] or below.startswith("<!---")):
            return None
        return found["yaml"] if found else ""

    def set_own(self, line: int, values: Mapping[str, object]) -> None:
        """Write the front matter of the entry of a year behind its date."""
        inner = ", ".join(f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in values.items())
        written = f" <!--- {{{inner}}} --->"
        text = self.lines[line - 1]
        found = _OWN.search(text)
        self.lines[line - 1] = (
            text[: found.start()] + written + text[found.end() :] if found else text.rstrip() + written
        )
