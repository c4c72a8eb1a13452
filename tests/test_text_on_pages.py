"""How the text of an entry stands on its page: side notes, figures, room for pictures, the direction of writing."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import pytest
from made_site import entry, make_site

from builder.pages._body import render_body


def png(width: int, height: int) -> bytes:
    """A white picture."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    rows = zlib.compress((b"\0" + b"\xff" * width) * height)
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def body(root: Path, text: str, files: dict[str, bytes] | None = None) -> str:
    """The HTML of an entry with this text."""
    for name, data in (files or {}).items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(data)
    site = make_site(root, {"content/notes/a.md": entry("A", text)})
    return render_body(site, site.library.documents[0], demo=lambda call: "")


def test_a_short_footnote_stands_where_it_is_called(tmp_path):
    html = body(tmp_path, "Before[^n] after.\n\nNext.\n\n[^n]: The *note*.\n")
    paragraph = html.split("</p>")[0]
    assert '<a href="#fn1" id="fnref1">1</a></sup><span class="sl-sidenote" role="note" id="fn1">' in paragraph
    assert '<span class="sl-sr">(</span>The <em>note</em>.<span class="sl-sr">)</span></span> after.' in paragraph
    assert "footnotes" not in html


def test_a_note_in_a_list_is_a_side_note_and_one_in_a_table_is_not(tmp_path):
    html = body(tmp_path, "- item[^a]\n\n| x |\n|---|\n| y[^b] |\n\n[^a]: First.\n[^b]: Second.\n")
    assert 'class="sl-sidenote" role="note" id="fn1"' in html
    assert '<li id="fn2" class="footnote-item" value="2"><p>Second.' in html


@pytest.mark.parametrize("note", ["[^n]: One.\n\n    Two.\n", "[^n]: See[^m].\n\n[^m]: That.\n"])
def test_long_and_nested_notes_stay_at_the_end(tmp_path, note):
    html = body(tmp_path, f"Text[^n].\n\n{note}")
    assert "sl-sidenote" not in html.split('<section class="footnotes">')[0]
    assert 'id="fn1" class="footnote-item"' in html


def test_a_second_call_of_a_note_only_points_at_it(tmp_path):
    html = body(tmp_path, "One[^n] and two[^n].\n\n[^n]: Note.\n")
    assert html.count("sl-sidenote") == 1
    assert '<a href="#fn1" id="fnref1:1">1</a>' in html


def test_a_picture_alone_with_a_title_is_a_figure(tmp_path):
    html = body(tmp_path, '![A dog](dog.png "A dog, *asleep*")\n', {"content/notes/dog.png": png(40, 30)})
    assert html.startswith(
        '<figure class="sl-figure"><img src="../../files/content/notes/dog.png" alt="A dog" width="40"'
    )
    assert html.endswith('<figcaption dir="auto">A dog, *asleep*</figcaption></figure>\n')


@pytest.mark.parametrize(
    ("written", "size"),
    [("![x](p.png)", 'width="40" height="30"'), ("![x|20](p.png)", 'width="20" height="15"')],
)
def test_a_picture_keeps_its_room(tmp_path, written, size):
    assert size in body(tmp_path, f"Text {written}\n", {"content/notes/p.png": png(40, 30)})


def test_a_drawing_keeps_the_room_of_its_box(tmp_path):
    drawing = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120.4 80"></svg>'
    assert 'width="120" height="80"' in body(tmp_path, "![[d.svg]]\n", {"content/assets/d.svg": drawing})


def test_what_is_no_picture_asks_for_no_room(tmp_path):
    assert "width" not in body(tmp_path, "![x](p.png)\n", {"content/notes/p.png": b"nothing"})


def test_text_from_right_to_left_finds_its_direction(tmp_path):
    html = body(tmp_path, "English.\n\nשלום עולם\n\n- أول\n\n> شعر\n\n| ש |\n|---|\n| a |\n")
    assert "<p>English.</p>" in html
    for start in ('<p dir="auto">שלום', '<ul dir="auto">\n<li>أول', '<blockquote dir="auto">\n<p>شعر'):
        assert start in html
    assert '<th dir="auto">ש' in html and "<td>a" in html
