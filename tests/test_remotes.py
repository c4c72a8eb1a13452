"""Stores that machines share: what is pushed comes back, and nothing that a bad one serves gets in."""

import sys
import time
import uuid
from pathlib import Path

import pytest
from click.testing import CliRunner
from counting_log import FILES
from demo_log import make_record
from faulty_server import changed, dripping, endless, hanging, redirect, serving, status, truncated

from builder import pipeline, runs
from builder.cli import main
from builder.errors import ConfigError, RemoteError, StoreError
from builder.report import Plain, Silent
from builder.run import exchange
from builder.run.exchange import Pulled, Pushed, keys_there, pull, push
from builder.run.remotes import open_remote, web
from builder.run.store import Store
from builder.runs import Wanted


def filled(root: Path, count: int = 3) -> Store:
    """A store with records, two of which share a blob."""
    store = Store(root)
    for number in range(count):
        store.put(*make_record(parts={"param:n": number}, data=str(max(1, number)).encode()))
    return store


@pytest.fixture(params=["file", "memory"])
def url(request, tmp_path):
    """The address of an empty shared store."""
    pytest.importorskip("fsspec")
    return f"file://{tmp_path}/shared" if request.param == "file" else f"memory://{uuid.uuid4().hex}/runs"


def bytes_of(store: Store) -> dict[str, bytes]:
    return {path: (store.root / path).read_bytes() for path in store.paths()}


def test_what_is_pushed_is_pulled_byte_for_byte(tmp_path, url):
    store, other = filled(tmp_path / "a"), Store(tmp_path / "b")
    assert push(store, open_remote(url)) == Pushed(sent=3, mended=0, there=0)
    assert push(store, open_remote(url)) == Pushed(sent=0, mended=0, there=3)
    assert sorted(keys_there(open_remote(url))) == sorted(store.keys())
    assert pull(other, open_remote(url), ["0" * 64, *store.keys()]) == Pulled(store.keys(), 1, ())
    assert bytes_of(other) == bytes_of(store)
    assert pull(other, open_remote(url), store.keys()) == Pulled((), 0, ())


def test_blobs_are_sent_before_the_record_that_names_them(tmp_path, url, monkeypatch):
    store, remote, sent = filled(tmp_path / "a", 1), open_remote(url), []
    monkeypatch.setattr(type(remote), "add", lambda self, path, data, replace=False: sent.append(path.split("/")[0]))
    push(store, remote)
    assert sent == ["blobs", "records"]


def test_push_mends_what_an_interrupted_push_left(tmp_path):
    shared, store = tmp_path / "shared", filled(tmp_path / "a", 2)
    remote = open_remote(f"file://{shared}")
    push(store, remote)
    record, blob = next(shared.glob("records/*/*")), next(shared.glob("blobs/*/*"))
    record.write_bytes(record.read_bytes()[:40])
    blob.write_bytes(b"")
    assert push(store, remote).mended >= 1
    other = Store(tmp_path / "b")
    assert pull(other, remote, store.keys()).problems == ()
    assert bytes_of(other) == bytes_of(store)


def test_another_result_of_the_same_run_stays_there(tmp_path, url):
    one, two, three = Store(tmp_path / "a"), Store(tmp_path / "b"), Store(tmp_path / "c")
    first, blobs = make_record(seconds=1.0)
    one.put(first, blobs)
    two.put(*make_record(seconds=123.25, data=b"other"))
    push(one, open_remote(url))
    assert push(two, open_remote(url)) == Pushed(sent=0, mended=0, there=1)
    pull(three, open_remote(url), one.keys())
    assert three.get(first.key.digest) == first


def test_damaged_store_is_not_pushed(tmp_path, url):
    store = filled(tmp_path / "a")
    next((tmp_path / "a").glob("demos/_runs/records/*/*")).write_text("{")
    with pytest.raises(StoreError):
        push(store, open_remote(url))
    assert open_remote(url).sizes() == {}


FAULTS = {
    "record changed": ("/records", changed, "was changed after it was recorded"),
    "blob changed": ("/blobs", changed, "has other bytes than were recorded"),
    "blob gone": ("/blobs", status(404), "is missing, though a record names it"),
    "record endless": ("/records", endless, "has more than the 1,048,576 bytes that are allowed"),
    "server error": ("/records", status(500), "answers 500 Internal Server Error for records/"),
    "record cut off": ("/records", truncated, "broke off after"),
    "blob cut off": ("/blobs", truncated, "broke off after 0 of 1 bytes of blobs/"),
    "hangs": ("/records", hanging, "broke off: timed out"),
    "drips": ("/records", dripping, "takes longer than 0.6 s for records/"),
    "leads to a file": (
        "/records",
        redirect("file:///etc/passwd"),
        "cannot be reached: it redirects to file:///etc/passwd, which",
    ),
    "leads elsewhere": ("/blobs", redirect("http://127.0.0.1:9/x"), "redirects to http://127.0.0.1:9/x, which is not"),
}


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr(web, "STALL_SECONDS", 0.4)
    monkeypatch.setattr(web, "SECONDS", 0.6)


@pytest.mark.parametrize(("path", "fault", "message"), FAULTS.values(), ids=FAULTS)
def test_nothing_that_a_bad_server_says_gets_in_and_it_is_named(tmp_path, impatient, path, fault, message):
    store, other = filled(tmp_path / "a", 1), Store(tmp_path / "b")
    with serving(tmp_path / "a" / "demos" / "_runs", {path: fault}) as (url, _):
        started = time.monotonic()
        pulled = pull(other, open_remote(url), store.keys())
    (problem,) = pulled.problems
    assert message in problem.message and problem.source.path.startswith(url)
    assert (pulled.keys, other.paths()) == ((), ())
    assert time.monotonic() - started < 3


def test_one_damaged_run_does_not_keep_the_others_away(tmp_path):
    store, other = filled(tmp_path / "a"), Store(tmp_path / "b")
    bad = store.keys()[1]
    with serving(tmp_path / "a" / "demos" / "_runs", {f"/records/{bad[:2]}/{bad}": changed}) as (url, _):
        pulled = pull(other, open_remote(url), store.keys())
        assert [problem.source.path for problem in pulled.problems] == [f"{url}/records/{bad[:2]}/{bad}.json"]
    assert sorted(pulled.keys) == sorted(set(store.keys()) - {bad})
    assert other.fsck() == ()


def test_a_server_that_fails_is_not_asked_for_everything(tmp_path):
    with serving(tmp_path, {"/": status(503)}) as (url, asked):
        keys = [f"{number:064x}" for number in range(100)]
        assert len(pull(Store(tmp_path), open_remote(url), keys).problems) == 1
        assert len(asked) < 20


def test_web_server_is_for_reading(tmp_path):
    with pytest.raises(RemoteError, match="http has no list of files and takes none"):
        push(filled(tmp_path), open_remote("http://127.0.0.1:9"))


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("shared", "'shared' is not the address of a store"),
        ("zip://a.zip::https://x/y", "is not the address of a store"),
        ("sftp://me:secret@host/runs", "a password does not belong in an address"),
        ("nope://host/runs", "nope://host/runs cannot be used: Protocol not known: nope"),
    ],
)
def test_address_that_cannot_be_is_refused(address, message):
    with pytest.raises(ConfigError, match=message) as caught:
        open_remote(address)
    assert "secret" not in str(caught.value)


def test_without_the_extra_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "fsspec", None)
    with pytest.raises(ConfigError, match=r"pip install 'studylog\[remote\]'"):
        open_remote("s3://bucket/runs")


def test_file_system_that_hangs_is_left_in_time(monkeypatch, tmp_path):
    pytest.importorskip("fsspec")
    remote = open_remote(f"file://{tmp_path}")
    monkeypatch.setattr("builder.run.remotes.files.SECONDS", 0.1)
    monkeypatch.setattr(remote._files, "cat_file", lambda *args, **kwargs: time.sleep(1))
    (problem,) = pull(Store(tmp_path / "b"), remote, ["0" * 64]).problems
    assert problem.message.startswith("does not answer: reading records/00/000000")


# Through the commands, with a log whose one call was recorded elsewhere.


@pytest.fixture
def elsewhere(make_site, tmp_path):
    """A log with its run recorded, and the same log without."""
    root = make_site(FILES)
    assert execute(root)
    other = tmp_path / "other"
    for name, text in {"site_config.yml": "title: Test log\n", **FILES}.items():
        (other / name).parent.mkdir(parents=True, exist_ok=True)
        (other / name).write_text(text)
    return root, other


def execute(root: Path, **wanted) -> bool:
    return runs.run(root, Wanted(device="cpu", **wanted), reporter=Silent())[0]


def command(*arguments: str, root: Path) -> tuple[int, str]:
    done = CliRunner().invoke(main, ["--log", str(root), *arguments])
    return done.exit_code, done.stderr


def share(root: Path, url: str) -> None:
    (root / "site_config.yml").write_text(f"title: Test log\nstore: {{remote: '{url}'}}\n")


def test_store_push_and_pull(elsewhere, tmp_path):
    root, other = elsewhere
    url = f"file://{tmp_path}/shared"
    assert command("store", "push", "--remote", url, root=root) == (0, "1 records sent, 0 were there\n")
    assert command("store", "pull", "--remote", url, root=other) == (0, "1 records fetched, 0 are not there\n")
    assert bytes_of(Store(other)) == bytes_of(Store(root))
    share(other, url)
    assert command("store", "pull", "--all", root=other) == (0, "0 records fetched, 0 are not there\n")


def test_store_pull_of_damage_exits_with_3_and_names_it(elsewhere):
    root, other = elsewhere
    with serving(root / "demos" / "_runs", {"/blobs": changed}) as (url, _):
        code, said = command("store", "pull", "--remote", url, root=other)
    assert code == 3
    assert "has other bytes than were recorded\n  hint: remove it there, then `studylog store push`" in said


def test_store_push_without_an_address_says_what_to_type(elsewhere):
    code, said = command("store", "push", root=elsewhere[0])
    assert code == 2 and "give --remote URL, or set `store: {remote: URL}` in site_config.yml" in said


def test_build_fetches_what_is_missing_and_runs_nothing(elsewhere, capsys):
    root, other = elsewhere
    with serving(root / "demos" / "_runs", {}) as (url, asked):
        share(other, url)
        report = pipeline.build(other, pipeline.Options(), Plain(sys.stderr))
        assert (report.ran, len(report.reused), report.problems) == ((), 1, ())
        assert f"1 of 1 missing runs fetched from {url}" in capsys.readouterr().err
        before = len(asked)
        assert execute(other) and len(asked) == before
    record, original = (Store(folder).records()[0][0] for folder in (other, root))
    assert record.provenance == original.provenance


def test_run_goes_on_without_a_store_that_is_damaged_or_away(elsewhere, impatient):
    root, other = elsewhere
    with serving(root / "demos" / "_runs", {"/records": changed}) as (url, _):
        share(other, url)
        good, log = runs.run(other, Wanted(device="cpu"), reporter=Silent())
    (problem,) = log.problems
    assert (problem.severity, problem.code, good) == ("warning", "remote-damaged", True)
    assert len(Store(other).keys()) == 1


class Planned(Exception):
    """A build came as far as its pages."""


@pytest.mark.parametrize(("options", "asks"), [({"untrusted": True}, 0), ({"run": "never"}, 1)])
def test_untrusted_build_asks_nobody(elsewhere, monkeypatch, options, asks):
    def planned(*_):
        raise Planned

    monkeypatch.setattr(pipeline, "make_pages", planned)
    with serving(elsewhere[1], {}) as (url, asked):
        share(elsewhere[1], url)
        with pytest.raises(Planned):
            pipeline.build(elsewhere[1], pipeline.Options(**options), Silent())
    assert len(asked) == asks


def test_forced_run_is_not_fetched(elsewhere):
    root, other = elsewhere
    with serving(root / "demos" / "_runs", {}) as (url, asked):
        share(other, url)
        assert command("run", "--force", "--device", "cpu", root=other)[0] == 0
        assert asked == []
        Store(other).gc(())
        code, said = command("run", root=other)
    assert code == 0 and "nothing to run" in said and len(asked) == 2


def test_read_through_ends_in_time(tmp_path, monkeypatch):
    store = filled(tmp_path / "a")
    with serving(tmp_path / "a" / "demos" / "_runs", {}) as (url, _):
        pulled = pull(Store(tmp_path / "b"), open_remote(url), store.keys(), seconds=0)
    assert len(pulled.keys) == 1 and pulled.problems[0].hint == "studylog store pull"
    assert exchange.READ_THROUGH_SECONDS <= 60
