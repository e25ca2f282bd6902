"""An organiser builds an event of two days from nothing with the keyboard alone, and the public sees it."""

from datetime import UTC, date, datetime, timedelta

from playwright.sync_api import Browser, Page, expect

from tests.journeys.keys import Keys
from tests.journeys.product import Product, axe_faults

SLUG = "keyboard-fair"
FIRST = datetime.now(UTC).date() + timedelta(days=30)
SECOND = FIRST + timedelta(days=1)


def test_an_event_of_two_days_is_built_and_released_by_keyboard_alone(product: Product, browser: Browser) -> None:
    page = browser.new_context(locale="en", base_url=product.base_url).new_page()
    keys = Keys(page)
    sign_in(keys, product)
    begin_event(keys)
    add_room(keys)
    add_session(keys, "朝の会", "Morning circle", "10", "AM")
    add_session(keys, "夕べの会", "Evening circle", "02", "PM", on=SECOND)
    expect(page.get_by_role("link", name="Morning circle")).to_be_visible()
    publish(keys)
    release(keys)
    see_it(page, keys)


def sign_in(keys: Keys, product: Product) -> None:
    address = next(address for address in product.passwords if address.startswith("owner"))
    keys.page.goto("/sign-in")
    keys.write("input[name=email]", address)
    keys.write("input[name=password]", product.passwords[address])
    keys.follow("Sign in", "main button")


def begin_event(keys: Keys) -> None:
    keys.follow("New event")
    keys.write("#slug", SLUG)
    keys.write("#title-ja", "鍵盤まつり")
    keys.write("#title-en", "Keyboard Fair")
    keys.set_moment("#starts_on", f"{FIRST:%m%d%Y}")
    keys.set_moment("#ends_on", f"{SECOND:%m%d%Y}")
    keys.follow("Make the event")


def add_room(keys: Keys) -> None:
    keys.follow("Venues and rooms")
    keys.follow("New venue")
    keys.write("#name-ja", "鍵盤会館")
    keys.write("#name-en", "Keyboard Hall")
    keys.follow("Save")
    keys.follow("Keyboard Hall")
    keys.follow("New room")
    keys.write("#name-ja", "大広間")
    keys.write("#name-en", "Great room")
    keys.write("#capacity", "40")
    keys.follow("Save")


def add_session(keys: Keys, ja: str, en: str, hour: str, half: str, on: date = FIRST) -> None:
    keys.follow("Programme", "nav a")
    keys.follow("Sessions")
    keys.follow("Add a session")
    keys.write("#title-ja", ja)
    keys.write("#title-en", en)
    keys.set_moment("#starts_at", f"{on:%m%d%Y}", f"{hour}00{half}")
    keys.set_moment("#ends_at", f"{on:%m%d%Y}", f"{int(hour) + 1:02}30{half}")
    keys.choose("#room", "Keyboard Hall Great room")
    keys.follow("Save")
    keys.follow("Back to the list")


def publish(keys: Keys) -> None:
    keys.follow("Programme", "nav a")
    keys.follow("About the event")
    keys.choose("#status", "Published")
    keys.follow("Save")


def release(keys: Keys) -> None:
    keys.follow("Releases", "nav a")
    keys.tick_everything("input[type=checkbox]", until="#note_ja")
    keys.follow("Release", "main button")
    expect(keys.page.get_by_role("status")).to_contain_text("Release 1 is out")


def see_it(page: Page, keys: Keys) -> None:
    keys.follow("Overview", "nav a")
    keys.follow("Public page")
    keys.follow("Timetable")
    for title, times in (("Morning circle", "10:00"), ("Evening circle", "14:00")):
        expect(page.get_by_text(title).first).to_be_visible()
        expect(page.get_by_text(times).first).to_be_visible()
    assert f"/events/{SLUG}/timetable" in page.url
    assert axe_faults(page) == []
