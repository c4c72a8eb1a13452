"""`studylog papers fetch`: what arXiv says becomes BibTeX of the log, and the reading list says it from then on."""

from __future__ import annotations

import pytest
from click.testing import CliRunner
from linked_log import read_site

from builder import fetch
from builder.cli import main
from builder.errors import BuilderError

LINKS = {
    "content/log/2026-01-02-a.md": "---\ntitle: A\n---\nRead <https://arxiv.org/abs/2006.11239v2> and [@known].\n",
    "content/log/2026-01-03-b.md": "---\ntitle: B\n---\nAnd [this](https://arxiv.org/pdf/2010.02502) too, and <https://arxiv.org/abs/9999.99999>.\n",
    "content/references.bib": "% mine\n@misc{known, title={Known}, author={A B}, year={2020}, eprint={1706.03762}}\n",
}
ANSWER = b"""<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom">
<entry><id>http://arxiv.org/abs/2006.11239v2</id><published>2020-06-19T17:24:44Z</published>
<title>Denoising Diffusion
  Probabilistic Models</title><author><name>Jonathan Ho</name></author><author><name>Ajay Jain</name></author></entry>
<entry><id>http://arxiv.org/abs/2010.02502v4</id><published>2020-10-06T06:15:51Z</published>
<title>50% Faster &amp; {Better}</title><author><name>Jonathan Ho</name></author></entry>
<entry><id>http://arxiv.org/api/errors#incorrect_id</id><title>Error</title></entry>
</feed>"""


def test_what_arxiv_says_is_written_and_read_back(make_site, monkeypatch):
    asked = []
    monkeypatch.setattr(fetch, "_ask", lambda address: asked.append(address) or ANSWER)
    root = make_site(LINKS)
    result = CliRunner().invoke(main, ["--log", str(root), "papers", "fetch"])
    assert result.exit_code == 0, result.output
    assert "2 papers written to content/references.bib; arXiv does not know 1" in result.output
    [address] = asked
    assert {"2006.11239", "2010.02502", "9999.99999"} == set(address.partition("id_list=")[2].split(","))
    written = (root / "content/references.bib").read_text()
    assert written.startswith(LINKS["content/references.bib"])
    assert "@misc{ho-2020," in written and "@misc{ho-2020b," in written
    library, problems = read_site(root)
    assert problems == ()
    items = {item.id: item for item in library.reading_list}
    assert items["arxiv:2006.11239"].title == "Denoising Diffusion Probabilistic Models"
    assert items["arxiv:2006.11239"].authors == ("Jonathan Ho", "Ajay Jain")
    assert items["arxiv:2010.02502"].title == "50% Faster & {Better}"
    assert fetch.unknown_papers(library.reading_list) == (items["arxiv:9999.99999"],)


def test_a_dry_run_asks_nobody(make_site, monkeypatch):
    monkeypatch.setattr(fetch, "_ask", lambda address: pytest.fail("asked"))
    root = make_site(LINKS)
    result = CliRunner().invoke(main, ["--log", str(root), "papers", "fetch", "--dry-run"])
    assert "3 papers to ask about" in result.output
    assert (root / "content/references.bib").read_text() == LINKS["content/references.bib"]


@pytest.mark.parametrize(
    "answer",
    [
        b"<html>",
        b"<feed xmlns='http://www.w3.org/2005/Atom'><entry><id>arxiv.org/abs/2006.11239</id><author><name>A</name></author></entry></feed>",
    ],
)
def test_an_answer_that_is_none_is_an_error_and_writes_nothing(make_site, answer):
    library, _ = read_site(make_site(LINKS))
    with pytest.raises(
        BuilderError, match="arXiv did not answer as it should: .*\n  hint: try again later; nothing was written"
    ):
        fetch.fetch_papers(fetch.unknown_papers(library.reading_list), ask=lambda address: answer)


def test_no_network_is_an_error_with_its_reason(make_site):
    def ask(address):
        raise OSError("no route to host")

    library, _ = read_site(make_site(LINKS))
    with pytest.raises(BuilderError, match="arXiv did not answer as it should: no route to host"):
        fetch.fetch_papers(fetch.unknown_papers(library.reading_list), ask=ask)
