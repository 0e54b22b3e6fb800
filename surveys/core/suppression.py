"""What a release may show: small groups' figures are hidden, and enough others that no subtraction tells."""

from __future__ import annotations

from collections.abc import Collection, Sequence

THRESHOLD = 10  # respondents; a district may raise it, and lower it no further than FLOOR
FLOOR = 5


def hidden(sizes: Sequence[int], threshold: int = THRESHOLD, forced: Collection[int] = ()) -> frozenset[int]:
    """Which parts of a published whole must be hidden, by position, for one figure.

    `sizes` are the respondents behind the figure in each part; `forced` are parts hidden for another reason. A part
    under the threshold is hidden; then the smallest others, until at least two parts are hidden whose union reaches the
    threshold: whole minus shown parts then describes no small group. Parts of size 0 hide nobody.
    """
    out = {part for part, size in enumerate(sizes) if size < threshold} | set(forced)
    others = sorted((part for part in range(len(sizes)) if part not in out), key=lambda part: (sizes[part], part))
    while others and _leaks([sizes[part] for part in out], threshold):
        out.add(others.pop(0))
    return frozenset(out)


def _leaks(sizes: Sequence[int], threshold: int) -> bool:
    people = [size for size in sizes if size]
    return bool(people) and (len(people) < 2 or sum(people) < threshold)
