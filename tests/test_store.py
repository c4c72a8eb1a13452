"""The store: whole or not at all, verified at every read, and nothing strange in it."""

import ast
import contextlib
import json
import os
import resource
import signal
import tarfile
import time
from dataclasses import replace
from pathlib import Path

import pytest
from demo_log import make_record

import builder
from builder.errors import BuilderError, StoreError
from builder.model import OutputRecord
from builder.run import disk
from builder.run.archive import export_runs, import_runs
from builder.run.disk import lock
from builder.run.records import to_text
from builder.run.store import Store


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path)


def record_file(store, record):
    return store.root / f"demos/_runs/records/{record.key.digest[:2]}/{record.key.digest}.json"


def blob_file(store, record):
    sha256 = record.outputs[0].artifacts[0].sha256
    return store.root / f"demos/_runs/blobs/{sha256[:2]}/{sha256}"


def read_everything(store, key):
    record = store.get(key)
    return record and [store.read_blob(artifact) for artifact in record.artifacts]


def with_artifact(**changes):
    record, blobs = make_record()
    artifact = replace(record.outputs[0].artifacts[0], **changes)
    return replace(record, outputs=(OutputRecord("text", "a", (artifact,)),)), blobs


def test_what_was_put_comes_back(store):
    record, blobs = make_record()
    store.put(record, blobs)
    assert store.get(record.key.digest) == record
    assert store.read_blob(record.outputs[0].artifacts[0]) == b'{"a": 1}'
    assert store.fsck() == ()
    assert store.usage()["records"] == 1


def test_what_was_not_put_is_none(store):
    assert store.get("0" * 64) is None
    assert store.records() == ((), ())


def test_record_is_canonical_json(store):
    record, blobs = make_record()
    store.put(record, blobs)
    text = record_file(store, record).read_text()
    assert text == json.dumps(json.loads(text), sort_keys=True, indent=1) + "\n"


def test_nothing_but_records_and_blobs_is_left(store):
    record, blobs = make_record()
    store.put(record, blobs)
    assert sorted(os.listdir(store.root / "demos" / "_runs")) == ["blobs", "records"]


def test_c4_no_flipped_byte_is_ever_served(store):
    record, blobs = make_record()
    store.put(record, blobs)
    for file in (record_file(store, record), blob_file(store, record)):
        data = file.read_bytes()
        for position in range(len(data)):
            file.write_bytes(data[:position] + bytes([data[position] ^ 1]) + data[position + 1 :])
            with pytest.raises(StoreError, match=file.name):
                read_everything(store, record.key.digest)
        file.write_bytes(data)
    assert read_everything(store, record.key.digest) == [b'{"a": 1}']


@pytest.mark.parametrize("damage", [b"", b'{"a": 2}', b'{"a": 1} ', None], ids=["empty", "other", "longer", "gone"])
def test_c5_damaged_blob_names_the_file_and_what_to_type(store, damage):
    record, blobs = make_record()
    store.put(record, blobs)
    file = blob_file(store, record)
    file.unlink() if damage is None else file.write_bytes(damage)
    with pytest.raises(StoreError) as caught:
        read_everything(store, record.key.digest)
    problem = caught.value.problems[0]
    path = file.relative_to(store.root).as_posix()
    assert problem.source.path == path
    assert problem.hint == f"restore it from git (git checkout -- {path}) or re-run with `studylog run --force DEMO`"
    assert caught.value.exit_status == 3
    assert [p.source.path for p in store.fsck()] == [path]


def test_c5_git_lfs_pointer_in_place_of_a_blob_says_git_lfs_pull(store):
    record, blobs = make_record()
    store.put(record, blobs)
    pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n"
    blob_file(store, record).write_bytes(pointer)
    with pytest.raises(StoreError, match="git lfs pull"):
        read_everything(store, record.key.digest)


def test_c6_damage_is_found_in_a_read_only_file(store):
    record, blobs = make_record()
    store.put(record, blobs)
    blob_file(store, record).write_bytes(b'{"a": 2}')
    blob_file(store, record).chmod(0o444)
    with pytest.raises(StoreError, match="other bytes"):
        read_everything(store, record.key.digest)


@pytest.mark.parametrize("key", ["../../../x", "/etc/passwd", "C:\\x", "a\0b", "CON", "A" * 64, "0" * 63])
def test_c7_strange_key_opens_no_file(store, key):
    with pytest.raises(ValueError, match="is not a key"):
        store.get(key)


@pytest.mark.parametrize(
    "changes",
    [
        *({"name": name} for name in ("../x", "/abs", "C:\\x", "a\0b", "CON", "nul.json", "x.", "", "." * 9)),
        *({"sha256": sha256} for sha256 in ("../../x", "", "A" * 64)),
        *({"media_type": kind} for kind in ("text/html", "application/x-python-pickle", "")),
        {"size": 10**12},
        {"size": -1},
    ],
    ids=str,
)
def test_c7_c8_strange_artifact_is_neither_written_nor_read(store, changes):
    record, blobs = with_artifact(**changes)
    with pytest.raises(ValueError):
        store.put(record, blobs)
    file = record_file(store, record)
    file.parent.mkdir(parents=True)
    file.write_text(to_text(record))
    with pytest.raises(StoreError, match="has a file|names a file"):
        store.get(record.key.digest)
    with pytest.raises(StoreError):
        store.read_blob(record.outputs[0].artifacts[0])


def test_c7_links_are_not_followed(store):
    record, blobs = make_record()
    store.put(record, blobs)
    blob = blob_file(store, record)
    blob.rename(store.root / "elsewhere")
    blob.symlink_to(store.root / "elsewhere")
    with pytest.raises(StoreError, match="cannot be read"):
        read_everything(store, record.key.digest)


def test_c8_nothing_in_the_builder_unpickles():
    banned = {"pickle", "joblib", "dill", "cloudpickle", "shelve", "marshal"}
    for file in Path(builder.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, (ast.Import, ast.ImportFrom)) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not banned & {name.partition(".")[0] for name in names}, file


def test_record_with_a_merge_conflict_is_damaged(store):
    record, blobs = make_record()
    store.put(record, blobs)
    file = record_file(store, record)
    file.write_text(f"<<<<<<< HEAD\n{file.read_text()}")
    with pytest.raises(StoreError, match="is not a record"):
        store.get(record.key.digest)


def test_record_under_another_name_is_damaged(store):
    record, blobs = make_record()
    store.put(record, blobs)
    file = record_file(store, record)
    other = store.root / f"demos/_runs/records/00/{'0' * 64}.json"
    other.parent.mkdir()
    file.rename(other)
    with pytest.raises(StoreError, match="holds the record of another run"):
        store.get("0" * 64)


def test_metric_that_is_not_a_number_is_not_recorded(store):
    record, blobs = make_record()
    with pytest.raises(ValueError):
        store.put(replace(record, metrics={"a": float("nan")}), blobs)


def test_damaged_blob_is_mended_by_recording_it_again(store):
    record, blobs = make_record()
    store.put(record, blobs)
    blob_file(store, record).write_bytes(b"x")
    store.put(record, blobs)
    assert store.fsck() == ()


def put_until(root, count):
    """Put a record in a process that is killed at its `count`-th operation on the disk; return its wait status."""
    pid = os.fork()
    if pid == 0:
        left = iter(range(count - 1, -1, -1))

        def counted(function):
            def wrapper(*args, **kwargs):
                if next(left, 1) == 0:
                    os.kill(os.getpid(), signal.SIGKILL)
                return function(*args, **kwargs)

            return wrapper

        for name in ("open", "fsync", "replace", "mkdir", "rename", "unlink"):
            setattr(os, name, counted(getattr(os, name)))
        Store(root).put(*make_record())
        os._exit(0)
    return os.waitpid(pid, 0)[1]


def test_c1_killed_at_any_point_nothing_is_read_in_part_and_the_next_writer_mends(tmp_path):
    record, blobs = make_record()
    for count in range(1, 40):
        root = tmp_path / str(count)
        root.mkdir()
        status = put_until(root, count)
        store = Store(root)
        assert read_everything(store, record.key.digest) in (None, [b'{"a": 1}'])
        if status == 0:
            break
        assert os.WTERMSIG(status) == signal.SIGKILL
        store.put(record, blobs)
        assert store.fsck() == ()
        assert not (root / "demos/_runs/.tmp").exists()
    assert 8 < count < 39


@contextlib.contextmanager
def full_disk():
    """No file may grow past 4 KiB. As short as can be: the test runner's own output may be a longer file."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_c3_full_disk_names_the_file_and_its_size_and_leaves_nothing(store):
    record, blobs = make_record(data=b'"' + b"a" * 5000 + b'"')
    with pytest.raises(BuilderError) as caught, full_disk():
        store.put(record, blobs)
    path = blob_file(store, record).relative_to(store.root)
    assert str(caught.value).startswith(f"{path}: error: cannot write 5,002 bytes: File too large")
    assert (store.get(record.key.digest), store.paths()) == (None, ())


def test_c9_second_writer_is_told_who_holds_the_lock(tmp_path):
    with lock(tmp_path / "lock"):
        with pytest.raises(BuilderError, match=f"process {os.getpid()} is writing the store of recorded runs"):
            with lock(tmp_path / "lock", patience_seconds=0.1):
                pass
    with lock(tmp_path / "lock", patience_seconds=0.1):
        pass


def test_c9_lock_of_a_dead_process_is_free(tmp_path):
    pid = os.fork()
    if pid == 0:
        with lock(tmp_path / "lock"):
            os._exit(0)
    os.waitpid(pid, 0)
    with lock(tmp_path / "lock", patience_seconds=0.1):
        pass


def test_c13_gc_removes_what_no_kept_record_needs(store):
    kept, kept_blobs = make_record(parts={"param:a": 1})
    gone, gone_blobs = make_record(parts={"param:a": 2}, data=b'{"a": 2}')
    shared, shared_blobs = make_record(parts={"param:a": 3})
    for record, blobs in ((kept, kept_blobs), (gone, gone_blobs), (shared, shared_blobs)):
        store.put(record, blobs)
    with store.writing():
        removed = store.gc({kept.key.digest})
    assert len(removed) == 3
    assert store.keys() == (kept.key.digest,)
    assert store.fsck() == ()


def test_gc_removes_nothing_while_a_record_is_damaged(store):
    record, blobs = make_record()
    store.put(record, blobs)
    record_file(store, record).write_text("{")
    with pytest.raises(StoreError):
        store.gc(set())
    assert len(store.paths()) == 2


def test_c14_fsck_lists_all_damage_and_what_does_not_belong(store):
    one, blobs = make_record(parts={"param:a": 1}, data=b"1")
    store.put(one, blobs)
    two, blobs = make_record(parts={"param:a": 2}, data=b"2")
    store.put(two, blobs)
    blob_file(store, one).write_bytes(b"x")
    (store.root / "demos/_runs/records/notes.txt").write_text("x")
    assert [problem.message for problem in store.fsck()] == [
        "has other bytes than were recorded",
        "does not belong in the store",
    ]
    record_file(store, two).write_text("{}")
    assert len(store.fsck()) == 3


def test_a_blob_that_no_record_needs_is_a_warning_unless_it_is_damaged(store):
    record, blobs = make_record()
    store.put(record, blobs)
    record_file(store, record).unlink()
    [problem] = store.fsck()
    assert (problem.severity, problem.message) == ("warning", "no record needs it any more")
    assert problem.hint == "`studylog store gc` removes it"
    blob_file(store, record).write_bytes(b"x")
    assert [(p.severity, p.message) for p in store.fsck()] == [("error", "has other bytes than were recorded")]
    store.gc(set())
    assert store.fsck() == ()


def test_c14_fsck_is_quick(store, monkeypatch):
    monkeypatch.setattr(disk.os, "fsync", lambda descriptor: None)
    for number in range(300):
        store.put(*make_record(parts={"param:a": number}, data=str(number).encode()))
    started = time.perf_counter()
    assert store.fsck() == ()
    assert time.perf_counter() - started < 3


def test_export_and_import_carry_all_runs(store, tmp_path):
    record, blobs = make_record()
    store.put(record, blobs)
    assert export_runs(store, tmp_path / "a.tar") == 1
    export_runs(store, tmp_path / "b.tar")
    assert (tmp_path / "a.tar").read_bytes() == (tmp_path / "b.tar").read_bytes()
    other = Store(tmp_path / "other")
    assert import_runs(other, tmp_path / "a.tar") == (record.key.digest,)
    assert import_runs(other, tmp_path / "a.tar") == ()
    assert read_everything(other, record.key.digest) == [b'{"a": 1}']


def make_tar(path, name, *, kind=tarfile.REGTYPE, size=0):
    with tarfile.open(path, "w:") as archive:
        member = tarfile.TarInfo(name)
        member.type, member.size, member.linkname = kind, size, "/etc/passwd"
        archive.addfile(member, open(os.devnull, "rb") if not size else (path.parent / "zeros").open("rb"))


@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("../x", tarfile.REGTYPE),
        ("/abs", tarfile.REGTYPE),
        ("records/../../x", tarfile.REGTYPE),
        (f"blobs/00/{'0' * 64}", tarfile.SYMTYPE),
        (f"blobs/00/{'1' * 64}", tarfile.REGTYPE),
        (f"records/00/{'0' * 64}.json", tarfile.REGTYPE),
    ],
)
def test_c7_strange_tar_adds_nothing(store, tmp_path, name, kind):
    make_tar(tmp_path / "x.tar", name, kind=kind)
    with pytest.raises(StoreError):
        import_runs(store, tmp_path / "x.tar")
    assert store.paths() == ()


def test_compressed_tar_is_not_read(store, tmp_path):
    with tarfile.open(tmp_path / "x.tar", "w:gz"):
        pass
    with pytest.raises(StoreError, match="cannot be read"):
        import_runs(store, tmp_path / "x.tar")


def test_artifact_of_a_tar_must_be_in_it(store, tmp_path):
    record, blobs = make_record()
    store.put(record, blobs)
    export_runs(store, tmp_path / "a.tar")
    with tarfile.open(tmp_path / "a.tar") as old, tarfile.open(tmp_path / "b.tar", "w:") as new:
        member = old.getmembers()[-1]
        new.addfile(member, old.extractfile(member))
    with pytest.raises(StoreError, match="comes without 'tokens.json'"):
        import_runs(Store(tmp_path / "other"), tmp_path / "b.tar")
