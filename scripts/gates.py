"""Whether every translation passes the seven gates it must pass before it may stand as checked."""

from __future__ import annotations

import argparse
import csv
import sys

from scripts.fixed_words import rows
from scripts.gating import Passage, begun, passage
from surveys.core.gates import Gate
from surveys.core.locales import shipped


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/gates", description=__doc__)
    parser.add_argument("locales", nargs="*", metavar="LOCALE", help="a tag of surveys/core/locales.csv")
    parser.add_argument("--review", action="store_true", help="list the words that differ from CLDR's")
    parser.add_argument("--glossary", action="store_true", help="draft rows of the glossary and do nothing else")
    given = parser.parse_args()
    if unknown := sorted(set(given.locales) - set(shipped())):
        parser.error(f"no locale {', '.join(unknown)}; see surveys/core/locales.csv")
    return given


def table(passages: list[Passage]) -> None:
    print(f"{'locale':9}{'texts':>6}  " + "".join(f"{gate:16}" for gate in Gate))
    for each in passages:
        print(f"{each.locale.tag:9}{each.texts:6}  " + "".join(f"{each.verdict(gate):16}" for gate in Gate))


def main() -> int:
    given = parsed()
    if given.glossary:
        csv.writer(sys.stdout, lineterminator="\n").writerows(row for tag in given.locales for row in rows(tag))
        return 0
    passages = [passage(shipped()[tag]) for tag in given.locales or begun()]
    table(passages)
    for each in passages:
        for gate, why in each.impossible.items():
            print(f"{each.locale.tag}: {gate}: not possible: {why}")
    for each in passages if given.review else ():
        for compared in (compared for compared in each.compared if not compared.agrees):
            theirs = ", ".join(compared.theirs)
            print(f"{each.locale.tag}: {compared.term}: CLDR has {theirs}; ours is in: {compared.ours[0]}")
    told = [line for each in passages for line in each.told()]
    print("", *told, sep="\n")
    return 1 if told else 0


if __name__ == "__main__":
    sys.exit(main())
