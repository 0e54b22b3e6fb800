"""Files from the npm registry: which packages a share of the lock has, and copying what is kept of them to build/.

assets.py pick SHARE FOLDER    writes package.json and the lock of one share, for `npm ci` there
assets.py keep FOLDER BUILD    copies fonts and scripts with their licences, and writes manifests of hashes
"""

import hashlib
import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import uharfbuzz as hb

LISTS = Path(__file__).resolve().parent.parent / "assets"
SHARES = {  # what is fetched together; the large families wait until somebody can wait for them
    "base": ("dependencies", "devDependencies"),
    "cjk": ("optionalDependencies",),
    "all": ("dependencies", "devDependencies", "optionalDependencies"),
}
FONT_PACKAGES = "@expo-google-fonts"
STYLES = {"400Regular": "Regular", "700Bold": "Bold"}
SCRIPTS = {"htmx.org": ("dist/htmx.min.js", "LICENSE"), "axe-core": ("axe.min.js", "LICENSE")}


def pick(share: str, folder: Path) -> None:
    """The lists of one share, cut out of the one lock."""
    asked = json.loads((LISTS / "package.json").read_text(encoding="utf-8"))
    lock = json.loads((LISTS / "package-lock.json").read_text(encoding="utf-8"))
    wanted = {name: version for kind in SHARES[share] for name, version in asked.get(kind, {}).items()}
    root = {"name": asked["name"], "private": True, "dependencies": wanted}
    entries = {f"node_modules/{name}": lock["packages"][f"node_modules/{name}"] for name in sorted(wanted)}
    for entry in entries.values():
        entry.pop("dev", None)
        entry.pop("optional", None)  # npm says nothing when an optional package cannot be fetched; we do
    picked = {"name": asked["name"], "lockfileVersion": 3, "requires": True, "packages": {"": root, **entries}}
    for name, value in (("package.json", root), ("package-lock.json", picked)):
        (folder / name).write_text(json.dumps(value, indent=2) + "\n", encoding="utf-8")


def keep_fonts(modules: Path, folder: Path) -> dict[str, str]:
    """Regular and bold of every font package (one has no bold), and its licence. Returns the package of each file."""
    made = {}
    for package in sorted((modules / FONT_PACKAGES).glob("*")):
        for style, weight in STYLES.items():
            for path in package.rglob(f"*_{style}.ttf"):
                family = path.stem.removesuffix(f"_{style}")
                _copy(path, folder / f"{family}-{weight}.ttf")
                made[f"{family}-{weight}.ttf"] = f"{FONT_PACKAGES}/{package.name}"
                (folder / f"{family}-LICENSE.txt").write_text(_licence(package, path), encoding="utf-8")
    return made


def _licence(package: Path, font: Path) -> str:
    """The licence that comes with a font; what the font says about itself where the package forgot it."""
    beside = package / "LICENSE_FONT"
    if beside.is_file():
        return beside.read_text(encoding="utf-8")
    opened = hb.Face(hb.Blob.from_file_path(str(font)))
    return "\n".join(opened.get_name(number) for number in (0, 13, 14)) + "\n"  # copyright, licence, its address


def keep_scripts(modules: Path, folder: Path) -> dict[str, str]:
    """Each script that was fetched, and its licence. Returns the package of each file."""
    made = {}
    for package, (script, licence) in SCRIPTS.items():
        if (modules / package).is_dir():
            file = Path(script).name
            _copy(modules / package / script, folder / file)
            _copy(modules / package / licence, folder / f"{package}-LICENSE.txt")
            made[file] = package
    return made


def _copy(source: Path, target: Path) -> None:
    """Nobody ever sees half a file."""
    part = target.with_name(f"{target.name}.part")
    shutil.copyfile(source, part)
    part.replace(target)


def manifest(folder: Path, made: dict[str, str], lock: dict[str, Any]) -> str:
    """What lies in a folder, what was there before included: file, package, version, licence and sha256."""
    path = folder / "manifest.json"
    entries = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    return json.dumps(dict(sorted({**entries, **dict(_entries(folder, made, lock))}.items())), indent=2) + "\n"


def _entries(folder: Path, made: dict[str, str], lock: dict[str, Any]) -> Iterator[tuple[str, dict[str, str]]]:
    for file, package in made.items():
        locked = lock["packages"][f"node_modules/{package}"]
        sha256 = hashlib.sha256((folder / file).read_bytes()).hexdigest()
        version, licence = locked["version"], locked["license"]
        yield file, {"package": package, "version": version, "license": licence, "sha256": sha256}


def keep(fetched: Path, build: Path) -> None:
    """Everything of a share that npm fetched."""
    lock = json.loads((fetched / "package-lock.json").read_text(encoding="utf-8"))
    for name, copy in (("fonts", keep_fonts), ("assets", keep_scripts)):
        folder = build / name
        folder.mkdir(parents=True, exist_ok=True)
        made = copy(fetched / "node_modules", folder)
        (folder / "manifest.json").write_text(manifest(folder, made, lock), encoding="utf-8")


if __name__ == "__main__":
    if sys.argv[1] == "pick":
        pick(sys.argv[2], Path(sys.argv[3]))
    else:
        keep(Path(sys.argv[2]), Path(sys.argv[3]))
