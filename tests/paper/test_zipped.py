"""A ZIP of any scanner's files is read like the files themselves; what is wrong with one costs no other."""

from __future__ import annotations

import io
import struct
import zipfile
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from paper import zipped
from paper.load import pictures
from paper.picture import Grey
from paper.spoil import scan_pdf
from paper.zipped import natural

SIDE = 64


def shade(grey: int) -> Grey:
    return np.full((SIDE, SIDE), grey, np.uint8)


def png(grey: int) -> bytes:
    out = io.BytesIO()
    Image.fromarray(shade(grey)).save(out, "PNG")
    return out.getvalue()


def pdf(*greys: int) -> bytes:
    out = io.BytesIO()
    scan_pdf([shade(grey) for grey in greys], out, "flate")
    return out.getvalue()


def tif(*greys: int) -> bytes:
    out = io.BytesIO()
    first, *others = (Image.fromarray(shade(grey)) for grey in greys)
    first.save(out, "TIFF", save_all=True, append_images=others)
    return out.getvalue()


def packed(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def found(folder: Path, data: bytes) -> list[tuple[int | None, str | int]]:
    """Each picture's place, and its problem or shade."""
    path = folder / "scans.zip"
    path.write_bytes(data)
    seen = [(picture.index, picture.problem or int(picture.grey[0, 0])) for picture in pictures(path)]  # type: ignore[index]
    assert {picture.source for picture in pictures(path)} <= {"scans.zip"}
    return seen


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2])
def test_one_count_runs_through_all_the_files_of_a_zip(tmp_path: Path, method: int) -> None:
    data = packed({"a.png": png(10), "b.pdf": pdf(20, 30), "c.tif": tif(40, 50), "d.png": png(60)}, method)
    assert found(tmp_path, data) == [(1, 10), (2, 20), (3, 30), (4, 40), (5, 50), (6, 60)]


def test_every_picture_knows_which_file_of_the_zip_it_came_in(tmp_path: Path) -> None:
    path = tmp_path / "scans.zip"
    inner = packed({"x.png": png(5)})
    path.write_bytes(
        packed({"a.pdf": pdf(1, 2), "room/b.png": png(3), "c.txt": b"no", "in.zip": inner, ".DS_Store": b""})
    )
    names = [(picture.index, picture.member) for picture in pictures(path)]
    assert names == [(1, "a.pdf"), (2, "a.pdf"), (3, "c.txt"), (4, "x.png"), (5, "room/b.png")]


def test_files_come_in_the_order_a_person_reads_their_names(tmp_path: Path) -> None:
    names = ["room 10/page 1.png", "room 2/page 10.png", "room 2/Page 9.png", "room 2/page 08.png"]
    data = packed({name: png(number) for number, name in enumerate(names)})
    assert [shown for _, shown in found(tmp_path, data)] == [3, 2, 1, 0]


def test_what_systems_leave_in_folders_is_passed_over(tmp_path: Path) -> None:
    litter = ["__MACOSX/._a.png", ".DS_Store", "room/Thumbs.db", "room/desktop.ini", "room/._a.png"]
    data = packed({"room/": b"", "room/a.png": png(7)} | dict.fromkeys(litter, b"nothing to read"))
    assert found(tmp_path, data) == [(1, 7)]


@pytest.mark.parametrize("name", ["../../../tmp/out.png", "/etc/out.png", "C:\\out.png", "con", "é" * 2000, "\x01.png"])
def test_names_are_only_names(tmp_path: Path, name: str) -> None:
    before = set(tmp_path.parent.rglob("*"))
    assert found(tmp_path, packed({name: png(7)})) == [(1, 7)]
    assert set(tmp_path.parent.rglob("*")) - before == {tmp_path / "scans.zip"}


def test_names_in_any_encoding_and_twice_the_same_name_are_read(tmp_path: Path) -> None:
    data = packed({"aa.png": png(1), "bb.png": png(2), "\u00e9.png": png(3)})
    data = data.replace(b"aa.png", b"\x8e\xff.png").replace(b"bb.png", b"\x8e\xff.png")
    assert sorted(shown for _, shown in found(tmp_path, data)) == [1, 2, 3]


def test_a_file_that_is_no_picture_costs_no_other(tmp_path: Path) -> None:
    data = packed({"1.png": png(1), "2.txt": b"dear office", "3.pdf": b"%PDF-1.4 nothing", "4.png": png(4)})
    assert found(tmp_path, data) == [(1, 1), (2, "damaged"), (3, "damaged"), (4, 4)]


def test_a_zip_in_a_zip_is_opened_and_one_in_that_is_not(tmp_path: Path) -> None:
    inner = packed({"x.png": png(5), "y.png": png(6)})
    assert found(tmp_path, packed({"a.zip": inner, "b.png": png(7)})) == [(1, 5), (2, 6), (3, 7)]
    deep = packed({"a.zip": packed({"b.zip": inner}), "c.png": png(7)})
    assert found(tmp_path, deep) == [(1, "damaged"), (2, 7)]


def test_a_locked_file_in_a_zip_is_encrypted(tmp_path: Path) -> None:
    data = bytearray(packed({"1.png": png(1), "2.png": png(2)}))
    for head, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.find(head) + flags] |= 1
    assert found(tmp_path, bytes(data)) == [(1, "encrypted"), (2, 2)]


def test_a_way_of_packing_that_is_not_known_costs_no_other_file(tmp_path: Path) -> None:
    data = bytearray(packed({"1.png": png(1), "2.png": png(2)}))
    for head, method in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        data[data.find(head) + method] = 99
    assert found(tmp_path, bytes(data)) == [(1, "damaged"), (2, 2)]


def test_a_changed_byte_costs_its_file_alone(tmp_path: Path) -> None:
    data = bytearray(packed({"1.png": png(1), "2.png": png(2)}, zipfile.ZIP_STORED))
    data[data.find(b"IDAT") + 5] ^= 0xFF
    assert found(tmp_path, bytes(data)) == [(1, "damaged"), (2, 2)]


@pytest.mark.parametrize(
    "data", [b"PK\x03\x04", b"PK\x03\x04" + bytes(500), packed({}), packed({"room/": b"", ".DS_Store": b"x"})]
)
def test_a_zip_without_a_picture_is_one_damaged_file(tmp_path: Path, data: bytes) -> None:
    assert found(tmp_path, data) == [(None, "damaged")]


@pytest.mark.parametrize("name", ["[Content_Types].xml", "mimetype"])
def test_an_office_document_is_one_damaged_file(tmp_path: Path, name: str) -> None:
    assert found(tmp_path, packed({name: b"", "media/logo.png": png(1), "text.xml": b"<a/>"})) == [(None, "damaged")]


def test_a_file_larger_than_any_scan_is_too_big_and_is_not_taken_out(tmp_path: Path) -> None:
    data = bytearray(packed({"1.png": png(1), "2.png": png(2)}))
    at = data.find(b"PK\x01\x02")
    data[at + 24 : at + 28] = struct.pack("<I", zipped.LONGEST + 1)
    assert found(tmp_path, bytes(data)) == [(1, "too-big"), (2, 2)]


def test_a_zip_that_outgrows_itself_is_read_up_to_the_bound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zipped, "FREE", 1_000_000)
    monkeypatch.setattr(zipped, "RATIO", 1)
    data = packed({"1.png": png(1), "2.bin": bytes(990_000), "3.bin": bytes(990_000), "4.png": png(4)})
    assert found(tmp_path, data) == [(1, 1), (2, "damaged"), (3, "too-big"), (4, 4)]


def test_more_files_than_any_stack_has_are_too_big(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zipped, "FILES_CAP", 2)
    assert found(tmp_path, packed({f"{n}.png": png(n) for n in range(4)})) == [(1, 0), (2, 1), (3, "too-big")]


@pytest.mark.parametrize("large", [False, True])
def test_a_directory_beyond_reason_is_not_read(tmp_path: Path, large: bool) -> None:
    data = bytearray(packed({"1.png": png(1)}))
    end = data.rfind(b"PK\x05\x06")
    size = struct.pack("<I", zipped.DIRECTORY_CAP + 1)
    if large:
        record = struct.pack("<4s36xQ8x", b"PK\x06\x06", zipped.DIRECTORY_CAP + 1)
        record += struct.pack("<4sIQI", b"PK\x06\x07", 0, end, 1)
        data[end:end] = record
        end, size = end + len(record), b"\xff" * 4
    data[end + 12 : end + 16] = size
    assert found(tmp_path, bytes(data)) == [(None, "too-big")]


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_processes_that_share_a_zip_leave_no_picture_out(tmp_path: Path, turns: int) -> None:
    data = packed({"a.pdf": pdf(1, 2, 3), "b.txt": b"", "c.zip": packed({"x.tif": tif(4, 5)}), "d.png": png(6)})
    path = tmp_path / "scans.zip"
    path.write_bytes(data)

    def share(turn: int) -> list[int | None]:
        asked = -1

        def mine(_: str, index: int | None) -> bool:
            nonlocal asked
            asked += 1
            assert index == asked + 1
            return asked % turns == turn

        return [picture.index for picture in pictures(path, mine=mine)]

    shares = [share(turn) for turn in range(turns)]
    assert [share[0] for share in shares] == list(range(1, turns + 1))
    assert sorted(index for share in shares for index in share if index) == list(range(1, 8))


@given(st.lists(st.text()).flatmap(lambda names: st.tuples(st.just(names), st.permutations(names))))
def test_any_names_have_one_order(names: tuple[list[str], list[str]]) -> None:
    first, second = (sorted(map(natural, these)) for these in names)
    assert first == second


def test_a_full_disk_of_ours_is_no_damage_to_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "scans.zip"
    path.write_bytes(packed({"one.png": png(10)}))
    monkeypatch.setattr(zipped.tempfile, "NamedTemporaryFile", partial(open, "/dev/full", "wb"))
    with pytest.raises(OSError, match="No space left"):
        list(pictures(path))
    monkeypatch.undo()
    assert [picture.problem for picture in pictures(path)] == [None]
