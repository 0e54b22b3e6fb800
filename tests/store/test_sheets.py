"""Sheets told in brief say what waits as the whole ones do, however many values a database takes in one query."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from surveys import scanning, worker
from surveys.core.sheets import Batch
from surveys.store import database, papers, sheets
from tests.copier import copied, printed, scanned
from tests.world import DISTRICT_ADMIN, NOW, PLACE, World, stamp

MARKS = ({"planning": ["2"]}, {"planning": ["1", "5"]}, {"planning": ["3"]})


def test_what_waits_and_what_is_missing_is_the_same_in_brief(world: World, tmp_path: Path) -> None:
    house = world.house
    with house.database.writing() as session:
        pack = printed(session, world, locale="en", class_name="7A")[: len(MARKS)]
        pages = scanned(pack, MARKS[: len(pack)], tmp_path)
        uploads = scanning.keep_files(house.objects, [("scan.pdf", BytesIO(copied(pages[:-1]).read()))])
        scanning.receive(session, DISTRICT_ADMIN, Batch("lakeview", "one", None, "", NOW, "dana"), uploads, stamp())
    worker.work(house, "lakeview")
    with house.database.reading() as session:
        forms = {sheet.form.serial: sheet.form for sheet in pack}
        brief = sheets.in_brief(session, PLACE, forms, scanning.READER_VERSION)
        whole = sheets.came_back(session, PLACE, forms, scanning.READER_VERSION)

    assert {s.form.serial: (s.doubts, s.missing) for s in whole} == {n: (s.doubts, s.missing) for n, s in brief.items()}
    assert any(sheet.doubts for sheet in whole)
    assert any(sheet.missing for sheet in whole)


def test_any_number_of_serials_may_be_asked_for(world: World) -> None:
    with world.house.database.writing() as session:
        pack = printed(session, world, locale="en")
        names = [sheet.form.serial for sheet in pack] + [f"N{number:015}" for number in range(70_000)]

        assert len(papers.by_serials(session, PLACE, names)) == len(pack)
        assert papers.replaced(session, PLACE, names) == frozenset()
    assert [len(part) for part in database.portions(names)][:2] == [1000, 1000]
