"""What goes out and comes back together: a class's cover list, its sheets, its return page; knows no database."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import groupby
from typing import BinaryIO

from paper import DoesNotFit, Fonts, LinkUnusable, MissingGlyph
from paper import Stamp as Label
from paper.draw import Pack as Bound
from paper.draw import Sheet, drawing
from paper.fonts import find
from paper.handout import Cover, Handout, Row, Separator, Setting, Step
from surveys.core.instrument import Promise
from surveys.core.people import School, Window
from surveys.printing.forms import Printed
from surveys.printing.wording import CannotPrint, Press
from surveys.store.texts import Texts, Words

DRAWN = "1"  # raised when the same pack is drawn in other bytes, so that a run that goes on draws it again
_PIECE = 1 << 16  # bytes sent together


@dataclass(frozen=True)
class Binding:
    """What packs of a school are bound with: `locale` is the staff's language, `sides` of a leaf are printed, and with
    `whole` there is one pack for the school instead of one for each class."""

    press: Press
    window: Window
    school: School
    locale: str
    sides: int = 1
    whole: bool = False

    @property
    def words(self) -> Words:
        return self.press.texts.staff(self.locale)


@dataclass(frozen=True)
class Pack:
    """One PDF to print. `name` tells it from the school's other packs; `classes` are those in it."""

    name: str
    title: str
    classes: tuple[str, ...]
    binding: Binding
    sheets: tuple[Handout | Printed, ...]

    @property
    def forms(self) -> int:
        return sum(isinstance(sheet, Printed) for sheet in self.sheets)

    def drawable(self, link: str) -> Drawable:
        """The pack without words and rosters, to be drawn by any process."""
        known = [DRAWN, link, self.title, self.binding.locale, self.binding.sides]
        parts = [_told(sheet) for sheet in self.sheets]
        key = hashlib.sha256(json.dumps([known, parts], ensure_ascii=False).encode()).hexdigest()[:32]
        sheets: list[Sheet] = [
            (sheet.composed, Label(sheet.form.serial, sheet.label)) if isinstance(sheet, Printed) else sheet
            for sheet in self.sheets
        ]
        return Drawable(link, tuple(sheets), Bound(self.title, self.binding.locale, key, self.binding.sides))


@dataclass(frozen=True)
class Drawable:
    """A pack as paper takes it; equal ones give equal bytes, whose last lines hold `key`."""

    link: str
    sheets: tuple[Sheet, ...]
    bound: Bound

    @property
    def key(self) -> str:
        return self.bound.name

    def draw(self, out: BinaryIO) -> Iterator[str]:
        """Writes the PDF meanwhile; the serial of each form as it is drawn. CannotPrint says which words have no room,
        or that the address is too long."""
        try:
            for serial, _ in drawing(self.sheets, self.link, out, self.bound):
                yield serial
        except (LinkUnusable, MissingGlyph, DoesNotFit) as error:
            raise CannotPrint(str(error)) from error

    def parts(self) -> Iterator[bytes]:
        """The PDF piece by piece, as it is drawn; the first is there as soon as a sheet is."""
        out, least = BytesIO(), 0
        for _ in self.draw(out):
            if out.tell() > least:
                yield _taken(out)
                least = _PIECE
        yield _taken(out)


def bind(printed: Sequence[Printed], names: Mapping[str, str], binding: Binding) -> list[Pack]:
    """The packs of one school: a class each, in order, and the spare sheets last; or all in one. `names` by ticket are
    what the school calls the children, where that may be known."""
    packs: list[Pack] = []
    taken: Counter[str] = Counter()
    ordered = sorted(printed, key=lambda sheet: sheet.ticket.spare)
    for class_name, sheets in groupby(ordered, lambda sheet: sheet.ticket.class_name):
        name = plain(class_name) if class_name else "spares"
        taken[name.lower()] += 1
        name = f"{name}-{taken[name.lower()]}" if taken[name.lower()] > 1 else name
        packs.append(_pack(name, class_name, tuple(sheets), names, binding))
    if not binding.whole or not packs:
        return packs
    classes = tuple(name for pack in packs for name in pack.classes)
    joined = tuple(sheet for pack in packs for sheet in pack.sheets)
    return [Pack("sheets", binding.school.name, classes, binding, joined)]


def staff_language(texts: Texts, wanted: str) -> str:
    """The locale that handouts are written in for staff who read `wanted`: that one, or the nearest that is whole."""
    return texts.staff(wanted).tag("pack.kind")


def _pack(name: str, class_name: str, sheets: tuple[Printed, ...], names: Mapping[str, str], binding: Binding) -> Pack:
    """The sheets of one class, or the spare ones, between their two handouts."""
    words, interface = binding.words, binding.press.texts.interface(binding.locale)
    title = interface.t("cards.class_name", name=class_name) if class_name else words.t("pack.spares")
    cover = _cover(title, sheets, names, binding)
    back = _separator(title, binding)
    return Pack(name, title, (class_name,) if class_name else (), binding, (cover, *sheets, back))


def _cover(title: str, sheets: Sequence[Printed], names: Mapping[str, str], binding: Binding) -> Cover:
    words = binding.words
    spare, nameless = sheets[0].ticket.spare, binding.window.promise is Promise.ANONYMOUS
    how = "pack.hand_out.spare" if spare else "pack.hand_out.anyone" if nameless else "pack.hand_out.how"
    steps = (("pack.hand_out", how), ("pack.collect", "pack.collect.how"), ("pack.scan", "pack.scan.how"))
    columns = ("pack.column.number", "pack.column.name", "pack.column.language", "pack.column.given")
    heads = [words.t(key) for key in columns]
    if spare or nameless:
        heads[1] = heads[3] = ""
    return Cover(
        setting=_setting(binding),
        kind=words.t("pack.kind"),
        title=title,
        place=" · ".join((_place(binding), words.t("pack.sheets", n=len(sheets)))),
        steps=tuple(Step(words.t(name), words.t(text)) for name, text in steps),
        foot=words.t("pack.foot.nameless" if spare or nameless else "pack.foot.names"),
        columns=(heads[0], heads[1], heads[2], heads[3]),
        rows=_rows(sheets, names, binding),
        page=words.pattern("pack.page"),
    )


def _rows(sheets: Sequence[Printed], names: Mapping[str, str], binding: Binding) -> tuple[Row, ...]:
    """A row a sheet; its language only where a class reads several. Where nobody has a sheet of their own, the rows
    tell languages or nothing."""
    locales = {sheet.ticket.locale for sheet in sheets}
    mixed = len(locales) > 1
    if not mixed and not any(sheet.ticket.id in names for sheet in sheets):
        return ()
    return tuple(
        Row(
            str(sheet.ticket.number),
            names.get(sheet.ticket.id, ""),
            binding.press.locales[sheet.ticket.locale].endonym if mixed else "",
        )
        for sheet in sheets
    )


def _separator(title: str, binding: Binding) -> Separator:
    words = binding.words
    keys = (("pack.back.put", "pack.back.put.how"), ("pack.back.bring", "pack.back.bring.how"))
    return Separator(
        setting=_setting(binding),
        kind=words.t("pack.back.kind"),
        title=title,
        place=_place(binding),
        steps=tuple(Step(words.t(name), words.t(text)) for name, text in (*keys, ("pack.scan", "pack.scan.how"))),
        foot=words.t("pack.back.foot"),
        bidding=words.t("pack.back.bidding"),
        blanks=tuple(words.t(key) for key in ("pack.back.count", "pack.back.by", "pack.back.date")),
    )


def _place(binding: Binding) -> str:
    return f"{binding.school.name} · {binding.window.name}"


def _setting(binding: Binding) -> Setting:
    press, known = binding.press, binding.press.locales[binding.locale]
    families = dict.fromkeys((*known.fonts, *(family for other in press.locales.values() for family in other.fonts)))
    chain = [find(press.fonts, [family]) for family in families if (press.fonts / f"{family}-Regular.ttf").is_file()]
    fonts = Fonts(tuple(f.regular[0] for f in chain), tuple(f.bold[0] for f in chain))
    return Setting(press.paper, binding.locale, known.direction, fonts, known.leading)


def _told(sheet: Handout | Printed) -> list[str]:
    """What makes a sheet look as it does."""
    if isinstance(sheet, Printed):
        return [sheet.form.layout, sheet.form.composed, sheet.form.serial, sheet.label]
    return [repr(value) for name, value in vars(sheet).items() if name != "setting"]


def plain(name: str) -> str:
    """A name that any disk takes."""
    return re.sub(r"[^\w.-]+", "-", name).strip(".-") or "class"


def _taken(out: BytesIO) -> bytes:
    data = out.getvalue()
    out.seek(0)
    out.truncate()
    return data
