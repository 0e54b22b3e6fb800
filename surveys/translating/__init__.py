"""Translating: how words stand in each locale, their way to a translator and back, and a district's acceptance."""

from surveys.translating import gettext, sheet, xliff
from surveys.translating.booklets import Taken, of_pages, of_survey, take, with_words
from surveys.translating.files import beside, keep_beside, keep_shipped
from surveys.translating.standing import ACCEPTED, Standing, accept, accepted, standings

FORMATS = {"xliff": xliff, "po": gettext, "xlsx": sheet}  # by what people call them
ENDINGS = {".xlf": "xliff", ".xliff": "xliff", ".po": "po", ".xlsx": "xlsx"}

__all__ = [
    "ACCEPTED",
    "ENDINGS",
    "FORMATS",
    "Standing",
    "Taken",
    "accept",
    "accepted",
    "beside",
    "keep_beside",
    "keep_shipped",
    "of_pages",
    "of_survey",
    "standings",
    "take",
    "with_words",
]
