"""Vectors that an encoder makes of the entries: recorded once, and then what a build finds related entries by, too."""

from __future__ import annotations

import json
import math
import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from encoder_model import save_encoder
from made_site import entry, make_site

from builder.cli import main
from builder.kept import Kept
from builder.meaning import KEPT, find_near
from builder.pages import make_pages, path_of
from builder.pipeline import read_log, site_of
from builder.related import find_related
from builder.run.encoder import Encoder
from builder.run.recipe import WINDOW, Recipe
from builder.run.vectors import FILE, MadeBy, Vectors, read_vectors

CONFIG = "title: Log\nencoder: {path: demos/weights/tiny}\n"
ENTRIES = 12


def note(number: int, more: str = "") -> str:
    """A note that shares three rare words with one neighbour and two with the other."""
    shared = f"strong{number // 2}a strong{number // 2}b strong{number // 2}c"
    weak = (number + 1) // 2
    return entry(f"Note {number}", f"Own{number} {shared} weak{weak}a weak{weak}b. {more}\n")


@pytest.fixture(scope="module")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A log whose vectors were made by a tiny encoder."""
    root = tmp_path_factory.mktemp("embedded") / "log"
    for number in range(ENTRIES):
        path = root / f"content/notes/n{number}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(note(number))
    (root / "site_config.yml").write_text(CONFIG)
    save_encoder(root / "demos/weights/tiny")
    result = studylog(root, "embed")
    assert result.exit_code == 0, result.output
    assert f"{ENTRIES} to compute, 0 to keep, 0 to drop" in result.stderr
    return root


@pytest.fixture
def log(embedded: Path, tmp_path: Path) -> Path:
    """A copy of that log."""
    return shutil.copytree(embedded, tmp_path / "log")


def studylog(root: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["--log", str(root), *arguments])


def pages(root: Path, kept: Kept | None = None) -> dict[str, str]:
    """The pages of a log, by path."""
    items = make_pages(site_of(read_log(root, policy="never", kept=kept)))
    return {path_of(item): item.whole().html for item in items if hasattr(item, "whole")}


def test_a_line_for_each_text_and_one_for_what_made_them(embedded):
    head, *lines = (embedded / FILE).read_text().splitlines()
    made_by = json.loads(head)
    assert made_by["encoder"]["path"] == "demos/weights/tiny" and len(made_by["digests"]["model.safetensors"]) == 64
    assert (made_by["pooling"], made_by["dtype"], made_by["dimensions"]) == ("mean", "int8", 16)
    assert made_by["devices"] == ["cpu"] and len(made_by["versions"]["torch"]) == 1
    texts = {document.text_digest for document in read_log(embedded, policy="never").library.documents}
    assert [line.split()[0] for line in lines] == sorted(texts) and len(texts) == ENTRIES


def test_nothing_is_computed_twice_and_the_same_texts_give_the_same_bytes(log):
    before = (log / FILE).read_bytes()
    assert studylog(log, "embed").stderr == f"0 to compute, {ENTRIES} to keep, 0 to drop\nnothing was written\n"
    (log / FILE).unlink()
    assert studylog(log, "embed").exit_code == 0
    assert (log / FILE).read_bytes() == before


def test_only_edited_texts_are_computed_and_vectors_of_gone_ones_dropped(log):
    before = read_vectors(log)[0].by_text
    (log / "content/notes/n3.md").write_text(note(3, "Something new."))
    (log / "content/notes/n4.md").unlink()
    work = f"1 to compute, {ENTRIES - 2} to keep, 2 to drop\n"
    assert studylog(log, "embed", "--dry-run").stderr == f"{work}nothing was written\n"
    assert read_vectors(log)[0].by_text == before
    assert studylog(log, "embed").stderr.startswith(work)
    after = read_vectors(log)[0].by_text
    assert len(after) == ENTRIES - 1 and len(before.keys() & after.keys()) == ENTRIES - 2
    (log / "content/notes/n5.md").unlink()
    assert studylog(log, "embed").stderr.endswith(f"1 to drop\ndropping\nwrote {FILE}\n")


@pytest.mark.parametrize(
    ("changed", "due"), [("tags: [x]\ntitle", 0), ("description: What it is\ntitle", 1), ("title: Another\n#", 1)]
)
def test_a_new_title_or_description_makes_another_text_and_a_tag_does_not(log, changed, due):
    (log / "content/notes/n1.md").write_text(note(1).replace("title", changed, 1))
    assert studylog(log, "embed", "--dry-run").stderr.startswith(f"{due} to compute")


def test_other_weights_are_told_by_check_and_make_all_vectors_anew(log):
    save_encoder(log / "demos/weights/tiny", seed=1)
    told = studylog(log, "check")
    assert "note: the recorded vectors were made by other weights of 'tiny' than these" in told.stderr
    assert told.exit_code == 0
    assert studylog(log, "embed").stderr.startswith(f"{ENTRIES} to compute, 0 to keep, 0 to drop")
    assert "note" not in studylog(log, "check").stderr


def test_another_pooling_makes_all_vectors_anew_and_is_told_by_check(log):
    folder, before = log / "demos/weights/tiny", read_vectors(log)[0]
    types = [f"sentence_transformers.models.{name}" for name in ("Transformer", "Pooling")]
    modules = [{"path": path, "type": kind} for path, kind in zip(("", "1_Pooling"), types, strict=True)]
    (folder / "modules.json").write_text(json.dumps(modules))
    told = studylog(log, "check").stderr
    assert "note" not in told  # the mean is what was recorded
    prompts = {"prompts": {"query": "q: ", "document": "d: "}}
    (folder / "config_sentence_transformers.json").write_text(json.dumps(prompts))
    assert (
        "note: the recorded vectors were made otherwise than the files of 'tiny' say" in studylog(log, "check").stderr
    )
    assert studylog(log, "embed").stderr.startswith(f"{ENTRIES} to compute, 0 to keep, 0 to drop")
    after = read_vectors(log)[0]
    assert (before.made_by.prompt, after.made_by.prompt) == ("", "d: ") and before.by_text != after.by_text
    shutil.rmtree(folder)
    assert studylog(log, "embed", "--dry-run").exit_code == 1  # a folder that is not here has no digests
    modules.append({"path": "2_Dense", "type": "sentence_transformers.models.Dense"})
    folder.mkdir()
    (folder / "modules.json").write_text(json.dumps(modules))
    told = studylog(log, "embed")
    assert told.exit_code == 1
    assert "'modules.json' of the encoder lists Transformer, Pooling, Dense" in told.stderr


def test_an_edited_text_is_related_by_its_words_until_it_is_embedded(log):
    warm = Kept(log / ".build/warm", warm=True)
    assert "by meaning as tiny compares it." in "".join(pages(log, warm).values())
    (log / "content/notes/n1.md").write_text(note(1, "Edited."))
    after = pages(log, warm)
    assert after == pages(log, Kept(log / ".build/cold"))
    assert "meaning" not in after["notes/n1/index.html"]
    for verb in ("check", "status"):
        told = studylog(log, verb)
        assert told.exit_code == 0
        due = "site_config.yml: note: no vector by 'tiny' for 1 entry: only words say what is related\n"
        assert f"{due}  hint: studylog embed\n" in told.stderr


def test_pages_are_the_same_whatever_was_kept_while_entries_and_vectors_come_and_go(log):
    warm, notes = Kept(log / ".build/warm", warm=True), log / "content/notes"
    steps = [
        lambda: None,
        lambda: (notes / "n3.md").write_text(note(3, "Edited.")),
        lambda: (notes / "n8.md").unlink(),
        lambda: (notes / "n3.md").write_text(note(3)),
        lambda: studylog(log, "embed"),
        lambda: (notes / "n8.md").write_text(note(8, "Back, and another.")),
        lambda: studylog(log, "embed"),
    ]
    for number, step in enumerate(steps):
        step()
        assert pages(log, warm) == pages(log, Kept(log / f".build/cold-{number}")) == pages(log)


def test_vectors_of_another_encoder_are_not_used(log):
    (log / "site_config.yml").write_text(CONFIG.replace("tiny", "another"))
    assert "close in meaning" not in "".join(pages(log).values())
    assert f"no vector by 'another' for {ENTRIES} entries" in studylog(log, "check").stderr


def test_a_machine_without_the_weights_builds_the_same_pages(log):
    here = pages(log)
    assert "12 of 12 entries can be found by meaning" in here["status/index.html"]
    shutil.rmtree(log / "demos/weights")
    assert pages(log) == here
    (log / "content/notes/n1.md").write_text(note(1, "Edited."))
    result = studylog(log, "embed")
    assert result.exit_code == 1
    assert "site_config.yml: error: the folder of model 'demos/weights/tiny' is not here" in result.stderr


def test_a_build_from_recorded_vectors_imports_no_torch(log):
    script = (
        "import sys\nfrom builder.cli import main\n"
        "try:\n    main(['build', '--run', 'never'])\nexcept SystemExit as end:\n    assert not end.code, end.code\n"
        "heavy = {'torch', 'transformers'} & set(sys.modules)\nassert not heavy, heavy\n"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=log, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    shown = "".join(path.read_text() for path in (log / "site/notes").rglob("index.html"))
    assert "; close in meaning." in shown


def test_every_damaged_line_is_named_and_nothing_is_published(log):
    lines = (log / FILE).read_text().splitlines()
    lines[2] = lines[2].replace("A", "B", 1) if "A" in lines[2] else lines[2][:-1]
    lines.insert(4, "<<<<<<< HEAD")
    (log / FILE).write_text("\n".join(lines))
    for verb in (["build", "--run", "never"], ["check"]):
        result = studylog(log, *verb)
        assert result.exit_code == 3
        assert [line for line in result.stderr.splitlines() if ": error:" in line] == [
            f"{FILE}:{number}: error: is not a vector as it was written" for number in (3, 5)
        ]
    assert studylog(log, "embed").exit_code == 1
    (log / FILE).write_text("{}\n")
    assert f"{FILE}:1: error: does not say what made the vectors" in studylog(log, "check").stderr


def test_embed_says_what_to_type_where_there_is_no_encoder(log):
    (log / "site_config.yml").write_text("title: Log\n")
    result = studylog(log, "embed")
    assert result.exit_code == 2 and "no `encoder` is configured" in result.stderr
    commit = "c" * 40
    (log / "site_config.yml").write_text(f"title: Log\nencoder: {{repo: some/encoder, revision: {commit}}}\n")
    result = studylog(log, "embed")
    assert result.exit_code == 1
    assert f"hint: hf download some/encoder --revision {commit} --exclude '*.py'" in result.stderr
    (log / "demos/weights/none").mkdir()
    (log / "site_config.yml").write_text(CONFIG.replace("tiny", "none"))
    assert "'demos/weights/none' cannot be used as an encoder" in studylog(log, "embed").stderr


def test_an_encoder_of_the_hub_is_known_by_its_commit(log, tmp_path, monkeypatch):
    commit = "c" * 40
    shutil.copytree(log / "demos/weights/tiny", tmp_path / f"hub/models--some--encoder/snapshots/{commit}")
    (log / "site_config.yml").write_text(f"title: Log\nencoder: {{repo: some/encoder, revision: {commit}}}\n")
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
    folder = tmp_path / f"hub/models--some--encoder/snapshots/{commit}"
    (folder / "config_sentence_transformers.json").write_text('{"prompts": {"document": "d: "}}')
    modules = [{"path": "", "type": f"sentence_transformers.models.{name}"} for name in ("Transformer", "Pooling")]
    (folder / "modules.json").write_text(json.dumps(modules))
    assert studylog(log, "embed").stderr.startswith(f"{ENTRIES} to compute, 0 to keep, 0 to drop")
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "empty"))
    assert "note" not in studylog(log, "check").stderr
    assert studylog(log, "embed").stderr.startswith(f"0 to compute, {ENTRIES} to keep, 0 to drop")
    assert "by meaning as encoder compares it." in "".join(pages(log).values())
    (log / "site_config.yml").write_text(f"title: Log\nencoder: {{repo: some/encoder, revision: {'d' * 40}}}\n")
    assert "close in meaning" not in "".join(pages(log).values())


@pytest.mark.parametrize("kind", ["bert", "gpt"])
def test_a_vector_is_the_mean_over_all_tokens_of_a_text_however_long(tmp_path, kind):
    import torch
    from transformers import AutoModel, AutoTokenizer

    folder = save_encoder(tmp_path / "model", kind=kind)
    texts = ["short", "a long text of many words " * 20, "of middling length"]
    vectors = Encoder(folder, "cpu", Recipe()).encode(texts)
    tokenizer, model = AutoTokenizer.from_pretrained(folder), AutoModel.from_pretrained(folder)
    for text, vector in zip(texts, vectors, strict=True):
        cut = tokenizer(text, truncation=True, max_length=min(WINDOW, 64), return_overflowing_tokens=True)
        with torch.no_grad():
            states = [model(torch.tensor([ids])).last_hidden_state[0] for ids in cut["input_ids"]]
        mean = torch.cat(states).mean(0)
        found = torch.frombuffer(bytearray(vector), dtype=torch.int8).float()
        assert torch.cosine_similarity(mean, found, dim=0) > 0.9995
        assert found.abs().max() == 127


def recorded(library, places: dict[int, tuple[int, int]]) -> Vectors:
    """Vectors of two components for notes, by number."""
    texts = {document.slug: document.text_digest for document in library.documents}
    return Vectors(None, {texts[f"n{number}"]: bytes(byte % 256 for byte in place) for number, place in places.items()})


def test_meaning_changes_the_order_and_finds_what_shares_no_word(tmp_path):
    library = make_site(tmp_path, {f"content/notes/n{number}.md": note(number) for number in range(ENTRIES)}).library

    def near(vectors: Vectors | None = None) -> list[tuple[str, bool]]:
        return [(found.document.slug, found.alike) for found in find_related(library, None, vectors)["notes/n2/"]]

    assert near() == [("n3", False), ("n1", False)]
    far, here = (0, 100), (100, 0)
    places = {number: (50, 100 + number) for number in range(ENTRIES)} | {3: far, 1: here, 2: here, 8: here, 9: here}
    assert near(recorded(library, places)) == [("n1", True), ("n3", False), ("n8", True), ("n9", True)]
    assert near(recorded(library, {2: here})) == near()


def test_near_in_meaning_is_what_is_as_near_as_three_in_four_nearest_by_words(tmp_path):
    library = make_site(tmp_path, {f"content/notes/n{number}.md": note(number) for number in range(ENTRIES)}).library
    degrees = [0, 80, 120, 170, 220, 240, 320, 330, 275, 285, 350, 355]  # pairs are 80, 50, 20, 10, 10 and 5 apart
    places = {
        number: (round(100 * math.cos(math.radians(angle))), round(100 * math.sin(math.radians(angle))))
        for number, angle in enumerate(degrees)
    }
    found = find_related(library, None, recorded(library, places))
    near = {url: {one.document.slug for one in ones if one.alike} for url, ones in found.items()}
    assert near["notes/n5/"] == {"n4", "n8", "n9"}  # 20, 35 and 45 degrees
    assert near["notes/n1/"] == {"n2"}  # 40 degrees; n0 is 80 away


def test_what_is_near_is_the_same_whether_or_not_it_was_known_before():
    chance = random.Random(1)
    vectors = {f"n{number:02}": bytes(chance.randrange(1, 256) for _ in range(40)) for number in range(60)}
    earlier: dict = {}
    for gone in ("", "n07", "n33", "n34"):
        vectors.pop(gone, None)
        assert find_near(dict(vectors), earlier) == find_near(vectors, {})
    vectors["n07"] = vectors["n08"]
    near = find_near(vectors, earlier)
    assert near == find_near(vectors, {}) and next(iter(near["n07"])) == "n08" and len(near["n07"]) == KEPT


def test_the_nearest_are_those_of_whole_numbers_at_any_size():
    chance = random.Random(2)
    vectors = {f"n{number:02}": bytes(chance.choice((129, 127, 1)) for _ in range(2000)) for number in range(30)}
    plain = {url: [byte - 256 if byte > 127 else byte for byte in vector] for url, vector in vectors.items()}

    def cosine(one: str, other: str) -> float:
        pairs = [(one, other), (one, one), (other, other)]
        product, mine, theirs = (sum(a * b for a, b in zip(plain[p], plain[q], strict=True)) for p, q in pairs)
        return product / (mine * theirs) ** 0.5

    nearest = sorted(vectors.keys() - {"n00"}, key=lambda url: -cosine("n00", url))[:KEPT]
    assert list(find_near(vectors, {})["n00"]) == nearest


def test_what_made_the_vectors_is_compared_but_for_devices_and_versions():
    one = MadeBy(encoder={"path": "m"}, digests={"a": "1"}, window=256)
    assert one.is_way_of(one.model_copy(update={"devices": ("cuda:0",), "versions": {"torch": ("3",)}}))
    assert not one.is_way_of(one.model_copy(update={"digests": {"a": "2"}}))
