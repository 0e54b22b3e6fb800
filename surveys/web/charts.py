"""Pictures of figures, drawn by Vega-Lite on the server: the same in the page and in print, readable without colour."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import vl_convert

INK, LINE, GRID = "#1c2733", "#8a94a0", "#dfe3e8"
BAR = "#7fb0b8"  # light enough for the black interval on it, dark enough on white paper
FONT = "system-ui, -apple-system, 'Segoe UI', 'Noto Sans', sans-serif"


@dataclass(frozen=True)
class Bar:
    """One bar: percent with its 95 % interval, its figure as the table writes it, and what it is compared with."""

    label: str
    percent: float
    low: float
    high: float
    shown: str
    compared: float | None = None


def favorability(bars: Sequence[Bar], narrow: bool = False) -> str:
    """Percent favorable per topic as SVG to stand inside a page: bar, interval, comparison tick and figure.

    `narrow` puts the labels above the bars, for a phone. A table with the same figures must stand beside it.
    """
    return _svg(json.dumps(_spec(bars, narrow), sort_keys=True))


@lru_cache(maxsize=256)
def _svg(spec: str) -> str:
    """Drawn once: a release never changes. Screen readers get the table instead; the picture scales with the page."""
    drawn = vl_convert.vegalite_to_svg(spec)
    drawn = re.sub(
        r'<svg ([^>]*?)width="([\d.]+)" height="([\d.]+)"', r'<svg \1aria-hidden="true" focusable="false"', drawn
    )
    return re.sub(r' (?:role|aria-label|aria-roledescription)="[^"]*"', "", drawn)


def _spec(bars: Sequence[Bar], narrow: bool) -> dict[str, Any]:
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "width": 330 if narrow else 460,
        "height": {"step": 52 if narrow else 34},
        "padding": {"left": 2, "right": 44, "top": 2, "bottom": 2},
        "background": None,
        "data": {"values": [vars(bar) for bar in bars]},
        "encoding": {"y": _y(bars, narrow)},
        "layer": [*_bars(), *_intervals(), *_comparison(bars), _figures(), *(_labels() if narrow else [])],
        "config": {
            "view": {"stroke": None},
            "font": FONT,
            "axis": {"labelFontSize": 13, "titleFontSize": 12, "labelColor": INK, "titleColor": INK, "labelFont": FONT},
        },
    }


def _y(bars: Sequence[Bar], narrow: bool) -> dict[str, Any]:
    room = 8 * max(len(bar.label) for bar in bars)  # pixels: fonts differ between here and the browser
    axis = {"title": None, "labelLimit": room, "minExtent": room, "ticks": False, "domain": False, "labelPadding": 10}
    return {"field": "label", "type": "nominal", "sort": [bar.label for bar in bars], "axis": None if narrow else axis}


def _x(field: str) -> dict[str, Any]:
    axis = {"values": [0, 25, 50, 75, 100], "title": None, "format": "d", "gridColor": GRID, "domainColor": LINE}
    axis |= {"tickColor": LINE, "labelExpr": "datum.value + '%'"}
    return {"field": field, "type": "quantitative", "scale": {"domain": [0, 100]}, "axis": axis}


def _bars() -> list[dict[str, Any]]:
    return [{"mark": {"type": "bar", "color": BAR, "height": 16}, "encoding": {"x": _x("percent")}}]


def _intervals() -> list[dict[str, Any]]:
    caps = [
        {"mark": {"type": "tick", "color": INK, "thickness": 2, "size": 10}, "encoding": {"x": _x(end)}}
        for end in ("low", "high")
    ]
    rule = {
        "mark": {"type": "rule", "color": INK, "strokeWidth": 2},
        "encoding": {"x": _x("low"), "x2": {"field": "high"}},
    }
    return [rule, *caps]


def _comparison(bars: Sequence[Bar]) -> list[dict[str, Any]]:
    if all(bar.compared is None for bar in bars):
        return []
    mark = {"type": "point", "shape": "diamond", "size": 80, "color": INK, "fill": "white", "strokeWidth": 1.5}
    return [{"transform": [{"filter": "datum.compared !== null"}], "mark": mark, "encoding": {"x": _x("compared")}}]


def _figures() -> dict[str, Any]:
    text = {"type": "text", "align": "left", "dx": 8, "fontSize": 13, "fontWeight": "bold", "color": INK}
    shown = {"x": {"value": "width"}, "text": {"field": "shown", "type": "nominal"}}
    return {"mark": text, "encoding": shown}


def _labels() -> list[dict[str, Any]]:
    mark = {"type": "text", "align": "left", "dy": -18, "fontSize": 13, "color": INK}
    return [{"mark": mark, "encoding": {"x": {"value": 0}, "text": {"field": "label"}}}]
