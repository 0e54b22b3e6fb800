"""Printing: a survey in a child's locale becomes a sheet, a window's tickets become a pack, a lost sheet is replaced.

What was printed is kept: the layout by its hash, the static pages by theirs, each form with its serial. A pack can be
drawn again at any time, the same bytes from the same link.
"""

from surveys.printing.forms import (
    Job,
    Printed,
    draw,
    draw_loose,
    holders,
    print_spares,
    print_stock,
    print_window,
    replace_form,
    serial,
)
from surveys.printing.packs import Binding, Drawable, Pack, bind, plain, staff_language
from surveys.printing.wording import KINDS, PAPERS, CannotPrint, Press, compose, content, label, specimen, style

__all__ = [
    "KINDS",
    "PAPERS",
    "Binding",
    "CannotPrint",
    "Drawable",
    "Job",
    "Pack",
    "Press",
    "Printed",
    "bind",
    "compose",
    "content",
    "draw",
    "draw_loose",
    "holders",
    "label",
    "plain",
    "print_spares",
    "print_stock",
    "print_window",
    "replace_form",
    "serial",
    "specimen",
    "staff_language",
    "style",
]
