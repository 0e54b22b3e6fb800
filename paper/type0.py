"""The fonts of one PDF: every pair (glyph, what it spells) gets a code of its own, so that the text reads back.

One dotless Arabic glyph serves several letters; with a code per glyph it could spell only one of them.
"""

from __future__ import annotations

import hashlib

import pikepdf
import uharfbuzz as hb
from pikepdf import Array, Dictionary, Name

from paper.face import Face
from paper.glyphs import Glyph

DROPPED = "GSUB GPOS GDEF BASE MATH STAT DSIG kern name OS/2 cmap post gasp meta"  # all that a viewer does not need
SLIVER = 0.01  # em, declared for a letter without a glyph of its own: some readers drop what has no width at all
KERNED = 0.2  # em: a glyph that takes more room than that above its advance stands for a silent neighbour too
_HEAD = (
    "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
    "/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def\n"
    "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
    "1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange"
)
_TAIL = "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend"


class Subset:
    """The part of one font file that one PDF uses."""

    def __init__(self, face: Face, name: str, exact: bool) -> None:
        self.face, self.name, self.exact = face, name, exact
        self.codes: dict[tuple[int, str, float], int] = {(0, "", 0.0): 0}

    def code(self, glyph: Glyph) -> tuple[int, float]:
        """The glyph's code and the width, in em, that readers of the PDF are told."""
        advance = self.face.advance(glyph.glyph) if glyph.room or self.exact else SLIVER
        width = round(glyph.room if glyph.room > advance + KERNED and not self.exact else advance, 5)
        key = (glyph.glyph, glyph.text, width)
        return self.codes.setdefault(key, len(self.codes)), width

    def write(self, pdf: pikepdf.Pdf) -> pikepdf.Object:
        """The font as an indirect Type 0 dictionary."""
        data, new_ids = self._subset()
        prefix = _prefix(data)
        base = Name(f"/{prefix}+{self.face.name}")
        to_glyph = b"".join(new_ids.get(glyph, 0).to_bytes(2, "big") for glyph, _, _ in self.codes)
        file = pdf.make_stream(data, Length1=len(data))
        descriptor = Dictionary(
            Type=Name.FontDescriptor, FontName=base, Flags=4, FontBBox=Array([-1000, -1000, 2000, 2000]), ItalicAngle=0,
            Ascent=round(self.face.ascent * 1000), Descent=-round(self.face.descent * 1000), CapHeight=700, StemV=80,
            FontFile2=file,
        )  # fmt: skip
        widths = Array([0, Array([round(width * 1000, 2) for _, _, width in self.codes])])
        descendant = Dictionary(
            Type=Name.Font, Subtype=Name.CIDFontType2, BaseFont=base, DW=0, W=widths,
            CIDSystemInfo=Dictionary(Registry="Adobe", Ordering="Identity", Supplement=0),
            FontDescriptor=pdf.make_indirect(descriptor), CIDToGIDMap=pdf.make_stream(to_glyph),
        )  # fmt: skip
        return pdf.make_indirect(
            Dictionary(
                Type=Name.Font, Subtype=Name.Type0, BaseFont=base, Encoding=Name("/Identity-H"),
                DescendantFonts=Array([pdf.make_indirect(descendant)]), ToUnicode=pdf.make_stream(self._to_unicode()),
            )
        )  # fmt: skip

    def _subset(self) -> tuple[bytes, dict[int, int]]:
        wanted = hb.SubsetInput()
        wanted.glyph_set.update({glyph for glyph, _, _ in self.codes})
        wanted.flags = hb.SubsetFlags.NO_HINTING | hb.SubsetFlags.NOTDEF_OUTLINE | hb.SubsetFlags.NO_LAYOUT_CLOSURE
        wanted.drop_table_tag_set.update(int.from_bytes(tag.ljust(4).encode(), "big") for tag in DROPPED.split())
        plan = hb.SubsetPlan(self.face.face, wanted)
        return bytes(plan.execute().blob.data), dict(plan.old_to_new_glyph_mapping)

    def _to_unicode(self) -> bytes:
        spelled = [
            f"<{code:04X}> <{text.encode('utf-16-be').hex()}>" for (_, text, _), code in self.codes.items() if text
        ]
        blocks = [_HEAD]
        for start in range(0, len(spelled), 100):
            block = spelled[start : start + 100]
            blocks += [f"{len(block)} beginbfchar", *block, "endbfchar"]
        return "\n".join([*blocks, _TAIL]).encode()


class Typecase:
    """All fonts of one PDF, each named once; `exact` when a glyph's width has to be the font's own, as PDF/UA asks."""

    def __init__(self, prefix: str, exact: bool = False) -> None:
        self.prefix, self.exact = prefix, exact
        self.subsets: dict[Face, Subset] = {}
        self.known: dict[tuple[Face, int, str, float], tuple[str, str, float]] = {}

    def code(self, glyph: Glyph) -> tuple[str, str, float]:
        """The name of the font a glyph is in, its code there as a PDF string, and its declared width in em."""
        key = (glyph.face, glyph.glyph, glyph.text, glyph.room)
        known = self.known.get(key)
        if known is None:
            name = f"/{self.prefix}{len(self.subsets) + 1}"
            subset = self.subsets.setdefault(glyph.face, Subset(glyph.face, name, self.exact))
            code, width = subset.code(glyph)
            known = self.known[key] = (subset.name, f"<{code:04X}>", width)
        return known

    def write(self, pdf: pikepdf.Pdf) -> Dictionary:
        """The font resources, once all text is set."""
        return Dictionary({subset.name: subset.write(pdf) for subset in self.subsets.values()})


def _prefix(data: bytes) -> str:
    return "".join(chr(65 + byte % 26) for byte in hashlib.sha256(data).digest()[:6])
