"""Strangers: what they write is text, what they bring is not executed, and what they could steal is not there."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from counting_log import COUNT, ENTRY, tree
from demo_log import write_model
from selectolax.lexbor import LexborHTMLParser
from studylog_process import PYTHON, studylog

from builder.check import check_site
from builder.engine import engines
from builder.pipeline import read_log
from builder.run.disk import write_whole

CANARY = "canary-5f0c2b"
EVIL = "<script>pwn()</script><img src=x onerror=pwn()>\"'&amp;{{ pwn() }}{% pwn %}`pwn`"
FENCES = (
    "\n---\ntitle: pwn\n---\n# pwn\n[pwn](javascript:pwn())\n```\n</pre></script><script>pwn()</script>\u202e\x1b[31m"
)


def live(site: Path) -> set[str]:
    """Everything in a site's pages that would run or fetch: scripts, handlers, addresses of scripts."""
    found = set()
    for page in site.rglob("*.html"):
        tree = LexborHTMLParser(page.read_bytes())
        for element in tree.css("*"):
            attributes = element.attributes
            found |= {f"{element.tag} {name}" for name in attributes if name.startswith("on")}
            for name in ("href", "src", "action", "formaction", "xlink:href"):
                value = (attributes.get(name) or "").strip()
                if value.lower().startswith(("javascript:", "data:text", "vbscript:")):
                    found.add(f"{element.tag} {name}={value}")
            if element.tag == "script":
                kind, source = attributes.get("type") or "", (attributes.get("src") or "").rpartition("/")[2]
                text = element.text() if kind != "application/json" and element.id != "__config" else ""
                found.add(f"script {kind} {source} {re.sub(r'new URL(.{0,40}?),location', '', text)}")
            if element.tag in ("iframe", "object", "embed", "base", "form"):
                found.add(f"{element.tag} {attributes.get('src') or attributes.get('action') or ''}")
    return found


def test_T8_T9_hostile_titles_and_model_output_are_text_everywhere(recorded, log):
    entry = log / "content/log/2024-01-01-first.md"
    front = f"---\ntitle: {json.dumps(EVIL)}\ntags: [{json.dumps(EVIL)}]\nauthors: [{json.dumps(EVIL)}]\n"
    front += f"description: {json.dumps(EVIL)}\n---\n"
    text = ENTRY.partition("---\nSome")[2].replace("times: 4", f"times: 4\nword: {json.dumps(EVIL)}")
    entry.write_text(f"{front}Some{text.replace('as: four', 'as: four' + chr(10) + 'caption: ' + json.dumps(EVIL))}")
    paper = log / "content/papers/paper-1999.md"
    paper.write_text(
        f"---\ntitle: {json.dumps(EVIL)}\nauthors: [{json.dumps(EVIL)}]\nyear: 1999\nbibkey: paper-1999\n---\n"
    )
    (log / "demos/count.py").write_text(COUNT.replace('word + " "', f"word + {FENCES!r}"))
    result = studylog(log, "build")
    assert result.returncode == 0, result.stderr
    assert live(log / "site") - live(recorded / "site") == set()
    page = (log / "site/log/2024/01/01/first/index.html").read_text()
    assert "&lt;script&gt;pwn()" in page and "\x1b" not in page and "\u202e" not in page
    for feed in (log / "site").rglob("feed.xml"):
        assert "<script" not in feed.read_text()
    assert "<script>" not in (log / "site/search/search_index.json").read_text().replace("\\u003c", "<")


def test_S1_no_page_asks_another_host(recorded):
    assert [p for p in check_site(recorded / "site") if p.code == "third-party-request"] == []
    assert not list((recorded / "site").rglob("*api.github.com*"))
    for page in (recorded / "site").rglob("*.html"):
        tree = LexborHTMLParser(page.read_bytes())
        fetched = [e.attributes.get(name) or "" for name in ("src", "srcset", "poster") for e in tree.css(f"[{name}]")]
        fetched += [e.attributes.get("href") or "" for e in tree.css("link[rel=stylesheet], link[rel=preload], use")]
        assert [url for url in fetched if re.match(r"(?i)\s*(https?:)?//", url)] == [], page
        assert 'data-md-component="source"' not in page.read_text(), "it would ask api.github.com"


PWN = "open({path!r}, 'a').write(__name__)\n"


def test_S3_what_lies_in_the_log_configures_and_executes_nothing(log):
    pwned = log / "pwned"
    evil = PWN.format(path=str(pwned))
    for name in (
        "hooks.py",
        "sitecustomize.py",
        "usercustomize.py",
        "mkdocs.py",
        "material.py",
        "jinja2.py",
        "conftest.py",
    ):
        (log / name).write_text(evil)
    for package in ("builder", "mkdocs", "material", "pymdownx"):
        (log / package).mkdir()
        (log / package / "__init__.py").write_text(evil)
    settings = "site_name: pwned\nplugins: [pwned]\nhooks: [hooks.py]\ntheme: {name: material, custom_dir: over}\n"
    for place in (log, log / "content"):
        (place / "mkdocs.yml").write_text(settings + "x: !!python/object/apply:os.system ['touch pwned']\n")
    (log / "over").mkdir()
    (log / "over/main.html").write_text("{{ pwned() }}")
    before = tree(log / "site")
    result = studylog(log, "build", "--clean")
    assert result.returncode == 0, result.stderr
    assert not pwned.exists() and tree(log / "site") == before


def test_S4_a_strangers_pull_request_executes_nothing_and_the_report_says_what_was_not_verified(log):
    pwned = log / "pwned"
    evil = PWN.format(path=str(pwned))
    (log / "demos/count.py").write_text(
        evil + COUNT.replace("times = ", evil + "times = ").replace("range(times)", "range(times + 0)")
    )
    (log / "demos/_helper.py").write_text(evil)
    (log / "conftest.py").write_text(evil)
    (log / "content/notebooks").mkdir()
    (log / "content/notebooks/2024-03-03-n.py").write_text(f"# ---\n# title: N\n# ---\n\n# %%\n{evil}")
    (log / "site_config.yml").write_text("title: Mine\nsite_url: https://log.example/\nmodels: {m: {path: ../../..}}\n")
    workflow = log / ".github/workflows/studylog.yml"
    workflow.parent.mkdir(parents=True)
    workflow.write_text("on: pull_request_target\n")
    store = tree(log / "demos/_runs")
    result = studylog(log, "build", "--untrusted", "--json")
    assert result.returncode == 0, result.stderr
    assert not pwned.exists() and tree(log / "demos/_runs") == store
    report = json.loads(result.stdout)
    said = [problem["message"] for problem in report["problems"] if problem["code"] == "not-verified"]
    assert said == [
        "not verified: 'count' was not run here (demos/count.py:(top level) is new, demos/count.py:count changed)",
        "not verified: 'notebook:n' was not run here (never run)",
    ]
    assert report["runs"]["ran"] == [] and len(report["runs"]["missing"]) == 2


def test_S4_a_record_that_a_stranger_edited_is_refused_and_named(log):
    (record,) = (log / "demos/_runs/records").rglob("*.json")
    record.write_text(record.read_text().replace('"times": 4.0', '"times": 9.0'))
    result = studylog(log, "build", "--untrusted")
    assert result.returncode == 3
    assert f"{record.relative_to(log)}: error: was changed after it was recorded" in result.stderr


def test_S5_D5_secrets_reach_no_page_record_report_or_log(log, tmp_path):
    home = tmp_path / "home"
    (home / ".cache/huggingface").mkdir(parents=True)
    (home / ".cache/huggingface/token").write_text(CANARY)
    steal = (
        "    import os, pathlib, subprocess\n"
        "    token = pathlib.Path.home() / '.cache/huggingface/token'\n"
        "    print(dict(os.environ), token.read_text() if token.exists() else '')\n"
        "    print(subprocess.run(['env'], capture_output=True, text=True).stdout)\n"
        "    word += str(dict(os.environ))\n"
    )
    demo = COUNT.replace('    if word == "fail"', f'{steal}    if word.startswith("fail")')
    (log / "demos/count.py").write_text(demo)
    entry = log / "content/log/2024-02-01-second.md"
    entry.write_text(entry.read_text() + "\n```demo count\nword: fail\n```\n")
    env = {"HF_TOKEN": CANARY, "AWS_SECRET_ACCESS_KEY": CANARY, "GITHUB_TOKEN": CANARY, "HOME": str(home)}
    result = studylog(log, "build", env=env)
    assert result.returncode == 1 and "FAILED" in result.stderr
    assert CANARY not in result.stderr + result.stdout
    everything = tree(log)
    assert any(b"HF_HUB_OFFLINE" in data for data in everything.values()), "the demo did look around"
    assert [name for name, data in everything.items() if CANARY.encode() in data] == []


def test_S5_a_demo_that_finds_a_secret_all_the_same_is_not_recorded(log):
    look = f"    print({CANARY!r})\n    word += {CANARY!r}\n    if word"
    (log / "demos/count.py").write_text(COUNT.replace("    if word", look))
    result = studylog(log, "build", env={"MY_TOKEN": CANARY})
    assert result.returncode == 1
    assert "raised: its output contains the value of the environment variable 'MY_TOKEN'" in result.stderr
    told = tree(log / ".build/failures") | tree(log / "demos/_runs")
    assert CANARY not in result.stderr and [name for name, data in told.items() if CANARY.encode() in data] == []


def test_D6_nothing_needs_a_network(log):
    if subprocess.run(["unshare", "-rn", "true"], capture_output=True, check=False).returncode:
        pytest.skip("this machine allows no namespace without a network")
    demo = COUNT.replace(
        "    if word", "    import socket\n    socket.create_connection(('192.0.2.1', 80), 1)\n    if word", 1
    )
    (log / "demos/count.py").write_text(demo)
    result = subprocess.run(
        ["unshare", "-rn", *PYTHON, "--log", str(log), "build"], capture_output=True, text=True, check=False
    )
    assert result.returncode == 1
    assert "raised: NetworkClosed: a demo has no network" in result.stderr
    assert "demos/count.py:11, in count" in result.stderr


def test_C4_S4_every_flipped_byte_is_found_named_and_exits_3(log):
    """Every byte by `verify`, one in each region by the command line."""
    from builder.run.store import Store

    store = Store(log)
    for path in store.paths():
        file = log / path
        data = file.read_bytes()
        for position in range(len(data)):
            file.write_bytes(data[:position] + bytes([data[position] ^ 1]) + data[position + 1 :])
            assert {problem.source.path for problem in store.verify()} == {path}, position
        file.write_bytes(data)
    assert store.verify() == ()
    for path in store.paths():
        file, data = log / path, (log / path).read_bytes()
        file.write_bytes(data[: len(data) // 2] + bytes([data[len(data) // 2] ^ 1]) + data[len(data) // 2 + 1 :])
        for verb in (["check"], ["build", "--run", "never"]):
            result = studylog(log, *verb)
            assert (result.returncode, f"{path}: error:" in result.stderr) == (3, True), result.stderr
        file.write_bytes(data)


def test_C4_a_damaged_record_that_is_made_again_is_kept_in_quarantine(log):
    (record,) = (log / "demos/_runs/records").rglob("*.json")
    damaged = record.read_bytes().replace(b'"times": 4.0', b'"times": 9.0')
    record.write_bytes(damaged)
    assert studylog(log, "run", "--force").returncode == 0
    assert studylog(log, "store", "fsck").returncode == 0
    (kept,) = (log / ".build/quarantine").iterdir()
    assert kept.read_bytes() == damaged


def test_T2_an_entry_of_1_MB_is_read(make_site):
    from linked_log import read_site

    library, problems = read_site(
        make_site({"content/notes/a.md": "[[a]] word\n\n" + ("word " * 200 + "\n\n") * 1_000})
    )
    assert problems == () and len(library.documents) == 1


@pytest.mark.parametrize("name", list(engines()))
def test_S8_every_engine_renders_the_staged_tree_as_agreed(recorded, log, name):
    """Addresses, headings, escaped titles and metadata, nothing from elsewhere: what pages rely on, engine by engine."""
    entry = log / "content/log/2024-02-01-second.md"
    entry.write_text(entry.read_text().replace("title: Second", 'title: "Second & <b>last</b>"') + "\n## A *heading*\n")
    result = studylog(log, "build", "--run", "never", "--engine", name)
    assert result.returncode == 0, result.stderr
    assert check_site(log / "site") == ()
    assert {p for p in tree(log / "site") if p.endswith("index.html")} == {
        p for p in tree(recorded / "site") if p.endswith("index.html")
    }
    page = (log / "site/log/2024/02/01/second/index.html").read_text()
    assert "<title>Second &amp; &lt;b&gt;last&lt;/b&gt;" in page and 'id="a-heading"' in page
    assert (log / "site/sitemap.xml").is_file() and (log / "site/404.html").is_file()


def test_C3_a_folder_that_may_not_be_written_is_named(tmp_path):
    from builder.errors import BuilderError

    (tmp_path / "demos").write_text("a file where a folder should be")
    with pytest.raises(BuilderError, match="demos/x.json: error: cannot write 2 bytes: File exists"):
        write_whole(tmp_path, "demos/x.json", b"{}", scratch=tmp_path / ".tmp")


def test_S4_C12_what_a_stranger_left_in_build_is_not_believed(log, tmp_path):
    """A `.build/` whose digests are all right, made by the same code on another machine."""
    elsewhere = Path(shutil.copytree(log, tmp_path / "elsewhere"))
    for name in (".build", "site"):
        shutil.rmtree(elsewhere / name)
    title = elsewhere / "content/log/2024-02-01-second.md"
    mine = title.read_bytes()
    assert (
        studylog(elsewhere, "build", "--run", "never", env={"XDG_CACHE_HOME": str(tmp_path / "theirs")}).returncode == 0
    )
    for file in (elsewhere / ".build").rglob("*"):
        if file.is_file() and b"Second" in file.read_bytes() and file.suffix != ".md":
            file.write_bytes(file.read_bytes().replace(b"Second", b"Pwned!"))
    _mend(elsewhere / ".build")
    shutil.rmtree(log / ".build")
    shutil.copytree(elsewhere / ".build", log / ".build")
    before = tree(log / "site")
    assert title.read_bytes() == mine
    assert studylog(log, "build", "--run", "never").returncode == 0
    assert tree(log / "site") == before


def _mend(build: Path) -> None:
    """Make the digests of a ledger and of its blobs right again, as a stranger would."""
    ledger = build / "rendered" / "ledger"
    _, _, rest = ledger.read_bytes().partition(b"\n")
    for blob in list((build / "rendered").glob("[0-9a-f][0-9a-f]/*")):
        digest = hashlib.sha256(blob.read_bytes()).hexdigest()
        if digest != blob.name:
            rest = rest.replace(blob.name.encode(), digest.encode())
            target = build / "rendered" / digest[:2] / digest
            target.parent.mkdir(exist_ok=True)
            blob.rename(target)
    ledger.write_bytes(hashlib.sha256(rest).hexdigest().encode() + b"\n" + rest)


def test_S4_models_outside_the_log_are_not_looked_at(make_site, tmp_path):
    demo = COUNT.replace("times: int = 3", 'times: int = 3, model: Model = "m"').replace(
        "import Run", "import Model, Run"
    )
    files = {"demos/count.py": demo, "content/notes/a.md": "```demo count\n```\n"}
    root = make_site(files, config="title: x\nmodels: {m: {path: ../outside}}\n")
    write_model(tmp_path, "m").rename(tmp_path / "outside")
    assert read_log(root, policy="never").problems == ()
    (problem,) = read_log(root, policy="never", untrusted=True).problems
    assert (problem.code, problem.source.path) == ("unknown-model", "content/notes/a.md")
