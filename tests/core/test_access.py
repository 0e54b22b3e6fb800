"""Who may do what, where: nothing that is not written here."""

from __future__ import annotations

import pytest

from surveys.core.access import Account, Action, Role, Scope, demand, may, system
from surveys.core.refusals import NotAllowed

DISTRICT, CEDAR, BIRCH = Scope("lakeview"), Scope("lakeview", "cedar"), Scope("lakeview", "birch")
ELSEWHERE = (Scope("hillside"), Scope("hillside", "cedar"))
HEAD = Account("dana", "Dana", Role.DISTRICT, DISTRICT)
PRINCIPAL = Account("pilar", "Pilar", Role.SCHOOL, CEDAR)
REVIEWER = Account("rosa", "Rosa", Role.REVIEWER, CEDAR)
WORKER = system("lakeview")


def allowed(by: Account, where: Scope) -> set[Action]:
    return {action for action in Action if may(by, action, where)}


def test_a_district_account_does_everything_in_its_district_and_its_schools() -> None:
    assert allowed(HEAD, DISTRICT) >= {Action.ENROL, Action.RELEASE, Action.REPORT}
    assert allowed(HEAD, CEDAR) == allowed(HEAD, DISTRICT)


def test_a_school_account_prints_scans_reviews_and_reads_reports_in_its_school_alone() -> None:
    assert allowed(PRINCIPAL, CEDAR) == {Action.PRINT, Action.SCAN, Action.REVIEW, Action.REPORT}
    assert allowed(PRINCIPAL, BIRCH) == allowed(PRINCIPAL, DISTRICT) == set()


def test_a_reviewer_rules_on_doubts_and_does_nothing_else() -> None:
    assert allowed(REVIEWER, CEDAR) == {Action.REVIEW}
    assert allowed(REVIEWER, BIRCH) == set()


def test_the_worker_sees_no_report_and_opens_no_window() -> None:
    assert Action.READ in allowed(WORKER, DISTRICT)
    assert not allowed(WORKER, DISTRICT) & {Action.ENROL, Action.PRINT, Action.REVIEW, Action.RELEASE, Action.REPORT}


@pytest.mark.parametrize("by", [HEAD, PRINCIPAL, REVIEWER, WORKER], ids=lambda by: by.role)
@pytest.mark.parametrize("where", ELSEWHERE, ids=str)
def test_nobody_does_anything_in_another_district(by: Account, where: Scope) -> None:
    assert allowed(by, where) == set()


def test_who_may_not_is_refused_with_where_and_whom_to_ask() -> None:
    demand(PRINCIPAL, Action.SCAN, CEDAR)
    with pytest.raises(NotAllowed, match="pilar may not scan in birch; ask"):
        demand(PRINCIPAL, Action.SCAN, BIRCH)
