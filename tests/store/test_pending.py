"""Work that waits for a machine is found in the facts, without a look at what was done long ago."""

from __future__ import annotations

from surveys.core.sheets import Batch, Reading, Scan, Upload
from surveys.store import pending, scans
from surveys.store.database import Session
from tests.world import NOW, PLACE, World

FILE = ("one", 1)


def sent(session: Session, batch: str = "one", pictures: str = "abc") -> None:
    """A batch of one file with those pictures, all taken out."""
    scans.add_batch(session, Batch("lakeview", batch, None, batch, NOW, "dana"), [Upload(1, "a.pdf", "f" * 64)])
    scans.add_scans(session, PLACE, batch, [Scan(1, place, name, None) for place, name in enumerate(pictures, start=1)])
    scans.add_unpacking(session, PLACE, (batch, 1), NOW)


def read(session: Session, pictures: str, reader: str = "2") -> None:
    seen = [Reading(name, None, reader, None, None, 0, "blank", None, (), NOW) for name in pictures]
    scans.add_readings(session, PLACE, seen)


def test_an_upload_is_pending_until_all_its_pictures_are_out(world: World) -> None:
    with world.house.database.writing() as session:
        scans.add_batch(session, Batch("lakeview", "one", None, "", NOW, "dana"), [Upload(1, "a.pdf", "f" * 64)])
        scans.add_scans(session, PLACE, "one", [Scan(1, 1, "a", None)])
        assert pending.files(session, PLACE) == [FILE]
        assert pending.left(session, PLACE, "2").scans == ("a",)
        read(session, "a")
        assert pending.left(session, PLACE, "2").done == ()

        scans.add_unpacking(session, PLACE, FILE, NOW)
        assert pending.files(session, PLACE) == []
        assert pending.left(session, PLACE, "2").done == (FILE,)


def test_what_waits_to_be_read_comes_once_and_in_the_order_of_the_files(world: World) -> None:
    with world.house.database.writing() as session:
        sent(session, "one", "cab")
        sent(session, "two", "dac")
        read(session, "b")

        assert pending.left(session, PLACE, "2").scans == ("c", "a", "d")
        assert pending.left(session, PLACE, "2").done == ()


def test_nobody_looks_again_into_files_that_are_read_to_the_end(world: World) -> None:
    with world.house.database.writing() as session:
        sent(session)
        read(session, "abc")
        pending.finish(session, PLACE, pending.left(session, PLACE, "2").done, (NOW, "2"))
        scans.add_scans(session, PLACE, "one", [Scan(1, 4, "never there before", None)])

        assert pending.left(session, PLACE, "2").scans == ()
        assert pending.left(session, PLACE, "2").done == ()


def test_a_newer_reader_reads_everything_again(world: World) -> None:
    with world.house.database.writing() as session:
        sent(session)
        read(session, "abc")
        pending.finish(session, PLACE, [FILE], (NOW, "2"))

        assert pending.left(session, PLACE, "3").scans == ("a", "b", "c")
