"""Notebooks: read, keyed, executed in a kernel of their own, recorded cleanly, shown without anything from elsewhere."""

from __future__ import annotations

import base64
import datetime as dt
import io
import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import psutil
import pytest
from PIL import Image

from builder.config import read_config
from builder.new import new_entry
from builder.outputs import OUTPUTS, Notebook, View
from builder.outputs._svg import clean_svg
from builder.parse import read_content
from builder.parse.names import mark
from builder.parse.python import parse_cell
from builder.pipeline import Options, build, read_log, run_log
from builder.report import Silent
from builder.run.notebooks import read_notebooks
from builder.summaries import state_of

TODAY = dt.date(2026, 6, 15)
PYTHON = """\
# ---
# title: First
# tags: [one]
# ---

# %% [markdown]
# Text about [[second]] and $x^2$.
#
# - item
#   - nested

# %% tags=["hide-input"] alt="A parabola"
# a comment
x = 2
x ** 2

# %%
# nothing to execute

# %% [markdown]
# ## More
"""
JUPYTER = {
    "cells": [
        {"cell_type": "raw", "metadata": {}, "source": ["---\n", "title: Second\n", "---"]},
        {"cell_type": "markdown", "metadata": {}, "source": ["Text about\n", "[[first#more]]."]},
        {
            "cell_type": "code",
            "metadata": {"tags": ["remove-output"]},
            "outputs": [{"x": 1}],
            "source": ["y = 1\n", "y"],
        },
    ],
    "metadata": {},
    "nbformat": 4,
    "nbformat_minor": 5,
}


def jupyter(notebook: object = JUPYTER) -> str:
    """A notebook as Jupyter writes it."""
    return json.dumps(notebook, indent=1, ensure_ascii=False)


def write(root: Path, **notebooks: str) -> Path:
    """A log with these notebooks in percent format, each from its code cells, on a day of its own."""
    (root / "site_config.yml").write_text("title: Log\n")
    (root / "content/notebooks").mkdir(parents=True, exist_ok=True)
    for day, (name, text) in enumerate(notebooks.items(), 1):
        text = textwrap.dedent(text).lstrip()
        head = "" if text.startswith("# ---") else f"# ---\n# title: {name}\n# ---\n\n"
        (root / f"content/notebooks/2024-01-{day:02}-{name}.py").write_text(head + text)
    return root


def read(root: Path):
    """The documents of a log by slug, and its problems as text."""
    documents, problems = read_content(read_config(root, today=TODAY))
    return {document.slug: document for document in documents}, [str(problem) for problem in problems]


@pytest.fixture
def pair(make_site):
    """A log with a notebook of each format."""
    return make_site(
        {"content/notebooks/2024-01-02-first.py": PYTHON, "content/notebooks/2024-01-03-second.ipynb": jupyter()}
    )


def test_notebooks_of_both_formats_are_entries(pair):
    documents, problems = read(pair)
    assert problems == []
    first, second = documents["first"], documents["second"]
    assert (first.title, str(first.date), first.tags, first.url) == (
        "First",
        "2024-01-02",
        ("one",),
        "notebooks/first/",
    )
    assert (second.title, second.summary, second.url) == (
        "Second",
        f"Text about {mark('wiki', 'first#more')}.",
        "notebooks/second/",
    )
    assert [link.target for link in (*first.links, *second.links)] == ["second", "first#more"]
    assert first.headings[0].slug == "more"


def test_lines_are_those_of_the_file(pair):
    documents, _ = read(pair)
    first, second = documents["first"], documents["second"]
    assert first.links[0].source.line == PYTHON.split("\n").index("# Text about [[second]] and $x^2$.") + 1
    assert second.links[0].source.line == jupyter().split("\n").index('    "[[first#more]]."') + 1
    assert [cell.lines for cell in first.cells if cell.number] == [(13, 14, 15)]
    assert (first.calls[0].demo, first.calls[0].name, first.calls[0].source.line) == ("notebook:first", "notebook", 13)


def test_cells_know_their_tags_and_what_their_pictures_show(pair):
    documents, _ = read(pair)
    code = [cell for document in documents.values() for cell in document.cells if cell.type == "code"]
    assert {(cell.number, cell.tags, cell.alt) for cell in code} == {
        (1, ("hide-input",), "A parabola"), (0, (), ""), (1, ("remove-output",), ""),
    }  # fmt: skip


def test_what_a_cell_leaves_open_ends_with_it(make_site):
    text = "# %% [markdown]\n# ```python\n# open\n\n# %%\nx = 1\n\n# %% [markdown]\n# Text [[a]].\n"
    documents, _ = read(make_site({"content/notebooks/2024-01-02-a.py": text}))
    assert [token.type for token in documents["a"].body.tokens][:2] == ["fence", "code_cell"]
    assert len(documents["a"].links) == 1


def test_footnotes_and_link_addresses_reach_across_cells(make_site):
    text = (
        "# %% [markdown]\n# See [it][1] and.[^a]\n\n# %% [markdown]\n# [1]: https://example.org/\n#\n# [^a]: A note.\n"
    )
    documents, _ = read(make_site({"content/notebooks/2024-01-02-a.py": text}))
    document = documents["a"]
    assert [link.target for link in document.links] == ["https://example.org/"]
    assert sum(token.type == "footnote_block_open" for token in document.body.tokens) == 1


@pytest.mark.parametrize(
    "header",
    [
        "# ---\n# jupyter:\n#   kernelspec:\n#     name: python3\n# title: T\n# ---\n\n# %% [markdown]\n# Text.\n",
        "# ---\n# jupyter:\n#   kernelspec:\n#     name: python3\n# ---\n\n# %% [markdown]\n# ---\n# title: T\n# ---\n# Text.\n",
        '# %% [markdown]\n"""\n---\ntitle: T\n---\nText.\n"""\n',
        "# %% [markdown]\n# # T\n# Text.\n",
    ],
    ids=["header", "first cell", "quotes", "heading"],
)
def test_front_matter_may_be_in_the_header_or_the_first_cell(make_site, header):
    documents, problems = read(make_site({"content/notebooks/2024-01-02-a.py": header}))
    assert problems == []
    assert (documents["a"].title, documents["a"].summary) == ("T", "Text.")


def test_front_matter_may_be_in_the_metadata(make_site):
    notebook = {**JUPYTER, "cells": JUPYTER["cells"][2:], "metadata": {"studylog": {"title": "T", "tagz": ["a"]}}}
    documents, problems = read(make_site({"content/notebooks/2024-01-02-a.ipynb": jupyter(notebook)}))
    line = jupyter(notebook).split("\n").index('   "tagz": [') + 1
    assert documents["a"].title == "T"
    assert problems == [
        f"content/notebooks/2024-01-02-a.ipynb:{line}: error: unknown key 'tagz' in the front matter\n"
        "  hint: did you mean 'tags'?"
    ]


def test_attached_pictures_are_shown(make_site):
    cell = {"cell_type": "markdown", "metadata": {}, "source": "![dot](attachment:a.png)",
            "attachments": {"a.png": {"image/png": "aGk="}}}  # fmt: skip
    documents, problems = read(make_site({"content/notebooks/2024-01-02-a.ipynb": jupyter({"cells": [cell]})}))
    assert problems == []
    assert documents["a"].links[0].target == "data:image/png;base64,aGk="


def test_lines_for_ipython_are_python_for_the_key():
    tree = parse_cell("%matplotlib inline\nfiles = !ls\nlen?\nx = 5 \\\n  % 3")
    assert len(tree.body) == 4
    assert len(parse_cell("%%time\nx = 1\ny = 2").body) == 3
    assert len(parse_cell("%%bash\nfor i in 1 2; do echo $i; done").body) == 1


def key_parts(root: Path, text: str) -> dict[str, str]:
    """The parts of the key of a notebook's code."""
    write(root, a=text)
    documents, problems = read_content(read_config(root, today=TODAY))
    assert problems == ()
    specs, _ = read_notebooks(documents, root)
    return dict(specs["notebook:a"].code)


BASE = "# %% [markdown]\n# Text.\n\n# %%\nx = 1\nx\n\n# %%\ny = x\n"


@pytest.mark.parametrize(
    "same",
    [
        BASE.replace("Text", "Other text"),
        BASE.replace("x = 1", "x  =  1  # one"),
        BASE.replace("# %%\nx", '# %% tags=["hide-input"]\nx'),
        BASE + "\n# %% [markdown]\n# More.\n",
        BASE.replace("# %%\ny", "# %%\n# only a comment\n\n# %%\ny"),
    ],
    ids=["prose", "formatting", "display tag", "more prose", "cell of comments"],
)
def test_prose_comments_and_display_are_not_in_the_key(tmp_path, same):
    assert key_parts(tmp_path, same) == key_parts(tmp_path, BASE)


@pytest.mark.parametrize(
    ("other", "changed"),
    [
        (BASE.replace("x = 1", "x = 2"), {"cell 1"}),
        (BASE.replace("x\n\n", "x;\n\n"), {"cell 1"}),
        (BASE.replace("x\n\n", "'x'\n\n"), {"cell 1"}),
        (BASE + "\n# %%\nz = 3\n", {"cell 3"}),
        (BASE.replace("# %%\ny", '# %% tags=["raises-exception"]\ny'), {"cell 2"}),
    ],
    ids=["code", "a silenced value", "another value", "a new cell", "an error that is allowed"],
)
def test_what_runs_and_shows_is_in_the_key(tmp_path, other, changed):
    before, after = key_parts(tmp_path, BASE), key_parts(tmp_path, other)
    assert {name for name in {*before, *after} if before.get(name) != after.get(name)} == changed


def test_helpers_that_cells_import_are_in_the_key(tmp_path):
    (tmp_path / "demos").mkdir()
    (tmp_path / "demos/_h.py").write_text("def used():\n    return 1\n\n\ndef other():\n    return 2\n")
    assert set(key_parts(tmp_path, "# %%\nfrom _h import used\n")) == {"cell 1", "demos/_h.py:used"}


def test_declared_models_and_inputs_are_in_the_key(tmp_path):
    folder = tmp_path / "demos/weights/m"
    folder.mkdir(parents=True)
    (folder / "config.json").write_text("{}")
    (tmp_path / "data.csv").write_text("1,2\n")
    write(tmp_path, a="# ---\n# title: A\n# models: m\n# inputs: data.csv\n# ---\n# %%\nx = 1\n")
    [decision] = read_log(tmp_path, policy="never").decisions
    assert {"param:model", "model:m:config.json", "input:data.csv", "code:cell 1"} <= set(decision.key.parts)


RUNS = {
    "good": """
        # %%
        from builder.notebook import run
        from _h import double
        import os, sys
        run.metric("answer", double(21))
        print("on", run.smoke, os.path.basename(os.getcwd())[:4], "studylog" in os.environ["HOME"])
        print("warned", file=sys.stderr)

        # %% [markdown]
        # It is {{notebook.answer:.0f}}.

        # %%
        object()

        # %% tags=["raises-exception"]
        1 / 0
        """,
    "floods": "# %%\nfor _ in range(30):\n    print('z' * 100_000)\n\n# %%\nprint('after')\n",
    "raises": """
        # %%
        from _h import fail

        # %%
        def g():
            fail()

        g()
        """,
    "syntax": "# %%\nreturn 1\n",
    "dies": "# %%\nimport os\n\n# %%\nos.kill(os.getpid(), 9)\n",
    "network": "# %%\nimport socket\n\n# %%\nsocket.create_connection(('127.0.0.1', 9))\n",
    "undeclared": """
        # %%
        import builder, pathlib
        from builder.notebook import run

        # %%
        run.input("site_config.yml")
        """,
    "hangs": """
        # ---
        # title: hangs
        # timeout_seconds: 2
        # ---
        # %%
        import os, subprocess
        subprocess.Popen(["sh", "-c", "echo $PPID $$ > MARK; exec sleep 600"])

        # %%
        while True: pass
        """,
}


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    """A log with notebooks that end in every way, executed: root, decisions by slug, seconds and left-over processes."""
    root = tmp_path_factory.mktemp("log")
    (root / "demos").mkdir()
    helpers = "def double(x):\n    return 2 * x\n\n\ndef fail():\n    raise ValueError('from a helper')\n"
    (root / "demos/_h.py").write_text(helpers)
    mark = root.parent / f"pids-{root.name}"
    write(root, **{name: text.replace("MARK", str(mark)) for name, text in RUNS.items()})
    log = read_log(root, policy="auto")
    assert [str(problem) for problem in log.problems] == []
    after = run_log(log, log.decisions, reporter=Silent(), device="cpu")
    pids = [int(pid) for pid in mark.read_text().split()]
    return root, {decision.document.slug: decision for decision in after.decisions}, pids


def test_good_notebook_is_recorded_with_numbers_and_provenance(ran):
    record = ran[1]["good"].record
    assert record.metrics == {"answer": 42}
    assert record.demo == "notebook:good"
    assert (record.provenance.device, record.stdout) == ("cpu", "")
    assert record.provenance.versions["python"] == ".".join(map(str, sys.version_info[:3]))
    assert record.provenance.peak_bytes > 1e6


def recorded(ran, name: str = "good") -> list:
    """The outputs of each code cell of a notebook."""
    root, decisions, _ = ran
    [output] = decisions[name].record.outputs
    [artifact] = output.artifacts
    return json.loads((root / f"demos/_runs/blobs/{artifact.sha256[:2]}/{artifact.sha256}").read_text())["cells"]


def test_outputs_are_recorded_cell_by_cell(ran):
    first, second, third = recorded(ran)
    assert {output["name"]: output["text"] for output in first["outputs"]} == {
        "stdout": "on False run- True\n", "stderr": "warned\n",
    }  # fmt: skip
    assert second["outputs"] == [{"output_type": "execute_result", "data": {"text/plain": "<object at 0x…>"}}]
    [error] = third["outputs"]
    assert (error["ename"], error["evalue"]) == ("ZeroDivisionError", "division by zero")
    assert "\x1b" not in error["traceback"][0] and "/tmp" not in error["traceback"][0]


def test_a_flood_of_output_is_cut(ran):
    first, second = recorded(ran, "floods")
    [flood] = first["outputs"]
    assert len(flood["text"]) < 20_100 and flood["text"].endswith("\n… 980,000 more characters\n")
    assert second["outputs"] == [printed("after\n")]


def failure(ran, name: str) -> tuple[str, str, str]:
    found = ran[1][name].failure
    return found.outcome, found.message, found.traceback


def test_an_exception_names_file_cell_and_line_and_shows_the_authors_lines_first(ran):
    path = "content/notebooks/2024-01-03-raises.py"
    assert failure(ran, "raises") == (
        "raised",
        f"{path}:10, code cell 2: ValueError: from a helper",
        f"{path}:12, code cell 2\n  g()\n"
        f"{path}:10, code cell 2, in g\n  fail()\n"
        "demos/_h.py:6, in fail\n  raise ValueError('from a helper')",
    )


def test_code_that_does_not_compile_names_its_line(ran):
    outcome, message, _ = failure(ran, "syntax")
    assert (outcome, message) == (
        "raised", "content/notebooks/2024-01-04-syntax.py:6, code cell 1: SyntaxError: 'return' outside function",
    )  # fmt: skip


def test_a_kernel_that_dies_is_one_failed_run(ran):
    where = "content/notebooks/2024-01-05-dies.py:9, code cell 2"
    assert failure(ran, "dies")[:2] == ("killed(SIGKILL)", f"{where}: the kernel ended with SIGKILL")


def test_a_notebook_has_no_network_and_only_declared_files(ran):
    assert "code cell 2: NetworkClosed: a demo has no network" in failure(ran, "network")[1]
    assert failure(ran, "undeclared")[1].endswith(
        "code cell 2: DemoError: input 'site_config.yml' is not declared (write `inputs: [site_config.yml]` in the front matter)"
    )


def test_a_notebook_that_takes_too_long_leaves_no_process(ran):
    assert failure(ran, "hangs")[:2] == ("timeout", "took longer than 2 s")
    assert len(ran[2]) == 2
    assert [pid for pid in ran[2] if _is_alive(pid)] == []


def _is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_a_second_reading_finds_the_record_and_the_failures(ran):
    states = {decision.document.slug: state_of(decision) for decision in read_log(ran[0]).decisions}
    assert (states.pop("good"), states.pop("floods")) == ("fresh", "fresh")
    assert set(states.values()) == {"failed"}


def test_reused_notebooks_load_neither_torch_nor_jupyter(ran, tmp_path):
    code = (
        "import sys; from pathlib import Path; from builder.pipeline import *; from builder.report import Silent\n"
        f"build(Path({str(ran[0])!r}), Options(run='never', site_dir=Path({str(tmp_path / 'site')!r})), Silent())\n"
        "print(sorted({'torch', 'nbclient', 'nbconvert', 'jupyter_client', 'IPython', 'zmq'} & set(sys.modules)))"
    )
    for expected in (None, "[]"):  # the first build draws what later ones find drawn
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        assert expected is None or done.stdout.strip().endswith(expected)
    status = "import sys; from pathlib import Path; from builder.pipeline import read_log\n"
    status += f"read_log(Path({str(ran[0])!r})); print(sorted({{'torch', 'nbclient', 'nbconvert'}} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", status], capture_output=True, text=True, check=True).stdout == "[]\n"


@pytest.fixture(scope="module")
def site(ran, tmp_path_factory) -> Path:
    """The site of the executed log."""
    folder = tmp_path_factory.mktemp("site") / "site"
    build(ran[0], Options(run="never", untrusted=True, site_dir=folder), Silent())
    return folder


def test_a_page_has_code_outputs_numbers_and_files(site):
    page = (site / "notebooks/good/index.html").read_text()
    assert page.count('class="language-python highlight"') == 3
    assert "on False run- True" in page and "&lt;object at 0x…&gt;" in page and "ZeroDivisionError" in page
    assert '<span class="sl-value" title="answer of the recorded run &#x27;notebook&#x27;">42</span>' in page
    assert "<summary>Messages on stderr</summary>" in page
    assert "studylog run notebook:good --force" in page
    assert (site / "notebooks/good/good.py").read_bytes().startswith(b"# ---\n# title: good")
    executed = json.loads((site / "notebooks/good/good-executed.ipynb").read_text())
    assert [cell["cell_type"] for cell in executed["cells"]] == ["markdown", "code", "markdown", "code", "code"]
    nbformat = pytest.importorskip("nbformat")
    nbformat.validate(executed)


def test_a_page_is_small_and_asks_for_nothing_elsewhere(site):
    page = (site / "notebooks/good/index.html").read_text()
    article = page[page.index("<article") : page.index("</article>")]
    assert len(article) < 12_000
    assert (
        "<script" not in article and "<style" not in article and "http" not in article.replace("http://www.w3.org", "")
    )


def test_a_failed_notebook_says_so_above_its_text(site):
    page = (site / "notebooks/raises/index.html").read_text()
    assert "<strong>The run of <code>notebook:raises</code> failed</strong> (raised)" in page
    assert page.index("failed</strong>") < page.index('class="sl-cell"')


def test_runs_of_notebooks_are_on_the_status_page_but_not_in_the_gallery(site):
    assert '<a href="../notebooks/good/">notebook:good</a>' in (site / "status/index.html").read_text()
    assert "notebook:" not in (site / "demos/index.html").read_text()


def test_a_changed_cell_keeps_the_older_outputs_of_the_others(ran, tmp_path):
    root = tmp_path / "log"
    import shutil

    shutil.copytree(ran[0], root)
    path = root / "content/notebooks/2024-01-01-good.py"
    path.write_text(path.read_text().replace("object()", "object"))
    [decision] = [d for d in read_log(root, policy="never").decisions if d.document.slug == "good"]
    assert (state_of(decision), decision.reason) == ("stale", "cell 2 changed")
    build(root, Options(run="never", site_dir=tmp_path / "site"), Silent())
    page = (tmp_path / "site/notebooks/good/index.html").read_text()
    assert page.count("This cell changed after the recorded run.") == 1
    assert "on False run- True" in page and "<strong>An older result</strong>" in page


def test_an_interrupted_log_leaves_no_kernel(tmp_path):
    root = tmp_path / "log"
    root.mkdir()
    write(root, a="# %%\nimport time\ntime.sleep(600)\n")
    command = [sys.executable, "-m", "builder", "--log", str(root), "run"]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 120
    while not (kernels := _kernels_below(process.pid)) and time.monotonic() < deadline:
        time.sleep(0.1)
    (kernel,) = kernels
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    deadline = time.monotonic() + 20
    while _is_alive(kernel) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not _is_alive(kernel)


def _kernels_below(pid: int) -> list[int]:
    """The kernels among the processes that a process has started."""
    return [
        child.pid for child in psutil.Process(pid).children(recursive=True) if "run.kernel" in " ".join(child.cmdline())
    ]


def encoded(*outputs: dict) -> tuple[list, dict[str, bytes], str]:
    """The recorded outputs of a cell, the files beside them, and the HTML that they become."""
    made = OUTPUTS["notebook"].encode(Notebook(digests=["d"], outputs=[outputs]))
    files = {file.name: file.data for file in made.files}
    view = View(id="v", alt=made.alt, params={}, files=files, urls={name: f"runs/{name}" for name in files})
    return json.loads(files["notebook.json"])["cells"][0]["outputs"], files, OUTPUTS["notebook"].to_html(view)


def shown(**data: str) -> dict:
    return {"output_type": "display_data", "metadata": {}, "data": {k.replace("_", "/", 1): v for k, v in data.items()}}


def printed(text: str, name: str = "stdout") -> dict:
    return {"output_type": "stream", "name": name, "text": text}


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("\x1b[31mred\x1b[0m\n", "red\n"),
        ("<f at 0x7f0011223344>\n", "<f at 0x…>\n"),
        (" 10%|█  | 1/9 [00:01<00:09, 1.2it/s]\r100%|███| 9/9 [00:09<00:00, 1.0it/s]\ndone\n", "done\n"),
        ("Loading weights: 100%|██████████| 76/76 [00:00<00:00, 3208.53it/s]\nx\n", "x\n"),
        ("CPU times: user 3 ms, sys: 0 ns, total: 3 ms\nWall time: 2.9 ms\n5\n", "5\n"),
        ("10 μs ± 1 μs per loop (mean ± std. dev. of 7 runs, 1,000 loops each)\nx\n", "x\n"),
        ("y" * 20_005, "y" * 20_000 + "\n… 5 more characters\n"),
    ],
    ids=["colours", "address", "progress", "progress with a name", "time", "timeit", "long"],
)
def test_what_differs_between_runs_is_not_recorded(text, kept):
    assert encoded(printed(text))[0] == [printed(kept)]


def test_pieces_of_a_stream_are_one_output():
    assert encoded(printed("a"), printed("b\n"), printed("w", "stderr"))[0] == [printed("ab\n"), printed("w", "stderr")]


def test_html_is_filtered_and_depends_on_nothing_else():
    markup = (
        "<style>p{}</style><h2 id=a>Title</h2><script>alert(1)</script><table class=dataframe><tr onclick='x()'><td>1"
        "</td></tr></table><a href='#b'>here</a><img src='https://evil.example/x.png'><a href='https://a.example/'>out</a>"
    )
    outputs, _, page = encoded(shown(text_html=markup, text_plain="   1"))
    expected = (
        'Title<table><tbody><tr><td>1</td></tr></tbody></table><a>here</a><a href="https://evil.example/x.png">x.png</a>'
        '<a href="https://a.example/">out</a>'
    )
    assert outputs == [{"output_type": "display_data", "data": {"text/plain": "   1", "text/html": expected}}]
    assert expected in page


def test_a_heading_without_words_is_a_cell():
    table = "<table><thead><tr><th></th><th>loss</th></tr></thead><tbody><tr><th>0</th><td>1</td></tr></tbody></table>"
    _, _, page = encoded(shown(text_html=table, text_plain="   loss"))
    assert table.replace("<th></th>", "<td></td>") in page


def test_a_record_from_elsewhere_is_filtered_again():
    outputs = [
        {"output_type": "display_data", "data": {"text/html": "<script>alert(1)</script><p id=x>ok</p>"}},
        {"output_type": "display_data", "data": {"text/markdown": "[x](javascript:alert(1)) <script>1</script>"}},
        {"output_type": "display_data", "data": {"application/javascript": "alert(1)"}},
        {"output_type": "display_data", "data": {}, "files": {"image/png": '"><script>.png'}},
        {"output_type": "stream", "name": "stdout", "text": "<script>alert(1)</script>"},
        {"output_type": "error", "ename": "E", "evalue": "<b>", "traceback": ["<script>"]},
    ]
    data = json.dumps({"cells": [{"digest": "d", "outputs": outputs}]}).encode()
    page = OUTPUTS["notebook"].to_html(View(id="v", alt="", params={}, files={"notebook.json": data}, urls={}))
    assert "<script" not in page and "javascript:" not in page and 'id="x"' not in page
    assert "<p>ok</p>" in page and "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_widgets_and_scripts_leave_only_their_text():
    widget = shown(text_plain="IntSlider(value=3)")
    widget["data"]["application/vnd.jupyter.widget-view+json"] = {"model_id": "a"}
    script = {"output_type": "display_data", "metadata": {}, "data": {"application/javascript": "alert(1)"}}
    plotly = shown(text_html="<div id=p></div><script>Plotly</script>", text_plain="Figure()")
    outputs, _, _ = encoded(widget, script, plotly)
    assert [output["data"] for output in outputs] == [{"text/plain": "IntSlider(value=3)"}, {"text/plain": "Figure()"}]


def picture(form: str, size: tuple[int, int] = (4, 3)) -> str:
    file = io.BytesIO()
    Image.new("L", size).save(file, form)
    return base64.b64encode(file.getvalue()).decode()


def test_pictures_are_files_with_size_and_description():
    png = shown(image_png=picture("PNG"), text_plain="A line that rises")
    png["metadata"] = {"image/png": {"width": 2, "height": 1}}
    outputs, files, page = encoded(png, shown(image_jpeg=picture("JPEG"), text_plain="<PIL.Image>"))
    assert [output["files"] for output in outputs] == [{"image/png": "cell-1-1.png"}, {"image/webp": "cell-1-2.webp"}]
    assert files["cell-1-1.png"].startswith(b"\x89PNG") and files["cell-1-2.webp"].startswith(b"RIFF")
    assert '<img alt="A line that rises" height="1" loading="lazy" src="runs/cell-1-1.png" width="2"/>' in page
    assert '<img alt="What code cell 1 shows" height="3" loading="lazy" src="runs/cell-1-2.webp" width="4"/>' in page


def test_a_drawing_that_is_too_large_gives_way_to_a_picture():
    path = f'<path d="{"M 0 0 L 1 1 " * 30_000}"/>'
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="72pt" height="36pt">{path}</svg>'
    both = shown(image_png=picture("PNG"))
    both["data"]["image/svg+xml"] = svg
    assert list(encoded(both)[1]) == ["notebook.json", "cell-1-1.png"]


def test_a_picture_has_a_limit(monkeypatch):
    monkeypatch.setattr("builder.outputs._executed.MAX_PICTURE", 50)
    with pytest.raises(ValueError, match=r"a picture of code cell 1 has \d+ bytes, more than 50; make it smaller"):
        encoded(shown(image_png=picture("PNG", (300, 300))))


def test_drawings_are_cut_down_to_what_draws():
    markup = (
        '<?xml version="1.0"?><!DOCTYPE svg><svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
        ' width="72pt" height="36pt" onload="x()"><metadata>2026</metadata><script>1</script><style>@import "x"</style>'
        '<foreignObject><p/></foreignObject><use xlink:href="#a"/><image href="https://evil.example/"/>'
        '<path id="a" d="M0 0" style="fill: url(#b)"/></svg>'
    )
    assert clean_svg(markup) == (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="72pt" height="36pt">'
        '<use xlink:href="#a" /><image /><path id="a" d="M0 0" style="fill: url(#b)" /></svg>\n',
        96,
        48,
    )
    with pytest.raises(ValueError, match="a drawing is no SVG"):
        clean_svg("<html/>")


def test_mathematics_of_an_output_is_mathml(make_site):
    from builder.pages._notebook import _LATEX, _mathematics

    _, _, drawn = encoded(shown(text_latex="$\\displaystyle \\frac{1}{2} < x$"))
    assert "<mfrac>" in _LATEX.sub(_mathematics, drawn)


def test_a_new_notebook_is_valid_and_in_percent_format(make_site):
    config = read_config(make_site({}), today=TODAY)
    path = new_entry(config, "notebook", 'A "first" one: two')
    assert path.name == "2026-06-15-a-first-one-two.py"
    documents, problems = read(config.root)
    assert problems == []
    assert documents["a-first-one-two"].title == 'A "first" one: two'
    assert documents["a-first-one-two"].calls[0].demo == "notebook:a-first-one-two"
