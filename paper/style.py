"""How a sheet is set for its readers: type, bubbles and spacing of the regular, large print and early-grade sheet.

A style never says what is asked; it is data in the layout, so that a lost sheet is replaced by one of its kind.
"""

from __future__ import annotations

from dataclasses import dataclass

PT = 25.4 / 72  # mm
WHITE = 1.25  # mm of clear paper around an outline


@dataclass(frozen=True)
class Style:
    """Sizes in mm. Type sizes are those at scale 1; `scales` enlarge questions and options where there is room."""

    name: str
    text: float  # of a question
    label: float  # of an option
    note: float  # of a remark
    title: float
    title_next: float  # from the second page on, and of a title of two lines
    foot: float
    rx: float  # half-axes of a bubble's outline
    ry: float
    outline: tuple[float, float] = (
        0.45,
        0.28,
    )  # grey (0 black, so 55 % ink) and width: light, yet a 1-bit scan keeps it
    scales: tuple[float, ...] = (1.0,)  # the largest first
    smallest: float = 1.0  # scale that everything has to fit at
    title_middle: float = 14.6  # middle of the title's lines, from the top edge
    stamped: tuple[float, float] = (25.4, 10.5 * PT)  # baseline of the stamped label, and its type size
    serial: tuple[float, float] = (17.0, 7.5 * PT)  # baseline of the serial above the bottom edge, and its type size
    indent: float = 8.5  # hanging indent of the question's number, at least
    comfort: float = (
        3.6  # between two questions where type is enlarged: room goes to white space before it goes to size
    )
    widest_gap: float = 7.0  # between two questions: beyond this a page looks torn apart
    most: int | None = None  # questions on a page
    air: float = 2.6  # under the header's rule, and half of it above the foot
    under: float = 0.0  # between a question and its options, beyond the distance of rows
    row_air: float = 0.0  # between two rows of options, beyond the clear paper around outlines
    rule: tuple[float, float] = (0.78, 0.15)  # grey and width of the line between two questions
    abreast: int | None = None  # options that may stand side by side; one below the other, words begin in one line
    digit_box: float = 5.0  # side of the box a digit may be written in
    write: tuple[float, float, float] = (19.0, 58.0, 8.5)  # heights of a box to write in, and between its lines
    blocks: bool = True  # whether questions of one scale may share its words as column heads
    reminders_first: bool = False  # whether the reminders stand on the first page rather than at every foot

    @property
    def edge(self) -> float:
        """From a bubble's centre to the outside of its outline."""
        return self.rx + self.outline[1] / 2

    @property
    def label_at(self) -> float:
        """From a bubble's centre to its label."""
        return self.edge + WHITE + 0.6

    @property
    def row(self) -> float:
        """Height of a row of bubbles."""
        return 2 * (self.ry + self.outline[1] / 2 + WHITE) + self.row_air


# A child's pencil fits the bubble, and five labelled options fit on a line; smallest type 10 points.
REGULAR = Style(
    "regular", text=10.5 * PT, label=9.25 * PT, note=8.75 * PT, title=17 * PT, title_next=11 * PT, foot=8.5 * PT,
    rx=2.6, ry=2.0, scales=(1.25, 1.15, 1.05, 1.0), smallest=0.95,
)  # fmt: skip

# Every word at 18 points or more, down to the serial: what the American Printing House for the Blind calls large print.
# Words never stand far from their bubble, so no scale block. Outlines are as light as anywhere: darker ones (0.3, 0.34)
# made faint marks look rubbed out: 23 of 336 fields were asked about without need, none with these.
LARGE = Style(
    "large", text=18 * PT, label=18 * PT, note=18 * PT, title=22 * PT, title_next=18 * PT, foot=18 * PT,
    rx=3.6, ry=2.9, title_middle=13.0, stamped=(26.2, 18 * PT), serial=(11.5, 18 * PT),
    indent=12.0, comfort=6.0, widest_gap=14.0, air=5.0, under=2.0, row_air=0.8, rule=(0.5, 0.3),
    digit_box=8.0, write=(34.0, 90.0, 13.0), blocks=False, abreast=3, reminders_first=True,
)  # fmt: skip

# Bubbles 8 mm wide beside their words, few questions on a page: children of the first grades aim with the whole arm,
# lose the line, and cannot carry an answer to another place (Gaffney and Maguire 1971).
EARLY = Style(
    "early", text=17 * PT, label=15 * PT, note=13 * PT, title=22 * PT, title_next=14 * PT, foot=8.5 * PT,
    rx=4.0, ry=3.3, title_middle=13.6, indent=13.0,
    comfort=8.0, widest_gap=22.0, air=5.0, under=2.4, row_air=1.6, rule=(0.55, 0.3),
    most=6, digit_box=8.0, write=(40.0, 110.0, 15.0), blocks=False, abreast=3,
)  # fmt: skip

STYLES = {style.name: style for style in (REGULAR, LARGE, EARLY)}
