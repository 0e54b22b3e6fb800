"""The README's pictures: a student's page, a printed sheet, the review desk and a report, from a demonstration."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import pypdfium2
from PIL import Image
from playwright.sync_api import Page, sync_playwright

from surveys.cli.demo.people import PASSWORD
from surveys.config import ROOT

FOLDER = ROOT / "docs" / "pictures"
CHROMIUM = os.environ.get("HOMEROOM_TEST_CHROMIUM", "/usr/bin/chromium")
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run", "--disable-sync"]
WIDE, HIGH = 1200, 860
COLOURS = 128  # enough for pages of few colours, at a quarter of the bytes
PORT = 8017


def main() -> None:
    """Make every picture."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="homeroom-pictures-") as folder, _demonstration(Path(folder)) as links:
        _sheet(Path(folder) / "demo" / "forms.pdf")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
            page = browser.new_page(viewport={"width": WIDE, "height": HIGH}, device_scale_factor=1)
            _student(page, links["a student's page (en)"])
            _staff(page, "reviewer", links["the review desk, as reviewer"], "review-desk")
            page.set_viewport_size({"width": WIDE, "height": 2 * HIGH})
            _staff(page, "principal", links["the principal's report, as principal"], "report")
            browser.close()


@contextmanager
def _demonstration(folder: Path) -> Iterator[dict[str, str]]:
    """A demonstration that serves; the links it prints, by what they open."""
    command = [str(ROOT / ".venv/bin/homeroom"), "demo", f"--port={PORT}"]
    env = {**os.environ, "HOMEROOM_INSTANCE": str(folder), "COLUMNS": "200"}
    with subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True, start_new_session=True) as demo:
        try:
            yield _links(demo)
        finally:
            os.killpg(demo.pid, signal.SIGTERM)
            demo.wait(30)


def _links(demo: subprocess.Popen[str]) -> dict[str, str]:
    links: dict[str, str] = {}
    for line in demo.stdout or ():
        sys.stdout.write(line)
        found = re.match(r"\s+(\S.*?)\s+(http://\S+)", line)
        if found:
            links[found[1]] = found[2]
        if "sign in as" in line:
            return links
    sys.exit("pictures: the demonstration ended without printing its links")


def _student(page: Page, link: str) -> None:
    page.goto(link, wait_until="networkidle")
    page.get_by_role("button", name="Start").click()
    for group in page.locator("fieldset").filter(visible=True).all()[:2]:
        group.get_by_role("radio").nth(3).check(force=True)
    page.wait_for_timeout(4000)  # until "saved" shows
    _keep(page.screenshot(), "student")


def _staff(page: Page, account: str, link: str, name: str) -> None:
    page.context.clear_cookies()
    page.goto(link)
    page.locator("input[name=account]").fill(account)
    page.locator("input[type=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda address: "sign-in" not in address)  # an idle network may be that of the page before
    page.goto(link, wait_until="networkidle")
    _keep(page.screenshot(), name)


def _sheet(forms: Path) -> None:
    """The first English sheet, both pages beside each other."""
    with pypdfium2.PdfDocument(forms) as document:
        texts = (page.get_textpage().get_text_range() for page in document)
        first = next(number for number, text in enumerate(texts) if "Page 1 of" in text)
        sides = [document[number].render(scale=1.2).to_pil() for number in (first, first + 1)]
    gap, grey = 24, (225, 225, 225)
    width, height = sum(side.width for side in sides) + 3 * gap, sides[0].height + 2 * gap
    both = Image.new("RGB", (width, height), grey)
    left = gap
    for side in sides:
        both.paste(side, (left, gap))
        left += side.width + gap
    _keep(both, "sheet")


def _keep(picture: bytes | Image.Image, name: str) -> None:
    image = Image.open(BytesIO(picture)) if isinstance(picture, bytes) else picture
    image.convert("RGB").quantize(COLOURS).save(FOLDER / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
