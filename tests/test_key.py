"""What changes a key, what does not, and how the difference is told."""

import shutil

import pytest
from demo_log import make_call, make_plan, write, write_model

from builder.errors import DemoError, Source
from builder.run.key import explain
from builder.run.models import Models

DEMO = '''
from _nets import Block, unused
from builder.demo import Model, Run, demo
from builder.outputs import Text, Token

SCALE = 2
OTHER = 5


def helper(x):
    """Scale."""
    return x * SCALE


@demo(smoke={"n": 1}, inputs=["data/x.csv"])
def x(run: Run, n: int = 3, model: Model = "m") -> Text:
    """Show x.

    At length.
    """
    # a comment
    return Text(tokens=[Token(text=str(helper(n) + Block().run()))])
'''
NETS = '''
class Base:
    def run(self):
        return LIMIT


class Block(Base):
    """A block."""


def unused():
    return 1


LIMIT = 4
'''


@pytest.fixture
def log(tmp_path):
    write(tmp_path, {"demos/x.py": DEMO, "demos/_nets.py": NETS, "data/x.csv": "1,2\n"})
    write_model(tmp_path, "m")
    return tmp_path


def key(root, **params):
    decisions, problems = make_plan(root, make_call("x", params))
    assert problems == ()
    return decisions[0].key


def edit(root, path, old, new):
    text = (root / path).read_text()
    assert old in text
    (root / path).write_text(text.replace(old, new))


SAME = {
    "comment": ("demos/x.py", "# a comment", "# another one"),
    "docstring": ("demos/x.py", "At length.", "In short."),
    "docstring of a helper": ("demos/x.py", '"""Scale."""', '"""Multiply."""'),
    "formatting": ("demos/x.py", "x * SCALE", "(x\n        * SCALE)"),
    "quotes": ("demos/x.py", '"data/x.csv"', "'data/x.csv'"),
    "unused definition": ("demos/_nets.py", "return 1", "return 2"),
    "unused assignment": ("demos/x.py", "OTHER = 5", "OTHER = 6"),
    "unused import": ("demos/x.py", "Block, unused", "Block"),
    "smoke parameters": ("demos/x.py", '"n": 1', '"n": 2'),
    "a type": ("demos/x.py", "n: int = 3", "n: Annotated[int, Range(1, 9)] = 3"),
    "pass": ("demos/_nets.py", '"""A block."""', "pass"),
}
OTHER = {
    "body": ("demos/x.py", "helper(n)", "helper(n + 1)", "demos/x.py:x changed"),
    "helper": ("demos/x.py", "x * SCALE", "x + SCALE", "demos/x.py:helper changed"),
    "assignment": ("demos/x.py", "SCALE = 2", "SCALE = 3", "demos/x.py:SCALE changed"),
    "default": ("demos/x.py", "n: int = 3", "n: int = 4", "n 3 -> 4"),
    "base class in a local import": ("demos/_nets.py", "return LIMIT", "return -LIMIT", "demos/_nets.py:Base changed"),
    "assignment in a local import": ("demos/_nets.py", "LIMIT = 4", "LIMIT = 5", "demos/_nets.py:LIMIT changed"),
    "effect at the top level": (
        "demos/_nets.py",
        "LIMIT = 4",
        "LIMIT = 4\nprint(1)",
        "demos/_nets.py:(top level) is new",
    ),
    "input": ("data/x.csv", "1,2", "1,3", "data/x.csv changed"),
    "configuration of the model": ("demos/weights/m/config.json", "{}", '{"a": 1}', "config.json of m changed"),
}


@pytest.mark.parametrize("change", SAME)
def test_key_does_not_change_with(log, change):
    before = key(log)
    edit(log, *SAME[change])
    assert key(log) == before


@pytest.mark.parametrize("change", OTHER)
def test_c11_key_changes_with(log, change):
    before = key(log)
    *edited, reason = OTHER[change]
    edit(log, *edited)
    assert explain(key(log), before) == (reason,)


def test_c11_key_changes_with_a_parameter(log):
    assert explain(key(log, n=4), key(log)) == ("n 3 -> 4",)


def test_c11_key_changes_with_the_weights(log):
    before = key(log)
    write_model(log, "m", weights=2.0)
    assert explain(key(log), before) == ("weights of m changed",)


def test_other_model_is_one_reason(log):
    write_model(log, "other", weights=2.0)
    assert explain(key(log, model="other"), key(log)) == ("model m -> other",)


def test_key_does_not_change_with_files_beside_the_weights(log):
    before = key(log)
    write(log, {"demos/weights/m/README.md": "# A model\n", "demos/weights/m/training.json": "{}"})
    assert key(log) == before


def test_c10_key_does_not_change_with_the_place_or_the_time_of_files(log, tmp_path_factory):
    before = key(log)
    moved = tmp_path_factory.mktemp("elsewhere") / "log"
    shutil.copytree(log, moved, copy_function=shutil.copyfile)
    assert key(moved) == before


def test_c10_key_holds_no_time_host_device_path_or_version(log):
    assert sorted(key(log).parts) == [
        *(f"code:demos/_nets.py:{name}" for name in ("Base", "Block", "LIMIT")),
        *(f"code:demos/x.py:{name}" for name in ("Block", "SCALE", "Text", "Token", "helper", "x")),
        "demo",
        "input:data/x.csv",
        "model:m:config.json",
        "model:m:model.safetensors",
        "param:model",
        "param:n",
        "schema",
    ]


def test_key_is_the_same_in_every_version(log):
    """A change of this digest makes every recorded run of every log stale."""
    code = {name: value[:8] for name, value in key(log).parts.items() if name.startswith("code:demos/_nets.py")}
    assert code == EXPECTED


EXPECTED = {
    "code:demos/_nets.py:Base": "4a1fbb2b",
    "code:demos/_nets.py:Block": "8c7c708b",
    "code:demos/_nets.py:LIMIT": "3f35e8ab",
}


def test_long_values_are_not_shown(log):
    write(log, {"demos/x.py": DEMO.replace("n: int = 3", 'n: str = "a"').replace('{"n": 1}', "{}")})
    assert explain(key(log, n="a" * 100), key(log)) == ("n changed",)


def test_star_import_counts_as_everything(log):
    edit(log, "demos/x.py", "from _nets import Block, unused", "from _nets import *")
    before = key(log)
    edit(log, "demos/_nets.py", "return 1", "return 2")
    assert explain(key(log), before) == ("demos/_nets.py:unused changed",)


def test_imported_module_counts_as_everything(log):
    edit(log, "demos/x.py", "from _nets import Block, unused", "import _nets as nets")
    edit(log, "demos/x.py", "Block()", "nets.Block()")
    before = key(log)
    edit(log, "demos/_nets.py", "return 1", "return 2")
    assert explain(key(log), before) == ("demos/_nets.py:unused changed",)


def find(root, name="m", configured=None):
    return Models(root, configured).find(name, Source("content/log/a.md", 3))


def config(**fields):
    from types import SimpleNamespace

    return SimpleNamespace(**{"path": None, "repo": "", "revision": "", **fields})


def test_unknown_model_gets_a_suggestion(log):
    with pytest.raises(DemoError) as caught:
        find(log, "gpt2-mini2", {"gpt2-mini": config(path="w")})
    expected = "content/log/a.md:3: error: no model called 'gpt2-mini2'\n  hint: did you mean 'gpt2-mini'?"
    assert str(caught.value) == expected


@pytest.mark.parametrize("name", ["../weights/m", "/etc", "", "."])
def test_model_name_cannot_leave_the_weights(log, name):
    with pytest.raises(DemoError, match="no model called"):
        find(log, name)


def test_configured_folder_comes_before_the_embedded_model(log):
    shutil.copytree(write_model(log, "source", weights=9.0), log / "elsewhere")
    assert find(log, "m", {"m": config(path="elsewhere")}).digests != find(log, "m").digests


def test_hub_model_is_known_by_its_commit_even_when_it_is_not_here(log, monkeypatch):
    monkeypatch.setenv("HF_HUB_CACHE", str(log / "hub"))
    found = find(log, "gpt2", {"gpt2": config(repo="openai-community/gpt2", revision="a" * 40)})
    assert found.digests == {"hub": f"openai-community/gpt2@{'a' * 40}"}
    assert found.refusal == "model 'gpt2' is not downloaded"
    assert found.hint == f"hf download openai-community/gpt2 --revision {'a' * 40} --exclude '*.py'"


def test_hub_model_must_be_pinned(log):
    with pytest.raises(DemoError, match="model 'gpt2' is not pinned to a commit"):
        find(log, "gpt2", {"gpt2": config(repo="openai-community/gpt2", revision="main")})


def test_d8_pickled_weights_are_refused_with_the_reason(log):
    write(log, {"demos/weights/bad/pytorch_model.bin": "x", "demos/weights/bad/config.json": "{}"})
    refusal = "model 'bad' has only pickled weights ('pytorch_model.bin'), which can run code; safetensors only"
    assert find(log, "bad").refusal == refusal


def test_d8_model_with_code_of_its_own_is_refused(log):
    write(log, {"demos/weights/m/modeling_m.py": "x = 1\n"})
    assert find(log).refusal == "model 'm' brings its own code ('modeling_m.py'), which is never run"


def test_d7_truncated_weights_are_refused(log):
    weights = log / "demos" / "weights" / "m" / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-2])
    size = weights.stat().st_size
    assert find(log).refusal == f"'model.safetensors' of model 'm' is damaged: {size} bytes, {size + 2} expected"


def test_c5_git_lfs_pointer_has_the_key_of_the_weights_and_says_what_to_type(log):
    before = key(log)
    weights = log / "demos" / "weights" / "m" / "model.safetensors"
    oid = before.parts["model:m:model.safetensors"]
    weights.write_text(f"version https://git-lfs.github.com/spec/v1\noid sha256:{oid}\nsize 99\n")
    decisions, problems = make_plan(log, make_call("x"))
    assert decisions[0].key == before
    assert (decisions[0].action, problems[0].hint) == ("missing", "git lfs pull")
