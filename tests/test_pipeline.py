"""The whole product on small logs: Markdown in, a site out."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from counting_log import COUNT, ENTRY, FILES, run, tree

from builder.errors import BuilderError, ContentError, StoreError
from builder.pipeline import Options, build, read_log
from builder.report import Silent
from builder.summaries import exit_status, status_json, summary


@pytest.fixture
def log(make_site) -> Path:
    return make_site(FILES, config="title: Test log\nsite_url: https://log.example/\n")


def test_build_runs_what_is_missing_and_a_second_build_runs_nothing_and_changes_no_byte(log):
    first = run(log)
    assert [entry["demo"] for entry in first["runs"]["ran"]] == ["count"]
    assert first["problems"] == []
    page = (log / "site/log/2024/01/01/first/index.html").read_text()
    assert "It said it <span" in page and ">4</span> times" in page
    before = tree(log / "site")
    second = run(log)
    assert second["runs"]["ran"] == [] and len(second["runs"]["reused"]) == 1
    assert tree(log / "site") == before


def test_every_address_of_the_contract_is_there(log):
    run(log)
    site = log / "site"
    for address in [
        "index.html", "timeline/index.html", "log/2024/index.html", "log/2024/01/01/first/index.html",
        "reading/index.html", "papers/paper-1999/index.html", "demos/index.html", "demos/count/index.html",
        "tags/index.html", "tags/one/index.html", "status/index.html", "status.json", "feed.xml", "feed.json",
        "log/feed.xml", "papers/feed.xml", "posts/feed.xml", "references.bib", "timeline.json", "reading.json",
        "sitemap.xml", "404.html",
    ]:  # fmt: skip
        assert (site / address).is_file(), address


def test_changing_a_parameter_runs_exactly_that_call_and_prose_runs_none(log):
    run(log)
    entry = log / "content/log/2024-01-01-first.md"
    entry.write_text(ENTRY.replace("Some prose", "Other prose"))
    assert run(log)["runs"]["ran"] == []
    entry.write_text(ENTRY.replace("times: 4", "times: 5"))
    (ran,) = run(log)["runs"]["ran"]
    assert ran["reason"] == "times 4 -> 5"


def test_status_says_which_part_of_the_key_changed(log):
    run(log)
    (log / "demos/count.py").write_text(COUNT.replace('word + " "', 'word + "!"'))
    (row,) = status_json(read_log(log), devices=["cpu"])["runs"]
    assert row["state"] == "stale"
    assert row["reasons"] == ["demos/count.py:count changed"]


def test_comments_and_docstrings_of_a_demo_are_not_in_its_key(log):
    run(log)
    (log / "demos/count.py").write_text(COUNT.replace('"""Say a word', '# a comment\n    """Speak a word'))
    (row,) = status_json(read_log(log), devices=["cpu"])["runs"]
    assert row["state"] == "fresh"


def test_D10_a_failed_run_is_kept_apart_and_the_last_good_result_stays_on_the_page(log):
    run(log)
    entry = log / "content/log/2024-01-01-first.md"
    entry.write_text(ENTRY.replace("times: 4", "times: 4\nword: fail"))
    report = build(log, Options(), Silent())
    assert [d.failure.outcome for d in report.failed] == ["raised"]
    assert exit_status(report, strict=False) == 1
    page = (log / "site/log/2024/01/01/first/index.html").read_text()
    assert "told to fail" in page
    assert len(list((log / "demos/_runs/records").rglob("*.json"))) == 1


def test_a_forced_run_that_fails_is_a_failure_though_its_record_stays(log):
    run(log)
    flaky = COUNT.replace('    if word == "fail":', '    import os\n    if os.environ.get("LANG") == "C.broken":')
    (log / "demos/count.py").write_text(flaky)
    assert len(run(log)["runs"]["ran"]) == 1
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LANG", "C.broken")
        report = run(log, run="always")
    assert (report["runs"]["ran"], len(report["runs"]["failed"])) == ([], 1)


def test_run_never_builds_a_page_for_a_call_without_a_record(log):
    report = build(log, Options(run="never"), Silent())
    assert len(report.missing) == 1 and "1 missing" in summary(report)
    assert exit_status(report, strict=False) == 0 and exit_status(report, strict=True) == 1


def test_a_broken_link_leaves_the_published_site_as_it_was(log):
    run(log)
    before = tree(log / "site")
    (log / "content/log/2024-03-01-third.md").write_text("---\ntitle: Third\n---\nSee [[secnd]] and [x](gone.md).\n")
    with pytest.raises(ContentError) as caught:
        run(log)
    assert str(caught.value) == (
        "content/log/2024-03-01-third.md:4: error: no entry at 'gone.md'\n"
        '  hint: `studylog new note "gone"` writes it\n'
        "content/log/2024-03-01-third.md:4: error: no entry called 'secnd'\n"
        "  hint: did you mean 'second'?"
    )
    assert tree(log / "site") == before


def test_a_damaged_record_is_refused_and_named(log):
    run(log)
    (blob,) = [p for p in (log / "demos/_runs/blobs").rglob("*") if p.is_file()]
    blob.write_bytes(blob.read_bytes().replace(b"0.5", b"0.6"))
    with pytest.raises(BuilderError) as caught:
        run(log, run="never")
    assert isinstance(caught.value, StoreError) and blob.name in str(caught.value)


def test_drafts_and_future_entries_leave_no_trace(log):
    canary = "---\ntitle: Canary7391\ntags: [canary7391]\n{}---\nCanary7391 text.\n"
    (log / "content/log/2024-04-01-draft.md").write_text(canary.format("draft: true\n"))
    (log / "content/log/2999-01-01-future.md").write_text(canary.format(""))
    run(log)
    assert not [path for path, data in tree(log / "site").items() if b"anary7391" in data or "future" in path]


def test_S4_untrusted_build_executes_nothing(log):
    (log / "demos/count.py").write_text("open('pwned', 'w')\n" + COUNT)
    report = build(log, Options(untrusted=True), Silent())
    assert len(report.missing) == 1
    assert not list(log.rglob("pwned"))


def test_a_build_from_records_needs_no_torch(log):
    run(log)
    script = (
        "import sys\nclass No:\n    def find_spec(self, name, path=None, target=None):\n"
        "        if name.partition('.')[0] in ('torch', 'transformers', 'diffusers', 'numpy', 'PIL'):\n"
        "            raise ImportError(name)\n"
        "sys.meta_path.insert(0, No())\n"
        "from builder.cli import main\nmain(['build', '--run', 'never'])\n"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=log, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "nothing was executed" in done.stderr


def test_S7_two_checkouts_of_one_commit_give_identical_sites(log, tmp_path_factory):
    run(log)
    other = tmp_path_factory.mktemp("elsewhere") / "another name"
    shutil.copytree(log, other, ignore=shutil.ignore_patterns(".build", "site"))
    run(other, run="never")
    assert tree(other / "site") == tree(log / "site")


def test_reading_and_timeline_json_have_the_shape_of_the_contract(log):
    run(log)
    timeline = json.loads((log / "site/timeline.json").read_text())
    assert timeline[0] == {
        "date": "2024-02-01", "kind": "log", "title": "Second", "url": "log/2024/02/01/second/", "tags": [],
    }  # fmt: skip
    (item,) = json.loads((log / "site/reading.json").read_text())
    assert set(item) == {
        "id", "title", "authors", "year", "url", "status", "rating", "first_mentioned", "last_mentioned", "mentioned_in", "note",
    }  # fmt: skip
    assert item["first_mentioned"] == "2024-01-01"
