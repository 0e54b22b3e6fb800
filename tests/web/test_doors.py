"""No page offers an account a link that the house then refuses."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from surveys.core.access import Account
from tests.web.staffing import sign_in
from tests.world import DISTRICT_ADMIN, PRINCIPAL, REVIEWER, World

DESK = ("/staff/", "/review/windows/fall-2026")
FRONT = {
    DISTRICT_ADMIN: (*DESK, "/report/windows/fall-2026"),
    PRINCIPAL: (*DESK, "/report/windows/fall-2026/schools/cedar"),
    REVIEWER: DESK,
}


@pytest.mark.parametrize("account", FRONT, ids=lambda account: account.id)
def test_every_link_of_the_front_pages_opens(client: FlaskClient, world: World, account: Account) -> None:
    sign_in(client, world, account)
    for front in FRONT[account]:
        links = re.findall(r'<a [^>]*href="(/[^"]*)"', client.get(front).get_data(as_text=True))
        assert links
        for link in links:
            answer = client.get(link.replace("&amp;", "&"), follow_redirects=True)
            assert answer.status_code == 200, f"{account.id} on {front}: {link} is {answer.status}"
