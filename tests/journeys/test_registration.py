"""Those who register, in a real browser with a real mail server: a family, a class that shrinks, a party that waits and
moves up, somebody who is erased."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from email.message import EmailMessage

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import Mailbox
from tests.journeys.product import Product, axe_faults

MEETING = "action-meeting"


@pytest.fixture
def page(browser: Browser, product: Product) -> Iterator[Page]:
    """A phone, in English."""
    context = browser.new_context(base_url=product.base_url, viewport={"width": 390, "height": 800}, locale="en")
    yield context.new_page()
    context.close()


def send(page: Page) -> None:
    page.locator("form.form button.is-large[type=submit]").click()


def attachments(letter: EmailMessage) -> list[str]:
    return sorted(part.get_content_type() for part in letter.iter_attachments())


def left_in_the_meeting(product: Product) -> int:
    with closing(sqlite3.connect(f"file:{product.data_dir / 'uketsuke.sqlite3'}?mode=ro", uri=True)) as database:
        query = (
            "SELECT p.capacity - p.promised FROM session_places p JOIN event_session s ON s.id = p.session_id "
            "JOIN event e ON e.id = s.event_id WHERE e.slug = 'practice' AND s.code = ?"
        )
        (left,) = database.execute(query, (MEETING,)).fetchone()
    return int(left)


def bring(page: Page, **numbers: int) -> None:
    for key, number in numbers.items():
        page.fill(f"#with-{key}", str(number))


def register_group(page: Page, people: int, address: str) -> str:
    """A delegation that takes places in the meeting; its private link."""
    page.goto("/events/practice/register/delegation?lang=en")
    page.fill("#group_name", "架空商事")
    bring(page, organisation=people)
    page.check(f"#sessions-{MEETING}")
    page.fill("#name", "架空 次郎")
    page.fill("#email", address)
    page.check("#consent")
    send(page)
    expect(page.get_by_role("heading", name="You are registered")).to_be_visible()
    return page.url.partition("?")[0]


def test_a_family_of_four_has_one_ticket(page: Page, mailbox: Mailbox) -> None:
    page.goto("/events/practice/register?session=gallery-4&lang=en")
    page.fill("#name", "架空 一家")
    page.check("#category-3")
    page.locator("details.more summary").click()
    bring(page, guardian=1, student=2)
    page.fill("#email", "family@example.invalid")
    page.check("#consent")
    send(page)
    expect(page.get_by_role("link", name="Children come along: say whether an adult is registering.")).to_be_visible()
    page.get_by_label("Yes", exact=True).first.check()
    send(page)
    expect(page.get_by_role("heading", name="You are registered")).to_be_visible()
    expect(page.locator("body")).to_contain_text("One ticket for all.")
    letter = mailbox.letter_to("family@example.invalid")
    assert attachments(letter) == ["application/pdf", "text/calendar"]


def test_a_family_gives_names_takes_a_ticket_each_and_drops_a_child(page: Page, mailbox: Mailbox) -> None:
    page.goto("/events/practice/register?session=gallery-4&lang=en")
    page.fill("#name", "架空 太郎")
    page.check("#category-3")
    page.locator("details.more summary").click()
    bring(page, guardian=1, student=2)
    page.fill("#email", "names@example.invalid")
    page.check("#consent")
    page.get_by_label("Yes", exact=True).first.check()
    send(page)
    first = mailbox.letter_to("names@example.invalid")
    page.get_by_role("link", name="Names, a ticket each, or somebody does not come").click()
    for place, name in enumerate(("太郎", "花子")):
        page.fill(f"#name-guardian-{place}", f"架空 {name}")
    page.fill("#name-student-0", "架空 一郎")
    page.fill("#name-student-1", "架空 桃子")
    page.get_by_role("button", name="Save the names").click()
    page.get_by_role("button", name="Give everybody a ticket").click()
    expect(page.get_by_text("Everybody has a ticket now")).to_be_visible()
    letter = mailbox.next_letter_to("names@example.invalid", first)
    assert [part.get_content_type() for part in letter.walk()].count("image/png") == 4
    fits(page)
    page.get_by_role("link", name="架空 桃子").click()
    fits(page)
    page.get_by_role("button", name="Yes, this person does not come").click()
    expect(page.get_by_text("Your party is one person smaller")).to_be_visible()
    page.get_by_role("link", name="Back to your registration").click()
    expect(page.locator("img[src*='qr.svg']")).to_have_count(3)
    expect(page.locator(".booked").first).to_contain_text("3 people")
    fits(page)
    page.get_by_role("link", name="Only some of you come, or nobody").first.click()
    fits(page)
    page.get_by_label("架空 一郎").uncheck()
    send(page)
    expect(page.locator(".booked").first).to_contain_text("2 people")


def fits(page: Page) -> None:
    """A page whose address nobody knows beforehand: axe finds nothing, and the narrowest screen is wide enough."""
    assert axe_faults(page) == []
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    page.set_viewport_size({"width": 390, "height": 800})


def test_a_class_of_32_becomes_30_and_confirms(page: Page, mailbox: Mailbox) -> None:
    page.goto("/events/practice/register/class?lang=en")
    page.fill("#group_name", "みほん小学校")
    page.fill("#group_grade", "5年")
    bring(page, pupils=30, teachers=2)
    page.check("#sessions-gallery-4")
    page.fill("#name", "架空 先生")
    page.fill("#email", "tomo@example.invalid")
    page.check("#consent")
    send(page)
    expect(page.locator("body")).to_contain_text("Please confirm these numbers")
    mailbox.letter_to("tomo@example.invalid")
    page.get_by_role("link", name="Change the registration").click()
    bring(page, student=28)
    page.check("#numbers_stand")
    send(page)
    expect(page.locator("body")).to_contain_text("Your changes are saved")
    expect(page.locator("body")).to_contain_text("Numbers confirmed")
    expect(page.locator(".booked").first).to_contain_text("30 people")


def test_a_party_of_three_waits_and_moves_up_when_others_cancel(page: Page, product: Product, mailbox: Mailbox) -> None:
    first = register_group(page, left_in_the_meeting(product), "first@example.invalid")
    page.goto(f"/events/practice/register?session={MEETING}&lang=en")
    expect(page.locator("body")).to_contain_text("cannot be booked")
    page.check(f"#waiting-{MEETING}")
    page.fill("#name", "架空 三人")
    page.check("#category-1")
    page.locator("details.more summary").click()
    bring(page, spectator=2)
    page.fill("#email", "three@example.invalid")
    page.check("#consent")
    send(page)
    expect(page.locator("body")).to_contain_text("Number 1 on the waiting list")
    waiting = mailbox.letter_to("three@example.invalid")
    link = page.url.partition("?")[0]
    page.goto(f"{first}/cancel?lang=en")
    page.get_by_role("button", name="Yes, cancel everything").click()
    expect(page.get_by_role("heading", name="Your registration was cancelled")).to_be_visible()
    promoted = mailbox.next_letter_to("three@example.invalid", waiting)
    assert "text/calendar" in attachments(promoted)
    page.goto(f"{link}?lang=en")
    expect(page.locator(".booked").first).to_contain_text("3 people")
    expect(page.locator("body")).not_to_contain_text("waiting list")


def test_somebody_is_erased(page: Page, mailbox: Mailbox) -> None:
    page.goto("/events/practice/register?session=gallery-4&lang=en")
    page.fill("#name", "架空 消子")
    page.check("#category-1")
    page.locator("details.more summary").click()
    page.fill("#email", "erased@example.invalid")
    page.check("#consent")
    send(page)
    mailbox.letter_to("erased@example.invalid")
    page.get_by_role("link", name="Erase my data").click()
    page.get_by_role("button", name="Yes, erase everything about me").click()
    expect(page.get_by_role("heading", name="Your data are erased")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name="Your data are erased")).to_be_visible()


def test_a_question_that_another_answer_calls_for_appears_with_it(page: Page) -> None:
    page.goto("/events/practice/register?session=gallery-3&lang=en")
    where = page.get_by_label("Where was that?")
    expect(where).to_be_hidden()
    page.get_by_label("Elsewhere").check()
    expect(where).to_be_visible()
    page.get_by_label("No answer").check()
    expect(where).to_be_hidden()
    page.get_by_label("Elsewhere").check()
    page.get_by_label("An allergy").check()
    page.get_by_label("Anything else, in your own words").fill("buckwheat")
    page.fill("#name", "架空 三郎")
    page.check("#category-1")
    page.check("#consent")
    send(page)
    page.get_by_role("link", name="Answer “Where was that?”.").click()
    expect(where).to_be_focused()
    where.fill("On the radio")
    send(page)
    page.get_by_role("link", name="See or change your answers").click()
    expect(page.get_by_label("Anything else, in your own words")).to_have_value("buckwheat")
    page.get_by_label("At school").check()
    page.get_by_role("button", name="Save changes").click()
    expect(page.get_by_text("Your changes are saved")).to_be_visible()
