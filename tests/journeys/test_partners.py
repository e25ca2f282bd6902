"""A partner suggests, the organiser says yes and grants a wish, a release goes out, and who booked gets one letter."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from email.message import EmailMessage

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import Mailbox
from tests.journeys.product import Product, axe_faults, running, sign_in
from tests.journeys.test_comforts import too_wide
from tests.journeys.test_everyone import found_on

PARTNER, BOOKED = "partner@example.invalid", "audience@example.invalid"
LIST = "/console/events/practice/partners"
ORGANISATION = "fictional-npo-4"
AFTER_LINK = ("", "/sessions/housing-estate", "/sessions/opening", "/team", "/figures")


@pytest.fixture
def alone(mailbox: Mailbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """A demonstration of its own: other journeys go by the practice event's times."""
    with running(tmp_path_factory.mktemp("partners"), UKETSUKE_MAIL_URL=f"smtp+plain://127.0.0.1:{mailbox.port}") as it:
        yield it


def test_a_partner_suggests_and_people_who_booked_get_one_letter(
    alone: Product, browser: Browser, mailbox: Mailbox
) -> None:
    staff = browser.new_context(locale="en", base_url=alone.base_url).new_page()
    sign_in(staff, alone, "olga")
    code, title = name_partner(staff)
    confirmed = book(browser.new_context(locale="en", base_url=alone.base_url).new_page(), code, mailbox)
    link = invite(staff, mailbox)

    partner = browser.new_context(
        locale="en", base_url=alone.base_url, java_script_enabled=False, viewport={"width": 390, "height": 844}
    ).new_page()
    partner.goto(link)
    partner.get_by_role("button", name="Begin").click()
    partner.locator(f"a[href$='/sessions/{code}']").click()
    partner.locator("#title-en").fill("A brand new title")
    partner.locator("#needs").fill("A projector")
    partner.locator("#wish").fill("Half an hour later, please")
    partner.get_by_role("button", name="Send to the organiser").click()
    expect(partner.get_by_role("status")).to_contain_text("Sent to the organiser")
    expect(partner.locator("main")).to_contain_text("Waiting for the organiser")
    partner.goto(f"/events/practice/sessions/{code}")
    expect(partner.get_by_role("heading", level=1)).to_have_text(title)

    say_yes(staff, code)
    letter = mailbox.next_letter_to(PARTNER, *letters_to(mailbox, PARTNER)[:1])
    body = letter.get_body(("plain",))
    assert body is not None
    assert "accepted what you suggested" in body.get_content()
    assert "You have it" in body.get_content()

    staff.goto("/console/events/practice/releases")
    for box in staff.locator("main form input[type=checkbox]").all():
        box.press("Space")
    staff.get_by_role("button", name="Release").click()
    expect(staff.get_by_role("status")).to_contain_text("1 letter was written.")
    told = mailbox.next_letter_to(BOOKED, *confirmed)
    words = told.get_body(("plain",))
    assert words is not None
    assert "New time:" in words.get_content()
    assert len(letters_to(mailbox, BOOKED)) == len(confirmed) + 1
    partner.goto(f"/events/practice/sessions/{code}")
    expect(partner.get_by_role("heading", level=1)).to_have_text("A brand new title")


def name_partner(staff: Page) -> tuple[str, str]:
    """An organisation gets a part in a session that can be booked: the session's code and its title."""
    page = staff.context.new_page()
    page.goto("/events/practice/register")
    code = str(page.locator("input[name=sessions]:enabled").last.get_attribute("value"))
    page.close()
    staff.goto(f"/console/events/practice/programme/sessions/{code}")
    title = staff.locator("h1").inner_text()
    rows = staff.locator("select[name^='organisations-'][name$='-organisation']")
    empty = next(row for row in rows.all() if not row.input_value())
    empty.select_option(ORGANISATION)
    staff.get_by_role("button", name="Save").first.click()
    expect(staff.get_by_role("status")).to_contain_text("Saved")
    return code, title


def invite(staff: Page, mailbox: Mailbox) -> str:
    """The link, as the letter brings it."""
    staff.goto(f"{LIST}/new")
    staff.locator("#organisation").select_option(ORGANISATION)
    staff.locator("#contact_email").fill(PARTNER)
    staff.get_by_role("radio", name="English").press("Space")
    staff.get_by_role("button", name="Invite", exact=True).click()
    expect(staff.get_by_role("status")).to_contain_text("Invited")
    body = mailbox.letter_to(PARTNER).get_body(("plain",))
    assert body is not None
    found = re.search(r"/p/[\w-]+", body.get_content())
    assert found
    assert staff.locator("#address").input_value().endswith(found[0])
    return found[0]


def book(page: Page, code: str, mailbox: Mailbox) -> list[EmailMessage]:
    """Somebody books the session; the letters that they have by then."""
    page.goto(f"/events/practice/register?session={code}")
    page.locator("input[name=name]").fill("Kakuu Taro")
    page.get_by_role("radio").first.press("Space")
    page.locator("details.more summary").click()
    page.locator("input[name=email]").fill(BOOKED)
    page.get_by_label(re.compile("I agree")).press("Space")
    page.wait_for_timeout(3200)
    page.locator("main form button[type=submit]").last.click()
    page.wait_for_url("**/r/**")
    return [mailbox.letter_to(BOOKED)]


def say_yes(staff: Page, code: str) -> None:
    """Take it over, and grant the wish: half an hour later."""
    staff.goto(f"{LIST}/organisations/{ORGANISATION}")
    staff.locator(".doubts a").first.click()
    expect(staff.locator("main")).to_contain_text("A brand new title")
    expect(staff.locator("main")).to_contain_text("Half an hour later, please")
    assert axe_faults(staff) == []
    staff.locator("#words").fill("You have it.")
    staff.get_by_role("button", name="Take over what is ticked").click()
    expect(staff.get_by_role("status")).to_contain_text("Taken over into the draft")
    staff.goto(f"/console/events/practice/programme/sessions/{code}")
    for name in ("#starts_at", "#ends_at"):
        later = datetime.fromisoformat(staff.locator(name).input_value()) + timedelta(minutes=30)
        staff.locator(name).fill(f"{later:%Y-%m-%dT%H:%M}")
    staff.get_by_role("button", name="Save").first.click()
    expect(staff.get_by_role("status")).to_contain_text("Saved")


def letters_to(mailbox: Mailbox, address: str) -> list[EmailMessage]:
    return [one for one in mailbox.letters if address in str(one["To"])]


@pytest.fixture
def links(browser: Browser, product: Product) -> Iterator[tuple[Page, list[str]]]:
    """A phone, and the pages behind the links of the demonstration."""
    context = browser.new_context(base_url=product.base_url, viewport={"width": 390, "height": 844}, locale="ja")
    staff = context.new_page()
    sign_in(staff, product, "olga")
    found = []
    for code, rests in (
        ("fictional-company-2", ("",)),
        ("fictional-npo-3", AFTER_LINK),
        ("fictional-school-1", ("", "/exhibits/school_class")),
    ):
        staff.goto(f"{LIST}/organisations/{code}")
        path = "/p/" + staff.locator("#address").input_value().rpartition("/p/")[2]
        found += [path + rest for rest in rests]
    context.clear_cookies()
    yield context.new_page(), found
    context.close()


@pytest.mark.parametrize(("language", "colours"), [("ja", "standard"), ("ja-easy", "dark"), ("en", "contrast")])
def test_axe_finds_nothing_behind_a_partners_link(links: tuple[Page, list[str]], language: str, colours: str) -> None:
    page, addresses = links
    page.goto(f"/display?lang={language}&colours={colours}&to=/")
    assert found_on(page, addresses) == {}


@pytest.mark.parametrize("language", ["ja", "en", "ja-easy"])
def test_no_page_behind_it_scrolls_sideways_on_the_narrowest_screen(
    links: tuple[Page, list[str]], language: str
) -> None:
    page, addresses = links
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(f"/display?lang={language}&size=largest&to=/")
    assert too_wide(page, addresses) == []
