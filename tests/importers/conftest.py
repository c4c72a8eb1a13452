"""What tests of importers share: bringing files into a fresh log."""

import pytest

from builder.config import read_config
from builder.importers import import_notes


@pytest.fixture
def bring(make_site, tmp_path):
    """Import files: the log's directory and the ledger. Every ledger is checked for completeness."""

    def run(files: dict[str, str | bytes], **options):
        folder = tmp_path / "old"
        for name, text in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode() if isinstance(text, str) else text)
        root = make_site({})
        settings = {"shape": "auto", "year": None, "dry_run": False, **options}
        ledger = import_notes(read_config(root), [folder], **settings)
        for source in ledger["sources"]:
            assert source["content"] + source["metadata"] + source["blank"] + len(source["dropped"]) == source["lines"]
            assert all(dropped["reason"] for dropped in source["dropped"])
        return root, ledger

    return run


@pytest.fixture
def bring_one(bring):
    """Import one page: the text of every entry by its path, and the ledger."""

    def run(text: str | bytes, name: str = "page.md", **options):
        root, ledger = bring({name: text}, **options)
        return {draft["path"]: (root / draft["path"]).read_text() for draft in ledger["drafts"]}, ledger

    return run
