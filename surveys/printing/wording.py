"""What a sheet says: a survey in a child's locale becomes the content that paper lays out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from paper import Choice, Composed, Content, DoesNotFit, Item, LinkUnusable, MissingFont, MissingGlyph, Words, lay_out
from paper import specimen as draw_specimen
from paper.fonts import find
from paper.layout import PAPER_SIZES, REGULAR
from paper.layout import Kind as Drawn
from paper.style import EARLY, STYLES
from surveys.core.instrument import Kind, Question, Survey
from surveys.core.locales import Locale
from surveys.core.people import School
from surveys.core.refusals import Refused
from surveys.store.texts import Texts

PAPERS = tuple(PAPER_SIZES)  # the first is taken where nobody chose
KINDS = tuple(STYLES)
ON_PAPER: Mapping[Kind, Drawn] = {Kind.ONE: "one", Kind.MANY: "many", Kind.NUMBER: "number", Kind.TEXT: "text"}
# Children in grades 2 and 3 could not carry answers to a separate sheet, those in 4 and 5 only with practice (Gaffney
# and Maguire 1971). Ours has every bubble beside its words, so that a third grader, who is first tested by bubbles in
# most states, manages a regular one; below that bubbles are large and questions few.
EARLY_GRADES = ("PK", "TK", "K", "KG", "1", "2")  # as rosters write them, 01 and 02 among them


class CannotPrint(Refused):
    """A sheet that cannot be made: words without room or font, or an address too long for a tag."""

    code = "cannot-print"


@dataclass(frozen=True)
class Press:
    """What sheets are made with: words, locales, the folder of fonts, a paper size, and a style for all sheets; without
    one each has that of its grade."""

    texts: Texts
    locales: Mapping[str, Locale]
    fonts: Path
    paper: str = PAPERS[0]
    style: str = ""


def style(survey: Survey, press: Press, grade: str = "") -> str:
    """The style of a sheet: the one asked for, else that of a child's grade, or of the survey's where it is unknown."""
    known = {grade.upper().lstrip("0")} if grade else set(survey.grades)
    young = known <= set(EARLY_GRADES)
    return press.style or (EARLY.name if young else REGULAR)


def compose(survey: Survey, locale: str, press: Press, school: School | None = None, grade: str = "") -> Composed:
    """The layout and static pages of a survey in one locale, with a school's help line beside the open question.

    CannotPrint says which words have no room or no font, and what to do.
    """
    try:
        return lay_out(content(survey, locale, press, school), press.paper, style(survey, press, grade))
    except (DoesNotFit, MissingGlyph, MissingFont) as error:
        raise CannotPrint(f"{survey.id} in {locale}: {error}") from error


def specimen(survey: Survey, locale: str, press: Press, link: str) -> bytes:
    """A sheet as a tagged PDF, to be heard and checked; refusals as `compose`'s."""
    try:
        return draw_specimen(content(survey, locale, press), link, press.paper, style(survey, press))
    except (DoesNotFit, MissingGlyph, MissingFont, LinkUnusable) as error:
        raise CannotPrint(f"{survey.id} in {locale}: {error}") from error


def content(survey: Survey, locale: str, press: Press, school: School | None = None) -> Content:
    """What the sheet says, with every word in the locale."""
    spoken = press.texts.survey(survey, locale)
    known = press.locales[locale]
    notes = _notes(press.texts, locale, school)
    return Content(
        survey=survey.id,
        version=survey.version,
        locale=locale,
        title=spoken.title,
        words=_words(press.texts, locale, survey),
        items=tuple(_items(spoken, notes)),
        direction=known.direction,
        fonts=find(press.fonts, known.fonts),
        leading=known.leading,
    )


def label(texts: Texts, locale: str, class_name: str, number: int) -> str:
    """What a sheet says of its place: class and sheet number in the locale's words, or the number alone."""
    words = texts.interface(locale)
    parts = [words.t("paper.class_name", name=class_name)] if class_name else []
    return " · ".join([*parts, words.t("paper.sheet", n=number)])


def _words(texts: Texts, locale: str, survey: Survey) -> Words:
    words = texts.interface(locale)
    return Words(
        promise=f"{words.t(f'promise.{survey.promise}')} {words.t('promise.skip')}",
        how_to=words.t("paper.how_to"),
        good=words.t("paper.good_mark"),
        change=words.t("paper.change_mark"),
        page=words.pattern("paper.page_of"),
        online=words.t("paper.online"),
        no_folding=words.t("paper.no_folding"),
        good_shown=words.t("paper.good_shown"),
        change_shown=words.t("paper.change_shown"),
        tag_shown=words.t("paper.tag_shown"),
    )


def _items(survey: Survey, notes: Mapping[Kind, str]) -> Iterator[Item]:
    """Every question; words that ask nothing stand before those of the next. CannotPrint for what no sheet has room
    for."""
    before: list[str] = []
    for question in survey.questions:
        if question.kind is Kind.RANK:
            raise CannotPrint(f"{question.id}: a ranking has no bubbles; ask it online only, or as kind many")
        before.append(question.text)
        if question.kind is not Kind.INFO:
            yield _item(replace(question, text=" ".join(before)), notes)
            before = []


def _item(question: Question, notes: Mapping[Kind, str]) -> Item:
    return Item(
        question=question.id,
        kind=ON_PAPER[question.kind],
        text=question.text,
        choices=tuple(Choice(option.id, option.text, option.exclusive) for option in question.options),
        note=notes.get(question.kind, ""),
        digits=question.digits,
        scale=question.scale or "",
    )


def _notes(texts: Texts, locale: str, school: School | None) -> dict[Kind, str]:
    """The small text under each kind of question; an open one says that nobody watches now, and who helps."""
    words = texts.interface(locale)
    helped = words.t("respond.help_line", name=school.help_name, line=school.help_line) if school else ""
    return {
        Kind.MANY: words.t("paper.many"),
        Kind.NUMBER: words.t("paper.number"),
        Kind.TEXT: f"{words.t('paper.open_note')} {helped}".strip(),
    }
