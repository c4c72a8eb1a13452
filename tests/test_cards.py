"""Link cards: the picture that stands for a page where its address is shared."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from made_site import entry, made, make_site
from PIL import Image

from builder import apart
from builder.pages import cards
from builder.pages._card import INK, draw_card

URL = "site_url: https://example.org/log\n"
TITLES = {
    "short": "What one head looks at",
    "long": "A second reading of the transformer, and of the tables that everybody quotes but nobody checks " * 4,
    "a long word": "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft",
    "Greek, Polish and a sign": "β-VAE & Łukasz 😀 → ∞",
    "Cyrillic": "Ординаты и абсциссы",
    "from right to left": "الانتباه هو كل ما تحتاجه",
    "no font here": "注意力就是你所需要的一切",
}


def drawn(title: str) -> bytes:
    return draw_card(above="Paper · 1 May 2023", title=title, foot="A log", accent="#0b6158")


def card(title: str) -> Image.Image:
    return Image.open(io.BytesIO(drawn(title)))


def ink(image: Image.Image) -> tuple[int, int, int, int]:
    """The box around everything that is as dark as a title."""
    dark = image.convert("RGB").getchannel("G").point(lambda value: 255 * (value <= int(INK[3:5], 16) + 8))
    return dark.crop((40, 0, 1200, 630)).getbbox()


@pytest.mark.parametrize("title", TITLES.values(), ids=TITLES)
def test_a_card_is_small_has_its_size_and_keeps_its_margins(title):
    data = drawn(title)
    image = card(title)
    left, top, right, bottom = ink(image)
    assert image.size == (1200, 630)
    assert len(data) < 40_000
    assert left >= 40 and right <= 1200 - 40 - 60
    assert top >= 100 and bottom <= 630 - 100
    assert data == drawn(title)


def test_a_title_that_no_font_here_can_write_gives_way_to_the_name_of_the_log():
    assert ink(card("注意力就是你所需要的一切")) == ink(card(""))
    assert ink(card("注意力就是你所需要的一切")) != ink(card("A title"))


def test_a_title_from_right_to_left_begins_at_the_right():
    arabic, latin = ink(card("شبكة")), ink(card("Net"))
    assert arabic[2] > 1000 > 600 > latin[2]


def test_each_entry_has_its_card_and_says_so(tmp_path):
    site = make_site(tmp_path, {"content/notes/n.md": entry("N")}, config=URL)
    paths = made(site)
    assert paths["notes/n/card.png"].data.read_bytes().startswith(b"\x89PNG")
    assert paths["notes/n/index.html"].card == "notes/n/card.png"
    assert {path for path in paths if path.endswith(".png")} == {"card.png", "notes/n/card.png"}


def test_a_log_without_an_address_has_no_cards(tmp_path):
    assert not [path for path in made(make_site(tmp_path, {"content/notes/n.md": entry("N")})) if path.endswith(".png")]


def test_a_card_is_drawn_once_and_again_when_it_was_damaged(tmp_path, monkeypatch):
    files = {"content/notes/n.md": entry("N")}
    before = made(make_site(tmp_path, files, config=URL))["notes/n/card.png"].data.read_bytes()
    with monkeypatch.context() as patched:
        patched.setattr("builder.pages._card.draw_card", lambda **words: pytest.fail("drawn again"))
        assert made(make_site(tmp_path, files, config=URL))["notes/n/card.png"].data.read_bytes() == before
    for kept in (tmp_path / ".build/cards").iterdir():
        kept.write_bytes(kept.read_bytes()[:-20])
    assert made(make_site(tmp_path, files, config=URL))["notes/n/card.png"].data.read_bytes() == before


@pytest.mark.parametrize("boot", [apart._BOOT, "import sys; sys.exit(3)"])
def test_several_processes_draw_what_one_would_even_if_one_dies(tmp_path, monkeypatch, boot):
    monkeypatch.setattr(apart, "_BOOT", boot)
    monkeypatch.setattr(cards, "FEWEST", 1)
    files = {f"content/notes/n{number}.md": entry(f"Note {number}") for number in range(40)}
    alone = make_site(tmp_path / "one", files, config=URL)
    shared = replace(make_site(tmp_path / "two", files, config=URL), jobs=2)
    drawn = [{file.path: file.data.read_bytes() for file in cards.make(site)} for site in (alone, shared)]
    assert len(drawn[0]) == 41 and drawn[0] == drawn[1]


def test_an_entry_may_name_a_picture_of_its_own(tmp_path):
    files = {
        "content/notes/a.md": entry("A", image="plots/loss.png"),
        "content/notes/b.md": entry("B", image="https://example.org/b.png"),
        "content/assets/plots/loss.png": "x",
    }
    site = make_site(tmp_path, files, config=URL)
    paths = made(site)
    assert paths["notes/a/index.html"].card == "files/plots/loss.png"
    assert paths["notes/b/index.html"].card == "https://example.org/b.png"
    assert "files/plots/loss.png" in site.library.files
    assert "notes/a/card.png" not in paths


def test_a_picture_that_is_not_there_is_a_warning_and_a_card_is_drawn(tmp_path):
    site = make_site(tmp_path, {"content/notes/a.md": entry("A", image="los.png")}, config=URL)
    [problem] = site.library.problems
    assert (str(problem.source), problem.code, problem.severity) == ("content/notes/a.md:3", "card", "warning")
    assert made(site)["notes/a/index.html"].card == "notes/a/card.png"
