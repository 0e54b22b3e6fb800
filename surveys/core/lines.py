"""Where each table and key of a TOML text stands: tomllib forgets lines, and a good error names them."""

from __future__ import annotations

import re

Path = tuple[str | int, ...]  # such as ("questions", 2, "text")

# Only run on text that tomllib has accepted, so a token need be no stricter than telling it from the others.
_TOKEN = re.compile(
    r"(?P<space>[ \t\r]+|\#[^\n]*)"
    r'|(?P<text>"""(?:[^\\]|\\.)*?"{3,5}|' + r"'''.*?'{3,5}" + r'|"(?:[^"\\\n]|\\.)*"|' + r"'[^'\n]*')"
    r"|(?P<newline>\n)"
    r"|(?P<sign>[\[\]{}=,.])"
    r"|(?P<bare>[^\s\[\]{}=,.\#\"']+)",
    re.DOTALL,
)


def lines(text: str) -> dict[Path, int]:
    """The line (from 1) of every table, key and array element of a valid TOML text; `()` is line 1."""
    scan = _Scan()
    line = 1
    for token in _TOKEN.finditer(text):
        kind, word = str(token.lastgroup), token.group()
        if kind != "space":
            scan.take(kind, word, line)
        line += word.count("\n")
    return scan.found


class _Scan:
    """What has been read so far: the table of the last header, the brackets still open, the key being read."""

    def __init__(self) -> None:
        self.found: dict[Path, int] = {(): 1}
        self.table: Path = ()
        self.open: list[tuple[str, Path]] = []  # "[", "{" or "header", and where its contents belong
        self.index: dict[Path, int] = {}  # the element an array is at
        self.key: list[str] = []
        self.value = False  # past the equals sign

    def take(self, kind: str, word: str, line: int) -> None:
        if kind == "newline":
            self._end_of_line()
        elif kind == "sign":
            self._sign(word, line)
        elif self.value:
            self.found.setdefault(self._place(), line)
        else:
            self.key.append(word.strip("\"'"))

    def _sign(self, sign: str, line: int) -> None:
        if sign == "[" and not self.value and not self.open and not self.key:
            self.open.append(("header", (1,)))
        elif self.open and self.open[-1][0] == "header":
            self._header(sign, line)
        elif sign == "=":
            self._equals(line)
        elif sign in "[{":
            self._opening(sign, line)
        elif sign in "]}":
            self.open.pop()
            self.value = True
        elif sign == ",":
            self._comma()

    def _header(self, sign: str, line: int) -> None:
        """Inside `[name]` or `[[name]]`: the second bracket makes it an element of an array of tables."""
        if sign == "[":
            self.open[-1] = ("header", (2,))
        elif sign == "]" and self.key:
            *parents, last = self.key
            place: Path = ()
            for part in parents:
                place += (part,)
                if place in self.index:
                    place += (self.index[place],)
            place += (last,)
            if self.open[-1][1] == (2,):
                self.found.setdefault(place, line)
                self.index[place] = self.index.get(place, -1) + 1
                place += (self.index[place],)
            self.table, self.key = place, []
            self.found.setdefault(place, line)

    def _end_of_line(self) -> None:
        if not self.open or self.open[-1][0] == "header":
            self.open, self.key, self.value = [], [], False

    def _equals(self, line: int) -> None:
        base = self.open[-1][1] if self.open else self.table
        for length in range(1, len(self.key) + 1):
            self.found.setdefault(base + tuple(self.key[:length]), line)
        self.value = True

    def _place(self) -> Path:
        """Where the value being read belongs."""
        if self.open and self.open[-1][0] == "[":
            array = self.open[-1][1]
            return (*array, self.index[array])
        return (self.open[-1][1] if self.open else self.table) + tuple(self.key)

    def _opening(self, sign: str, line: int) -> None:
        place = self._place()
        self.found.setdefault(place, line)
        self.open.append((sign, place))
        if sign == "[":
            self.index[place] = 0
        else:
            self.key, self.value = [], False

    def _comma(self) -> None:
        sign, place = self.open[-1]
        if sign == "[":
            self.index[place] += 1
        else:
            self.key, self.value = [], False
