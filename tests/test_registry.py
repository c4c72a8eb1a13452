"""Reading demos without importing them, and checking calls against their signatures."""

import pytest
from demo_log import HEAD, make_call, write, write_demo

from builder.errors import Source
from builder.kept import Kept
from builder.model import Parameter
from builder.run.params import complete_params
from builder.run.registry import read_demos


def read_one(root, name="x"):
    demos, problems = read_demos(root)
    assert problems == ()
    return demos[name]


def messages(root):
    return [str(problem) for problem in read_demos(root)[1]]


def test_signature_becomes_parameters(tmp_path):
    write_demo(
        tmp_path,
        "x",
        ', prompt: str, n: int = 3, t: Annotated[float, Range(0, 2)] = 1, kind: Literal["a", "b"] = "a", '
        'digits: list[int] = [1, 2], model: Model = "m", *, loud: bool = False',
        "return said(prompt)",
        settings='smoke={"n": 1}, inputs=["data/x.csv"], timeout_seconds=5',
    )
    spec = read_one(tmp_path)
    assert spec.parameters == (
        Parameter("prompt", "str", required=True),
        Parameter("n", "int", 3),
        Parameter("t", "float", 1.0, minimum=0, maximum=2),
        Parameter("kind", "str", "a", choices=("a", "b")),
        Parameter("digits", "list", [1, 2], item_type="int"),
        Parameter("model", "str", "m", is_model=True),
        Parameter("loud", "bool", False),
    )
    assert (spec.outputs, spec.smoke, spec.inputs, spec.timeout_seconds) == (("Text",), {"n": 1}, ("data/x.csv",), 5.0)
    assert (spec.title, spec.summary, spec.source) == ("X", "Show x.", Source("demos/x.py", 9 + 1))


def test_title_is_the_name_in_words(tmp_path):
    write_demo(tmp_path, "gpt2_generate", "", "return said('a')")
    assert read_one(tmp_path, "gpt2_generate").title == "GPT-2 generate"


def test_reading_demos_executes_nothing(tmp_path):
    write(tmp_path, {"demos/x.py": f"open({str(tmp_path / 'pwned')!r}, 'w')\n"})
    assert len(messages(tmp_path)) == 1
    assert not (tmp_path / "pwned").exists()


def test_helpers_are_not_demos(tmp_path):
    write(tmp_path, {"demos/_nets.py": "x = 1\n"})
    assert read_demos(tmp_path) == ({}, ())


def test_log_without_demos_has_none(tmp_path):
    assert read_demos(tmp_path) == ({}, ())


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("x = 1\n", "demos/x.py: error: no function is marked with `@demo(...)`"),
        ("def x(:\n", "demos/x.py:1: error: not Python: invalid syntax"),
        (
            "@demo(smoke={})\ndef y(run) -> Text:\n 'd'\n",
            "demos/x.py:2: error: the demo is called 'y' and its file 'x.py'",
        ),
        ("@demo(smoke={})\ndef x(run) -> Txet:\n 'd'\n", "demos/x.py:2: error: unknown output 'Txet'"),
        ("@demo(smoke={})\ndef x(run):\n 'd'\n", "demos/x.py:2: error: 'x' does not say what it returns"),
        ("@demo(smoke={})\ndef x(run) -> Text:\n pass\n", "demos/x.py:2: error: demo 'x' has no docstring"),
        (
            "@demo(smoke={})\ndef x(a: int) -> Text:\n 'd'\n",
            "demos/x.py:2: error: the first parameter of 'x' is not 'run'",
        ),
        ("@demo(smoke={})\ndef x(run, a=1) -> Text:\n 'd'\n", "demos/x.py:2: error: parameter 'a' has no type"),
        (
            "@demo(smoke={})\ndef x(run, a: dict) -> Text:\n 'd'\n",
            "demos/x.py:2: error: parameter 'a' has a type that cannot be read: dict",
        ),
        (
            "@demo(smoke={})\ndef x(run, a: int = f()) -> Text:\n 'd'\n",
            "demos/x.py:2: error: the default of 'a' is not a literal: f()",
        ),
        (
            "@demo(smoke={})\ndef x(run, a: int = 'b') -> Text:\n 'd'\n",
            "demos/x.py:2: error: the default of 'a' is 'b', not a whole number",
        ),
        (
            "@demo(smoke={'b': 1})\ndef x(run, a: int = 1) -> Text:\n 'd'\n",
            "demos/x.py:1: error: smoke sets 'b', which is no parameter of the demo",
        ),
        ("@demo()\ndef x(run) -> Text:\n 'd'\n", "demos/x.py:1: error: `@demo` has no smoke parameters"),
        (
            "@demo(smoke={}, inputs=['../x'])\ndef x(run) -> Text:\n 'd'\n",
            "demos/x.py:1: error: input '../x' is not a path inside the log",
        ),
        (
            "from ._a import b\n@demo(smoke={})\ndef x(run) -> Text:\n 'd'\n",
            "demos/x.py:1: error: a demo cannot import relatively",
        ),
    ],
)
def test_mistake_in_a_demo_names_file_and_line(tmp_path, code, message):
    write(tmp_path, {"demos/x.py": code})
    assert [text.splitlines()[0] for text in messages(tmp_path)] == [message]
    assert read_demos(tmp_path)[0] == {}


def test_unknown_output_gets_a_suggestion(tmp_path):
    write(tmp_path, {"demos/x.py": "@demo(smoke={})\ndef x(run) -> Texts:\n 'd'\n"})
    assert messages(tmp_path)[0].endswith("hint: did you mean 'Text'?")


def test_demo_named_like_a_module_of_python_is_refused(tmp_path):
    write(tmp_path, {"demos/_random.py": "x = 1\n"})
    assert messages(tmp_path)[0].startswith("demos/_random.py: error: '_random' is also the name of a module of Python")


def test_file_that_is_not_utf8_is_a_problem(tmp_path):
    write(tmp_path, {"demos/x.py": HEAD})
    (tmp_path / "demos" / "x.py").write_bytes(b"x = '\xff'\n")
    assert "demos/x.py: error: cannot be read" in messages(tmp_path)[0]


def check(tmp_path, params=None, *, sweep=None):
    write_demo(tmp_path, "x", ", prompt: str, t: Annotated[float, Range(0, 2)] = 0.8, n: int = 1", "return said('a')")
    return complete_params(read_one(tmp_path), make_call("x", params, sweep=sweep))


def test_defaults_are_filled_in_and_integers_become_floats(tmp_path):
    assert check(tmp_path, {"prompt": "a", "t": 1}) == (({"prompt": "a", "t": 1.0, "n": 1},), ())


def test_sweep_has_one_state_per_combination(tmp_path):
    states, _ = check(tmp_path, {"prompt": "a"}, sweep={"t": [0, 1], "n": [1, 2]})
    assert [(state["t"], state["n"]) for state in states] == [(0.0, 1), (0.0, 2), (1.0, 1), (1.0, 2)]


@pytest.mark.parametrize(
    ("params", "sweep", "message"),
    [
        ({}, {}, "7: error: demo 'x' needs 'prompt'\n  hint: add `prompt: ...` to the fence"),
        ({"prompt": 42}, {}, "8: error: 'prompt' is 42, not text\n  hint: write `prompt: \"42\"`"),
        ({"prompt": "a", "T": 1}, {}, "9: error: demo 'x' has no parameter 'T'\n  hint: it has prompt, t, n"),
        (
            {"promt": "a", "prompt": "a"},
            {},
            "8: error: demo 'x' has no parameter 'promt'\n  hint: did you mean 'prompt'?",
        ),
        ({"prompt": "a", "t": 3}, {}, "9: error: 't' is 3, more than 2\n  hint: its default is 0.8"),
        ({"prompt": "a", "t": -1}, {}, "9: error: 't' is -1, less than 0\n  hint: its default is 0.8"),
        ({"prompt": "a", "n": True}, {}, "9: error: 'n' is true, not a whole number\n  hint: its default is 1"),
        ({"prompt": "a", "n": 1.5}, {}, "9: error: 'n' is 1.5, not a whole number\n  hint: its default is 1"),
        ({"prompt": "a"}, {"t": [1, "hot"]}, "9: error: 't' is 'hot', not a number\n  hint: its default is 0.8"),
        ({"prompt": "a"}, {"t": []}, "9: error: the sweep of 't' has no values\n  hint: write `t: [first, second]`"),
    ],
)
def test_mistake_in_a_call_names_its_line(tmp_path, params, sweep, message):
    states, problems = check(tmp_path, params, sweep=sweep)
    assert states == ()
    assert [str(problem) for problem in problems] == [f"content/log/a.md:{message}"]


def test_all_mistakes_of_a_call_are_told_at_once(tmp_path):
    assert len(check(tmp_path, {"t": "hot", "n": 1.5, "m": 1})[1]) == 4


def test_in_one_process_demos_are_read_again_when_any_of_their_files_changed(make_site):
    demo = 'from _words import WORD\nfrom builder.demo import Run, demo\nfrom builder.outputs import Text\n\n\n@demo(smoke={})\ndef say(run: Run) -> Text:\n    """Say."""\n    return WORD\n'
    root, kept = make_site({"demos/say.py": demo, "demos/_words.py": "WORD = 1\n"}), Kept(warm=True)
    first = read_demos(root, kept)
    assert first == read_demos(root) and read_demos(root, kept) is first
    (root / "demos/_words.py").write_text("WORD = 2\n")
    assert read_demos(root, kept)[0]["say"].code == read_demos(root)[0]["say"].code != first[0]["say"].code
    (root / "demos/say.py").unlink()
    assert read_demos(root, kept) == ({}, ())
