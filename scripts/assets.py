"""Copies the fonts and scripts that npm fetched to build/, with their licences and a manifest of hashes."""

import hashlib
import json
import shutil
import sys
from pathlib import Path
from typing import Any

FONT_PACKAGES = "@expo-google-fonts"
STYLES = {"400Regular": "Regular", "700Bold": "Bold"}
SCRIPTS = {"htmx.org": ("dist/htmx.min.js", "LICENSE"), "axe-core": ("axe.min.js", "LICENSE")}


def family(package: str) -> str:
    """The name in a font's file names, as its package spells it: noto-sans-arabic -> NotoSansArabic."""
    return "".join(part.capitalize() for part in package.split("-"))


def copy_fonts(modules: Path, folder: Path) -> dict[str, str]:
    """Regular and bold of every font package, and its licence. Returns the package of each file."""
    made = {}
    for package in sorted((modules / FONT_PACKAGES).iterdir()):
        name = family(package.name)
        for style, weight in STYLES.items():
            file = f"{name}-{weight}.ttf"
            shutil.copyfile(package / style / f"{name}_{style}.ttf", folder / file)
            made[file] = f"{FONT_PACKAGES}/{package.name}"
        shutil.copyfile(package / "LICENSE_FONT", folder / f"{name}-LICENSE.txt")
    return made


def copy_scripts(modules: Path, folder: Path) -> dict[str, str]:
    """Each script and its licence. Returns the package of each file."""
    made = {}
    for package, (script, licence) in SCRIPTS.items():
        file = Path(script).name
        shutil.copyfile(modules / package / script, folder / file)
        shutil.copyfile(modules / package / licence, folder / f"{package}-LICENSE.txt")
        made[file] = package
    return made


def manifest(folder: Path, made: dict[str, str], lock: dict[str, Any]) -> str:
    """What lies in a folder: file, package, version, licence and sha256."""
    entries = {}
    for file, package in sorted(made.items()):
        locked = lock["packages"][f"node_modules/{package}"]
        sha256 = hashlib.sha256((folder / file).read_bytes()).hexdigest()
        entries[file] = {
            "package": package,
            "version": locked["version"],
            "license": locked["license"],
            "sha256": sha256,
        }
    return json.dumps(entries, indent=2) + "\n"


def main(fetched: Path, build: Path) -> None:
    lock = json.loads((fetched / "package-lock.json").read_text(encoding="utf-8"))
    for name, copy in (("fonts", copy_fonts), ("assets", copy_scripts)):
        folder = build / name
        folder.mkdir(parents=True, exist_ok=True)
        made = copy(fetched / "node_modules", folder)
        (folder / "manifest.json").write_text(manifest(folder, made, lock), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
