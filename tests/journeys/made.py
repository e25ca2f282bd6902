"""Pages that have no address before staff make what they show: letters, mailings, pairings, questions, errands."""

from playwright.sync_api import Page

from tests.journeys.product import axe_faults

EVENT = "/console/events/practice"
LISTS = {
    "/letters": "main tbody a[href*='/letters/']",
    "/questions": "main a[href*='/questions/']:not([href*='preview'])",
    "/check-in/session:first-robot/booked": "main a[href*='/tickets/']",
}
"""Lists, and the links from them to what they list."""
PEOPLE = "氏名,people:spectator\n架空 三郎,1\n"
PROGRAMME = f"{EVENT}/programme/files/tables.xlsx"


def pages_of_made_things(page: Page) -> list[str]:
    """Everything is made as staff make it; what is asked in between has no address either and is looked at there."""
    return [
        _mailing(page),
        *(_first_of(page, *listed) for listed in LISTS.items()),
        _pairing(page),
        _file(page),
        _act(page),
        _read_in(page, "/registrations/imports", "registrations.csv", PEOPLE.encode()),
        _read_in(page, "/programme/files", "programme.xlsx", page.request.get(PROGRAMME).body()),
    ]


def _first_of(page: Page, listed: str, links: str) -> str:
    page.goto(EVENT + listed)
    return str(page.locator(links).first.get_attribute("href"))


def _mailing(page: Page) -> str:
    """To those who wait; they are asked once more before it goes."""
    page.goto(f"{EVENT}/letters/mailings/new?state=waiting")
    for name in ("subject-ja", "body-ja"):
        page.locator(f"[name={name}]").fill("架空のお知らせ")
    page.locator("button[name=step][value=check]").press("Enter")
    page.wait_for_load_state()
    assert axe_faults(page) == []
    page.locator("button[name=step][value=send]").press("Enter")
    return _arrived(page, "**/letters/mailings/*-*")


def _pairing(page: Page) -> str:
    """A code that nobody types: it is shown once, and then its page says what came of it."""
    page.goto(f"{EVENT}/gates/mihon-city-hall/pairing")
    page.locator("main form button[type=submit]").last.press("Enter")
    page.locator(".pairing-letters").wait_for()
    assert axe_faults(page) == []
    return str(page.locator("form[action$='/end']").get_attribute("action")).removesuffix("/end")


def _file(page: Page) -> str:
    """Registrations as a workbook."""
    page.goto(f"{EVENT}/registrations?kind=team")
    page.locator("form[action$='/registrations/files'] button[type=submit]").press("Enter")
    return _arrived(page, "**/registrations/files/*")


def _act(page: Page) -> str:
    """The confirmation to one registration again; what is asked first is looked at."""
    page.goto(f"{EVENT}/registrations?kind=team")
    page.locator("input[name=who]").first.press("Space")
    page.locator("button[name=whom][value=ticked]").press("Enter")
    page.wait_for_load_state()
    assert axe_faults(page) == []
    return _arrived(page, "**/registrations/acts/*")


def _read_in(page: Page, asked: str, name: str, content: bytes) -> str:
    """A file is read: what it would change is shown, and nothing carried out."""
    page.goto(EVENT + asked)
    page.locator("input[type=file]").set_input_files({"name": name, "mimeType": "", "buffer": content})
    page.locator("main form button[type=submit]").last.press("Enter")
    return _arrived(page, f"**{asked}/*-*")


def _arrived(page: Page, where: str) -> str:
    page.wait_for_url(where)
    return "/console" + page.url.partition("/console")[2]
