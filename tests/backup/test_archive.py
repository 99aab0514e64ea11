"""The file of a backup tells when anything of it is missing or changed."""

from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from nameplate.backup.archive import DATABASE, OBJECTS, Manifest, Writer, read, verify
from nameplate.errors import StartError

MANIFEST = Manifest(
    made_at=datetime(2026, 11, 22, tzinfo=UTC), version="1", postgresql="18.6", schema=["0001_roles"], rows={},
    tables=1, generations={}, objects=1, key_check="", members=0, digest="",
)  # fmt: skip


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    file = tmp_path / "backup.tar"
    with Writer(file) as writer:
        writer.add(OBJECTS + "a/one", b"o" * 3000, {"Content-Type": "image/webp"})
        writer.add(DATABASE, b"d" * 5000)
        writer.finish(MANIFEST)
    return file


def quiet(*_: object) -> None:
    pass


def test_what_was_written_is_read_back(archive: Path) -> None:
    manifest = verify(archive, quiet)
    assert (manifest.members, manifest.schema) == (2, ["0001_roles"])
    found = {member.name: (member.content.read(), member.attributes) for member in read(archive)}
    assert found["objects/a/one"] == (b"o" * 3000, {"Content-Type": "image/webp"})
    assert found[DATABASE][0] == b"d" * 5000
    assert archive.stat().st_mode & 0o777 == 0o600


def test_a_file_that_was_cut_off_anywhere_is_refused(archive: Path) -> None:
    whole = archive.read_bytes()
    end = whole.rindex(b"}") + 1
    for length in [*range(0, end, 509), end - 1]:
        archive.write_bytes(whole[:length])
        with pytest.raises(StartError, match="Nothing was changed"):
            verify(archive, quiet)


def test_a_changed_byte_anywhere_is_noticed(archive: Path) -> None:
    whole = archive.read_bytes()
    for place in (whole.index(b"oooo"), whole.index(b"dddd") + 4000, whole.index(b'"digest"') + 14):
        archive.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        with pytest.raises(StartError, match="damaged"):
            verify(archive, quiet)


def test_a_member_that_was_taken_out_is_missed(archive: Path, tmp_path: Path) -> None:
    manifest = verify(archive, quiet)
    with Writer(tmp_path / "less.tar") as writer:
        writer.add(DATABASE, b"d" * 5000)
        writer.add("manifest.json", msgspec.json.encode(manifest))
    with pytest.raises(StartError, match="not complete"):
        verify(tmp_path / "less.tar", quiet)


def test_something_else_is_no_backup(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("Buy milk. " * 1000)
    with pytest.raises(StartError, match="no backup of Nameplate"):
        verify(tmp_path / "notes.txt", quiet)
    with pytest.raises(StartError, match="cannot be read: No such file"):
        verify(tmp_path / "missing.tar", quiet)


def test_a_backup_that_fails_leaves_no_file(tmp_path: Path) -> None:
    def full_disk() -> None:
        with Writer(tmp_path / "backup.tar") as writer:
            writer.add(DATABASE, b"d")
            raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        full_disk()
    assert list(tmp_path.iterdir()) == []
