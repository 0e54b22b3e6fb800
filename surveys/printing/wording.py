"""What a sheet says: a survey in a child's locale becomes the content that paper lays out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from paper import Choice, Composed, Content, DoesNotFit, Item, MissingFont, MissingGlyph, Words, lay_out
from paper.fonts import find
from paper.layout import PAPER_SIZES
from surveys.core.instrument import Kind, Question, Survey
from surveys.core.locales import Locale
from surveys.core.people import School
from surveys.core.refusals import Refused
from surveys.store.texts import Texts

PAPERS = tuple(PAPER_SIZES)  # the first is taken where nobody chose


class CannotPrint(Refused):
    """A sheet that cannot be made: words without room or font, or an address too long for a tag."""

    code = "cannot-print"


@dataclass(frozen=True)
class Press:
    """What sheets are made with: words, locales, the folder of fonts, and a paper size."""

    texts: Texts
    locales: Mapping[str, Locale]
    fonts: Path
    paper: str = PAPERS[0]


def compose(survey: Survey, locale: str, press: Press, school: School | None = None) -> Composed:
    """The layout and static pages of a survey in one locale, with a school's help line beside the open question.

    CannotPrint says which words have no room or no font, and what to do.
    """
    try:
        return lay_out(content(survey, locale, press, school), press.paper)
    except (DoesNotFit, MissingGlyph, MissingFont) as error:
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
        items=tuple(_item(question, notes) for question in spoken.questions),
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
    )


def _item(question: Question, notes: Mapping[Kind, str]) -> Item:
    return Item(
        question=question.id,
        kind=question.kind.value,
        text=question.text,
        choices=tuple(Choice(option.id, option.text) for option in question.options),
        note=notes.get(question.kind, ""),
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
