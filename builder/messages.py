"""What the problems mean that studylog tells of: a sentence for every code, by what it is about.

The codes stand in `--json` and in JUnit reports; the manual's note on messages is made from this table.
"""

from __future__ import annotations

from collections.abc import Mapping

MEANINGS: Mapping[str, Mapping[str, str]] = {
    "Files": {
        "encoding": "A file is not UTF-8, or holds a character that no page can show, such as NUL. Save it as UTF-8; the message names line and column.",
        "exists": "Something is there already that would be overwritten. Choose another name, or remove it yourself.",
        "file-name": "The file's name cannot exist on every system: Windows refuses some characters and names.",
        "misplaced": "The file looks like an entry but is in no folder of entries, so it is on no page.",
        "symlink": "Symbolic links are not followed, since they may lead outside the log. Put the file itself there.",
        "too-large": "The entry is larger than `limits.entry_bytes` (or `notebook_bytes`) in the configuration.",
        "unmerged": "Git could not merge two versions of the file and left both in it, between `<<<<<<<` and `>>>>>>>`.",
        "unreadable": "The system does not let the file be read; look at its permissions.",
        "cannot-write": "The system does not let a file be written: no room, or no permission.",
    },
    "Front matter": {
        "yaml": "The YAML between the `---` lines cannot be read. The hint says what to type; most often a value needs quotes.",
        "front-matter": "A key has a value that it cannot have, or the front matter does not begin and end where it should.",
        "unknown-key": "Nobody knows this key. It is refused, not ignored, because it is most often misspelt.",
        "repeated-key": "Two keys mean the same, such as `lastmod` and `updated`. Keep one of them.",
        "ignored-key": "A key of another generator that has no meaning here. It does no harm; only `check` tells of it.",
        "date": "An entry has no date or one that cannot be read; in the file of a year, also a date of another year.",
        "slug": "The slug or permalink cannot be part of an address. Use letters, digits and hyphens.",
        "alias": "An alias is not an address of this site, or another entry has it.",
        "card": "The picture that `image:` names is not there, so the link card has none.",
        "tag": "A tag without a letter or digit has no address.",
        "duplicate-address": "Two entries would have the same address. Addresses that differ only in case are the same.",
        "duplicate-paper": "Two notes describe the same paper. Merge them.",
        "circle": "An entry follows itself, at once or over others.",
    },
    "Text and links": {
        "broken-link": "A link or an embed leads nowhere: no entry or file is called that, or it is a draft, or dated in the future.",
        "broken-anchor": "The entry is there, but it has no heading, demo or annotation of that name.",
        "ambiguous-link": "Several entries have the name. The hint lists the paths that say which is meant.",
        "unknown-citation": "No paper note and no BibTeX entry has this key.",
        "remote-file": "A picture or recording on another host is only linked, so that readers are not seen there.",
        "annotation": "An annotation needs the day on which it was made: `> [!annotation 2024-01-10] …`.",
        "footnote": "The text refers to a footnote that is not there.",
        "math": "A formula cannot be read. `\\$` is a plain dollar sign; `math: false` turns mathematics off.",
        "dense": "The entry is mostly brackets or dollar signs, which take very long to read as Markdown. Put them into a code block.",
        "bibtex": "A `.bib` file of the log cannot be read.",
        "duplicate-id": "An id is given twice on a page, so a link to it could mean either.",
        "third-party-request": "A page would load something from another host when it is read.",
    },
    "Demo calls": {
        "demo-fence": "A demo fence cannot be read: its first line, its parameters, its name or its sweep.",
        "unknown-demo": "No demo has this name.",
        "unknown-parameter": "The demo has no such parameter.",
        "missing-parameter": "The demo needs a parameter that is not given.",
        "bad-parameter": "A parameter has a value that its type does not allow.",
        "bad-sweep": "A sweep has no values, or sweeps what is also set.",
        "value": "`{{name.metric}}` names no run or metric of this page, or its format is none for numbers.",
        "claim": "A claim cannot be read. Only names, numbers, comparisons, `and`, `or` and `not` are allowed.",
        "false-claim": "A recorded run makes a claim of the front matter false.",
        "missing-run": "The call has no recorded run yet. `studylog run` makes it.",
        "stale-run": "What the run depends on has changed since it was recorded. `studylog run` makes it anew.",
        "not-verified": "An untrusted build shows a call that was not run, or a result whose model is not here to compare.",
        "demo-failed": "The demo raised an error, ran out of time or memory, or was killed. The last good result stays on the page, marked.",
        "drift": "A run made again differs from its record by more than its demo allows.",
    },
    "Demos": {
        "no-demo": "The file has no function marked with `@demo(...)`. A helper's name begins with `_`.",
        "two-demos": "A file holds one demo.",
        "bad-name": "A demo must be called like its file, and not like a module of Python.",
        "no-docstring": "The first line of the docstring is what the gallery says of the demo.",
        "bad-signature": "The signature cannot be read without running it. Parameters need types and plain defaults.",
        "bad-output": "The function does not say what it returns, or names a kind of output that does not exist.",
        "not-literal": "`@demo(...)` takes plain values only, since demo files are read and not imported.",
        "unknown-setting": "`@demo` has no such setting.",
        "bad-smoke": "A demo says at which small size it can be tried: `@demo(smoke={…})`.",
        "bad-timeout": "`timeout_seconds` is a positive number.",
        "bad-tolerance": "A tolerance names a metric and by which share of it a run may differ.",
        "bad-input": "An input is not a path inside the log.",
        "missing-input": "A declared input is not there.",
        "bad-import": "A demo imports relatively. Helpers beside it are imported by name: `from _name import …`.",
        "bad-python": "The file or cell is not Python.",
        "demo": "A demo recorded a metric or asked for a file or model in a way that cannot be; the message says which.",
    },
    "Notebooks": {
        "bad-notebook": "The file is no notebook that can be read. Open and save it in Jupyter.",
        "no-cells": "A percent file has no line that begins with `# %%`.",
        "cell": "A cell of text holds a line that is no comment.",
        "cell-option": "An option of a cell cannot be read.",
        "attachment": "An attached picture is missing or too large.",
    },
    "Models and the store": {
        "unknown-model": "No model has this name: neither in `models:` of the configuration nor in `demos/weights/`.",
        "missing-model": "A model's weights are not on this machine.",
        "model-refused": "The model holds something other than safetensors, or wants code of its own to be run.",
        "unpinned-model": "A model of the hub needs the full commit, so that its weights cannot change underfoot.",
        "store-damaged": "A recorded run is not as it was written. Restore it from version control; exit status 3.",
        "store-unused": "A file of the store that no recorded run needs any more, as after `run --force`. It harms nothing.",
        "bad-archive": "The file was not made by `studylog store export`.",
        "remote": "A shared store cannot be reached or used; `build` and `run` go on without it.",
        "remote-damaged": "A file of a shared store is not as it was written, and stays out. Push it again from where it is whole.",
        "locked": "Another command is writing to the store.",
    },
    "The command": {
        "move": "A link to the entry could not be given its new name, so nothing was written.",
        "no-log": "There is no `site_config.yml` here. Give `--log DIR`, or start a log with `studylog init DIR`.",
        "config": "A setting has a value that it cannot have.",
        "usage": "The command cannot be meant like this; the hint says how.",
        "engine": "The site engine is not installed, or it failed; its last words are in the message.",
        "site-dir": "The folder to publish to holds something that is no site, and would be replaced.",
        "asset": "A Markdown file among the assets is no page. Make it an entry, or give it another suffix.",
        "device": "There is no such device on this machine; `studylog doctor` lists those that there are.",
        "executor": "Runs cannot be handed to an executor of this name, or it is not installed.",
        "bug": "studylog itself has failed while serving. The terminal shows where; please report it.",
        "arxiv": "arXiv could not be asked, or knows no paper of this number.",
        "port": "The port is taken by another program.",
        "shape": "There is no importer for notes of this shape.",
    },
}


def meaning_of(code: str) -> str:
    """What a code means; empty for one that nobody explained."""
    return next((codes[code] for codes in MEANINGS.values() if code in codes), "")
