"""A watched folder: files that have come whole, and where they go once they are read; it knows no district."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from surveys.core.refusals import BadFile
from surveys.scanning import is_litter

SETTLED_SECONDS = 5.0  # without a change; copiers write a page in one or two, and networks tell of it late
LATER_SECONDS = 60.0  # before a file that could not be taken is tried again
POLL_SECONDS = 2.0  # between looks: folders on a network send no word when something comes
DONE, REFUSED = "done", "refused"
_UNFINISHED = (".part", ".partial", ".tmp", ".temp", ".crdownload", ".filepart")  # names that others give while copying
State = tuple[int, int]  # size in bytes, and when it was changed


@dataclass
class Folder:
    """One folder, and since when each file in it has been as it is."""

    path: Path
    since: dict[str, tuple[State, float]] = field(default_factory=dict)
    troubled: dict[str, State] = field(default_factory=dict)

    def prepare(self) -> None:
        """Make the folders that files go to; BadFile when that cannot be."""
        try:
            for name in (DONE, REFUSED):
                (self.path / name).mkdir(exist_ok=True)
        except OSError as error:
            raise BadFile(f"{self.path}: cannot be written ({error.strerror}); name another folder") from error

    def ready(self, now: float) -> list[Path]:
        """The files that have stopped growing at `now` (seconds of a steady clock), those that came first at the front.
        An empty one has not begun. OSError when the folder is out of reach."""
        there = dict(self._files())
        self.since = {
            name: self.since[name] if name in self.since and self.since[name][0] == state else (state, now)
            for name, state in there.items()
        }
        settled = [
            (state[1], name)
            for name, (state, since) in self.since.items()
            if state[0] and now - since >= SETTLED_SECONDS
        ]
        return [self.path / name for _, name in sorted(settled)]

    def unchanged(self, path: Path) -> bool:
        """Whether a ready file is still as it was."""
        known = self.since.get(path.name)
        try:
            return known is not None and known[0] == _state(path)
        except OSError:
            return False

    def postpone(self, path: Path, now: float) -> bool:
        """Leave a file that could not be taken for a while; whether that is news."""
        state, _ = self.since.get(path.name, ((0, 0), now))
        news = self.troubled.get(path.name) != state
        self.troubled[path.name] = state
        self.since[path.name] = state, now + LATER_SECONDS
        return news

    def put_away(self, path: Path, reason: str = "") -> Path:
        """Move a file to `done`, or to `refused` beside the reason; never over another of its name."""
        target = self.path / (REFUSED if reason else DONE)
        target.mkdir(exist_ok=True)
        names = (f"{path.stem}{number}{path.suffix}" for number in ["", *(f" ({n})" for n in range(2, 100_000))])
        place = next(target / name for name in names if not (target / name).exists())
        path.rename(place)
        if reason:
            place.with_name(f"{place.name}.txt").write_text(f"{reason}\n", encoding="utf-8")
        self.since.pop(path.name, None)
        return place

    def _files(self) -> Iterator[tuple[str, State]]:
        for path in self.path.iterdir():
            if is_litter(path.name) or path.name.casefold().endswith(_UNFINISHED):
                continue
            try:
                if path.is_file():
                    yield path.name, _state(path)
            except OSError:  # it went while we looked
                continue


def _state(path: Path) -> State:
    found = path.stat()
    return found.st_size, found.st_mtime_ns
