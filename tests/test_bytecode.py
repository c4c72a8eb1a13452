"""Compiled templates are kept for the user: used while nothing that decides them has changed, and never needed."""

from __future__ import annotations

import pytest
from jinja2 import DictLoader, Environment

from builder.bytecode import keep_bytecode


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    """Where this user keeps things."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def compiled(monkeypatch) -> list[str]:
    """The names of the templates that had to be compiled."""
    names, compile_ = [], Environment.compile

    def compile_and_note(self, source, name=None, filename=None, **more):
        names.append(name)
        return compile_(self, source, name, filename, **more)

    monkeypatch.setattr(Environment, "compile", compile_and_note)
    return names


def rendered(text: str, made_by: str = "1", environment: str = "pages") -> str:
    """What a new process makes of a template."""
    loaded = Environment(loader=DictLoader({"greeting.html": text}))
    keep_bytecode(loaded, environment, made_by)
    return loaded.get_template("greeting.html").render(name="Ada")


def test_a_template_is_compiled_once_for_all_processes(compiled):
    assert [rendered("Hello {{ name }}") for _ in range(3)] == ["Hello Ada"] * 3
    assert compiled == ["greeting.html"]


def test_another_text_or_another_maker_or_another_environment_is_another_template(compiled):
    assert rendered("Hello {{ name }}") == "Hello Ada"
    assert rendered("Goodbye {{ name }}") == "Goodbye Ada"
    rendered("Goodbye {{ name }}", made_by="2")
    rendered("Goodbye {{ name }}", made_by="2", environment="theme")
    assert len(compiled) == 4


def test_what_is_kept_does_not_grow_with_what_was_edited(home):
    for number in range(5):
        rendered(f"Hello {number}")
    assert len(list((home / "studylog/pages").iterdir())) == 1


@pytest.mark.parametrize("damage", [b"", b"j2", b"nonsense", None])
def test_what_is_damaged_or_cannot_be_written_is_compiled_again(home, compiled, damage):
    rendered("Hello {{ name }}")
    [file] = (home / "studylog/pages").iterdir()
    if damage is None:
        file.unlink()
        file.parent.rmdir()
        file.parent.write_text("a file where the folder should be")
    else:
        file.write_bytes(file.read_bytes()[:30] if damage == b"j2" else damage)
    assert rendered("Hello {{ name }}") == "Hello Ada" and len(compiled) == 2


def test_without_a_home_nothing_is_kept(monkeypatch, compiled):
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setattr("builder.shelf.Path.home", lambda: (_ for _ in ()).throw(RuntimeError("no home")))
    assert [rendered("Hello {{ name }}") for _ in range(2)] == ["Hello Ada"] * 2 and len(compiled) == 2
