"""The pages that have no address of their own before somebody registered: of a private link, and of its person."""

import sqlite3

from playwright.sync_api import Page

from tests.journeys.product import Product

AFTER_LINK = (
    "",
    "/change",
    "/questions",
    "/people",
    "/sessions/gallery-6",
    "/hand-over",
    "/codes",
    "/erasure",
    "/cancel",
    "/mail",
    "/agreement",
)
AFTER_PERSON = ("", "/change", "/answers", "/names", "/taken")
CODE = "gallery-6"
FULL = "strategy-meeting"


def pages_of_a_family(page: Page) -> list[str]:
    """Two people register, get names and a ticket each: the pages of their link, of leaving the party, of a ticket."""
    page.goto(f"/events/practice/register?session={CODE}")
    page.locator("details.more summary").click()
    page.locator("input[name=with-spectator]").fill("1")
    link = _registered(page, "架空 花子")
    page.goto(f"{link}/people")
    for number in (0, 1):
        page.locator(f"input[name=name-spectator-{number}]").fill(f"架空 {number}")
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url("**done=named")
    drop = str(page.locator("a[href$='/drop']").first.get_attribute("href"))
    page.locator(f"form[action='{link}/people/tickets'] button").click()
    page.wait_for_url("**done=each")
    page.goto(link)
    ticket = str(page.locator("a[href*='/t/']").first.get_attribute("href"))
    return [*(link + part for part in AFTER_LINK), drop, "/t/" + ticket.partition("/t/")[2].partition("/")[0]]


def pages_of_one_who_waits(page: Page, product: Product) -> list[str]:
    """Somebody joins the waiting list of a session whose room is smaller now: the page of the link, and the way out of
    the list."""
    (database,) = product.data_dir.glob("*.sqlite3")
    with sqlite3.connect(database, timeout=10) as connection:
        full = f"session_id = (SELECT id FROM event_session WHERE code = '{FULL}')"
        connection.execute(f"UPDATE session_places SET capacity = promised WHERE {full}")
    page.goto("/events/practice/register")
    page.locator(f"input[name=waiting][value={FULL}]").press("Space")
    page.locator("input[name=email]").fill("machiko@example.invalid")
    link = _registered(page, "架空 待子")
    return [link, f"{link}/sessions/{FULL}/leaving"]


EDITIONS = "/console/events/practice/editions"


def pages_of_a_former_year(page: Page) -> list[str]:
    """A year is typed in from paper: the page on which it is changed."""
    listed = "/console/events/practice/attendance/former-years"
    page.goto(listed)
    year = page.locator("main a[href*='/former-years/']")
    if not year.count():
        page.locator("input[name=year]").fill("2020")
        page.locator("input[name=total]").fill("900")
        page.locator("input[name=source]").fill("架空の報告書")
        page.locator("main form button[type=submit]").last.click()
        page.goto(listed)
    return [str(year.first.get_attribute("href"))]


def pages_of_a_withdrawn_edition(page: Page) -> list[str]:
    """An edition is issued and withdrawn: its page, the list of editions, and what the public sees in its place."""
    edition = issued_edition(page)
    withdraw(page, edition)
    return [edition, EDITIONS, "/events/practice/figures"]


def issued_edition(page: Page) -> str:
    """An edition of the practice event is issued: its page."""
    page.goto(EDITIONS)
    page.locator("input[name=measure][value=people]").press("Space")
    page.locator("input[name=sure]").press("Space")
    page.locator("main form button[type=submit]").last.click()
    page.wait_for_url("**/editions/*")
    return "/console" + page.url.partition("/console")[2]


def withdraw(page: Page, edition: str) -> None:
    """It is the newest one."""
    page.goto(edition)
    page.locator("input[name=reason]").first.press("Space")
    page.locator("form[action$='/withdrawal'] input[name=sure]").press("Space")
    page.locator("form[action$='/withdrawal'] button").click()
    page.wait_for_load_state()


def _registered(page: Page, name: str) -> str:
    """The rest of the form is filled in and sent: the private link, as a path."""
    page.locator("input[name=name]").fill(name)
    page.locator("input[name=category][value=spectator]").press("Space")
    page.locator("input[name=consent]").press("Space")
    page.locator("main form button[type=submit]").last.click()
    page.wait_for_url("**/r/**")
    return "/r/" + page.url.split("/r/")[1].partition("?")[0]


def pages_of_people(page: Page) -> list[str]:
    """What staff see of a family with a ticket each, and of a team of exhibitors."""
    found = []
    for filters, parts in (("q=架空 太郎&kind=family", AFTER_PERSON), ("kind=team", ("", "/change", "/names"))):
        page.goto(f"/console/events/practice/registrations?{filters}")
        person = str(page.locator("main tbody a[href*='/registrations/']").first.get_attribute("href"))
        found += [person + part for part in parts]
    return found
