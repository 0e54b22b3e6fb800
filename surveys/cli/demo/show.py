"""What the demonstration shows in the end: what waits, the counts, and where to look."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

from surveys import reviewing
from surveys.cli.demo import people
from surveys.cli.demo.stage import SCHOOL, Stage
from surveys.core.accounting import Accounting
from surveys.core.responses import Disposition, Mode
from surveys.core.sheets import Batch, Outcome
from surveys.printing import Printed
from surveys.reporting import Result

PAGES = (
    ("the review desk", "/review/windows/{window}", "reviewer"),
    ("the principal's report", "/report/windows/{window}/schools/{school}", "principal"),
    ("the district's pages", "/staff/", "district"),
)


@dataclass(frozen=True)
class Paperwork:
    """What came of the printed forms: the batch they were scanned as, those filled in, and how many were printed."""

    batch: Batch
    filled: list[Printed]
    printed: int


def waiting(console: Console, stage: Stage, accounting: Accounting) -> None:
    """What a person has to look at: doubts by question, refused pages by reason, pages that never came."""
    with stage.house.database.reading() as session:
        doubts = reviewing.doubts(session, people.ADMINISTRATOR, SCHOOL, stage.window.id)
    table = Table(title="What waits for a person", title_justify="left", show_header=True)
    table.add_column("why")
    table.add_column("how many", justify="right")
    for reason, count in Counter(str(doubt.reason) for doubt in doubts).most_common():
        table.add_row(f"question in doubt: {reason}", str(count))
    refused = Counter(entry.reason for entry in accounting.entries if entry.outcome is Outcome.REFUSED)
    for reason, count in refused.most_common():
        table.add_row(f"page refused: {reason}", str(count))
    table.add_row("sheet with a page missing", str(len(accounting.incomplete)))
    console.print(table)


def counts(console: Console, stage: Stage, shown: tuple[Accounting, list[Result], Paperwork, int]) -> None:
    accounting, results, work, online = shown
    line = accounting.line
    tally = stage.tally()
    kinds = Counter(result.disposition for result in results)
    modes = Counter(result.chosen.mode for result in results if result.chosen)
    table = Table(title="Counts", title_justify="left", show_header=False)
    table.add_column("what")
    table.add_column("how many", justify="right")
    table.add_row("students invited", str(len(results)))
    table.add_row("sheets printed / filled in", f"{work.printed} / {len(work.filled)}")
    parts = " + ".join(str(line[name]) for name in ("read", "waiting", "refused", "blank"))
    table.add_row("pages in = read + waiting + refused + blank", f"{line['in']} = {parts}")
    table.add_row("fields read / in doubt / wrong", f"{tally.fields} / {tally.doubts} / {tally.wrong}")
    table.add_row("handed in online", str(online))
    table.add_row("counted in the result", f"{modes[Mode.ONLINE]} online + {modes[Mode.PAPER]} paper")
    for kind in Disposition:
        table.add_row(f"  {kind}", str(kinds[kind]))
    console.print(table)


def links(console: Console, stage: Stage, filled: list[Printed]) -> None:
    """Where to look, and who to sign in as."""
    address = stage.house.config.public_url
    codes = list(stage.codes(filled).items())
    free = {ticket.id: ticket for ticket in stage.tickets()}
    console.print(f"\n[bold]Homeroom is open at {address}[/bold]  (stop with Ctrl-C)\n")
    seen: set[str] = set()
    rows = []
    for name, code in reversed(codes):
        locale = free[name].locale
        if locale not in seen:
            seen.add(locale)
            rows.append((f"a student's page ({locale})", f"/r/{code}"))
    for name, path, account in PAGES:
        rows.append((f"{name}, as {account}", path.format(window=stage.window.id, school=SCHOOL.school)))
    for name, path in rows:
        console.print(f"  {name:<38}{address}{path}", soft_wrap=True)
    names = ", ".join(account.id for account in people.STAFF)
    console.print(f"\n  sign in as {names}; the password is [bold]{people.PASSWORD}[/bold]", soft_wrap=True)
    for name, file in (("the printed forms", "forms.pdf"), ("what the copier made of them", "scan.pdf")):
        console.print(f"  {name:<38}{stage.folder / file}", soft_wrap=True)
    console.print()
