"""Fonts for the respondent's page, cut from those of paper: what a script needs and no more, as WOFF2.

webfonts.py FONTS OUT    one file for each family of FONTS whose script not every device can show
"""

import sys
from io import BytesIO
from multiprocessing import Pool
from pathlib import Path

import uharfbuzz as hb
from fontTools.ttLib import TTFont

EVERYWHERE = frozenset({"NotoSans", "NotoSansSC", "NotoSansTC", "NotoSansJP", "NotoSansKR"})
# Latin, Greek and Cyrillic letters come from the device, as on every other page; the space stays with its script.
SHARED = frozenset([*range(0x250), *range(0x370, 0x530), *range(0x1E00, 0x2000)]) - {0x20}


def subset(font: Path) -> bytes:
    """The regular of a family as WOFF2: its own letters, and every rule that joins and places them."""
    face = hb.Face(hb.Blob.from_file_path(str(font)))
    wanted = hb.SubsetInput()
    wanted.unicode_set.update(set(face.unicodes) - SHARED)
    wanted.layout_feature_tag_set.clear()
    wanted.layout_feature_tag_set.invert()
    wanted.flags = hb.SubsetFlags.NO_HINTING | hb.SubsetFlags.NOTDEF_OUTLINE
    made = TTFont(BytesIO(bytes(hb.SubsetPlan(face, wanted).execute().blob.data)), recalcTimestamp=False)
    made.flavor = "woff2"
    out = BytesIO()
    made.save(out)
    return out.getvalue()


def main(fonts: Path, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    paths = [path for path in sorted(fonts.glob("*-Regular.ttf")) if family(path) not in EVERYWHERE]
    with Pool(2) as pool:
        for path, data in zip(paths, pool.imap(subset, paths), strict=True):
            part = folder / f"{family(path)}.part"
            part.write_bytes(data)
            part.replace(folder / f"{family(path)}.woff2")


def family(path: Path) -> str:
    return path.stem.removesuffix("-Regular")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
