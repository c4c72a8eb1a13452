"""A small log that is edited at random, as authors edit: texts, titles, tags, dates, links, names, the look."""

from __future__ import annotations

import datetime as dt
import random
import shutil
from dataclasses import dataclass, field, replace
from pathlib import Path

FOLDERS = {"log": "log", "note": "notes", "post": "posts"}
TAGS = ("one", "two", "three")
FIRST_DAY = dt.date(2023, 11, 20)
WORDS = "attention & loss <b>noise</b> *token* `code` “quote” 数学 heads_and_tails A.I. step".split()
PNG = bytes.fromhex("89504e470d0a1a0a0000000d49484452")


@dataclass(frozen=True)
class Entry:
    """One entry; links to entries that are gone are not written."""

    kind: str
    date: dt.date
    title: str
    words: str
    tags: tuple[str, ...] = ()
    links: tuple[int, ...] = ()
    name: str = ""


@dataclass
class EditedLog:
    """The entries by number, and the configuration; `write` puts them into a folder."""

    chance: random.Random
    entries: dict[int, Entry] = field(default_factory=dict)
    config: dict[str, str] = field(default_factory=lambda: {"title": "Edited", "site_url": "https://edited.example/x/"})
    theme: str = ""  # added to the footer of every page
    number: int = 0

    def edit(self) -> str:
        """Change one thing and say which."""
        changes = [self.add, self.remove, self.reword, self.retitle, self.retag, self.redate, self.relink, self.rename]
        change = self.chance.choice([*changes, *changes, *changes, self.reconfigure, self.restyle])
        change()
        return change.__name__

    def add(self) -> None:
        self.number += 1
        kind = self.chance.choice([*FOLDERS, "log", "log"])
        self.entries[self.number] = Entry(kind, self._day(), self._words(3), self._words(30), name=f"e{self.number}")
        self.relink(self.number)
        self.retag(self.number)

    def remove(self) -> None:
        if len(self.entries) > 5:
            del self.entries[self._any()]

    def reword(self) -> None:
        self._set(self._any(), words=self._words(30))

    def retitle(self) -> None:
        self._set(self._any(), title=self._words(3))

    def retag(self, number: int = 0) -> None:
        self._set(number or self._any(), tags=tuple(self.chance.sample(TAGS, self.chance.randint(0, 2))))

    def redate(self) -> None:
        self._set(self._any(), date=self._day())

    def relink(self, number: int = 0) -> None:
        self._set(number or self._any(), links=tuple(self.chance.sample(sorted(self.entries), 2)))

    def rename(self) -> None:
        self.number += 1
        self._set(self._any(), name=f"e{self.number}")

    def reconfigure(self) -> None:
        key = self.chance.choice(["title", "description", "copyright", "site_url", "language"])
        values = {"site_url": ["https://edited.example/", ""], "language": ["en", "de"]}
        self.config[key] = self.chance.choice(values.get(key, ["Edited", "Rewritten"]))

    def restyle(self) -> None:
        self.theme = self.chance.choice(["", "<p>set anew</p>"])

    def write(self, root: Path) -> None:
        """Write the log in place of what is there, apart from what builds left."""
        shutil.rmtree(root / "content", ignore_errors=True)
        config = "".join(f'{key}: "{value}"\n' for key, value in self.config.items())
        files = {"site_config.yml": config.encode(), "content/assets/dot.png": PNG}
        for entry in self.entries.values():
            dated = f"{entry.date}-" if entry.kind in ("log", "post") else ""
            files[f"content/{FOLDERS[entry.kind]}/{dated}{entry.name}.md"] = self._text(entry).encode()
        for path, data in files.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_bytes(data)

    def _text(self, entry: Entry) -> str:
        links = " ".join(f"[[{self.entries[number].name}]]" for number in entry.links if number in self.entries)
        head = f"---\ntitle: '{entry.title}'\ntags: [{', '.join(entry.tags)}]\n---\n"
        return f"{head}\n{entry.words} {links}\n\n## Of {entry.name}\n\n```python\nprint('{entry.name}')\n\n\n# x\n```\n\n![[dot.png]]\n"

    def _set(self, number: int, **changes: object) -> None:
        self.entries[number] = replace(self.entries[number], **changes)

    def _any(self) -> int:
        return self.chance.choice(sorted(self.entries))

    def _day(self) -> dt.date:
        return FIRST_DAY + dt.timedelta(days=self.chance.randrange(80))

    def _words(self, count: int) -> str:
        return " ".join(self.chance.choice(WORDS) for _ in range(count))


def edited_log(seed: int, entries: int) -> EditedLog:
    """A log to begin with."""
    log = EditedLog(random.Random(seed))
    log.entries = {
        number: Entry("log", FIRST_DAY, f"Entry {number}", "Some words.", name=f"b{number}") for number in (-1, -2)
    }
    for _ in range(entries):
        log.add()
    return log
