"""The ways of those who register, by keyboard alone and as a screen reader is told them, in each language: a family, a
class, a party that waits and moves up, a lottery, somebody who is erased."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, Page

from tests.journeys.conftest import Mailbox
from tests.journeys.heard import Heard, heard, only
from tests.journeys.keys import Keys
from tests.journeys.product import Product, axe_faults, running, sign_in
from tests.journeys.test_lottery import open_applications
from tests.journeys.test_registration import MEETING, left_in_the_meeting, register_group

LANGUAGES = ("en", "ja", "ja-easy")
SUMMIT = "/events/practice/sessions/youth-summit/draw"
SPOKEN = """() => {
  const said = document.querySelector('main').cloneNode(true);
  said.querySelectorAll('rt, rp, [hidden], [aria-hidden=true]').forEach(one => one.remove());
  return said.textContent.replace(/\\s+/g, ' ');
}"""
TYPED = ("textbox", "spinbutton", "radio", "checkbox", "button", "link", "image")
SAID = {
    "registered": ("You are registered", "申込が完了しました", "申し込みが できました"),
    "fault": ("Children come along", "子どもが参加します", "子どもが 来ます"),
    "each": ("Everybody has a ticket now", "参加票が1人1枚になりました", "みんなに チケットが できました"),
    "three": ("3 people", "3人", "3人"),
    "pupils": ("Pupils", "児童・生徒", "児童・生徒"),
    "confirmed": ("Numbers confirmed", "人数確定済み", "人数は 決まって います"),
    "wait": (
        "Tick this to join the waiting list",
        "チェックすると、全員でキャンセル待ち",
        "チェックすると、みんなで",
    ),
    "first": ("Number 1 on the waiting list", "キャンセル待ち 1番目", "キャンセル待ち 1番目"),
    "leave": ("Leave the waiting list?", "キャンセル待ちをやめますか", "キャンセル待ちを やめますか"),
    "lots": ("Your name in the draw:", "抽選での番号", "くじびきの 番号"),
    "draw": ("The draw", "抽選", "くじびき"),
    "won": ("Won", "当選", "当たり"),
    "erase": ("Erase my data", "自分の情報を消去する", "あなたの データを 消す"),
    "erased": ("Your data are erased", "あなたの情報を消去しました", "あなたの データを 消しました"),
}


@pytest.fixture(scope="module")
def product(mailbox: Mailbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """A demonstration of its own: what is drawn here is drawn in no other journey."""
    folder = tmp_path_factory.mktemp("heard")
    with running(folder, UKETSUKE_MAIL_URL=f"smtp+plain://127.0.0.1:{mailbox.port}") as it:
        yield it


class Reader:
    """Somebody with a keyboard and a screen reader, who chose a language once."""

    def __init__(self, page: Page, language: str) -> None:
        self.page, self.keys, self.language = page, Keys(page), language
        page.goto(f"/display?lang={language}&to=/")

    def word(self, name: str) -> str:
        return SAID[name][LANGUAGES.index(self.language)]

    def hears(self, name: str, role: str = "heading") -> Heard:
        """The one thing of this role that begins so, on a page on which nothing is without a name."""
        things = heard(self.page)
        assert [one for one in things if one.role in TYPED and not one.name] == []
        assert [one.state["level"] for one in things if one.role == "heading"][:1] == [1]
        return only(things, role, self.word(name))

    def is_told(self, name: str) -> bool:
        """Whether these words are among what is read out; readings above kanji are not part of them."""
        return self.word(name) in self.page.evaluate(SPOKEN)

    def choose(self, css: str, place: int = 0) -> None:
        """A radio of a group, by its place."""
        self.keys.to(css)
        self.page.keyboard.press("Space")
        for _ in range(place):
            self.page.keyboard.press("ArrowDown")

    def tick(self, css: str) -> None:
        self.keys.to(css)
        self.page.keyboard.press("Space")

    def press(self, css: str) -> None:
        self.keys.to(css)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def fill(self, **typed: str) -> None:
        """Text fields in the order of the page."""
        for name, text in typed.items():
            self.keys.write(f"[name='{name.replace('__', '-')}']", text)

    def send(self) -> None:
        self.press("main form.form button.is-large[type=submit]")

    def registers(self, address: str, *, category: int = 0, adult: bool = False, **along: str) -> None:
        """The form as it is open, from the name on."""
        self.fill(name="架空 花子")
        self.choose("input[name=category]", category)
        if self.page.locator("details.more:not([open])").count():
            self.keys.to("details.more summary")
            self.page.keyboard.press("Enter")
        self.fill(**along)
        if adult:
            self.choose("input[name=adult]")
        self.fill(email=address)
        self.tick("input[name=consent]")
        self.send()

    @property
    def link(self) -> str:
        return self.page.url.partition("?")[0]


@pytest.fixture
def reader(browser: Browser, product: Product) -> Iterator[Callable[[str], Reader]]:
    with ExitStack() as contexts:

        def sits_down(language: str) -> Reader:
            context = browser.new_context(base_url=product.base_url, viewport={"width": 390, "height": 800})
            contexts.callback(context.close)
            return Reader(context.new_page(), language)

        yield sits_down


@pytest.fixture(params=LANGUAGES)
def hanako(request: pytest.FixtureRequest, reader: Callable[[str], Reader]) -> Reader:
    return reader(str(request.param))


def test_a_family_of_four_hears_what_is_missing_and_gets_a_ticket_each(hanako: Reader) -> None:
    hanako.page.goto("/events/practice/register?session=gallery-4")
    hanako.fill(name="架空 花子")
    hanako.choose("input[name=category]", 3)
    hanako.keys.to("details.more summary")
    hanako.page.keyboard.press("Enter")
    hanako.fill(with__guardian="1", with__student="2")
    hanako.tick("input[name=consent]")
    hanako.send()
    assert hanako.hears("fault", "link").name
    hanako.choose("input[name=adult]")
    hanako.send()
    assert hanako.hears("registered").state["level"] == 1
    hanako.press("a[href$='/people']")
    names = {f"name__{one}": f"架空 {one}" for one in ("guardian-0", "guardian-1", "student-0", "student-1")}
    hanako.fill(**names)
    hanako.send()
    hanako.press("form[action$='/people/tickets'] button")
    assert hanako.is_told("each")
    hanako.page.goto(hanako.link.removesuffix("/people"))
    codes = [one for one in heard(hanako.page) if one.role == "image" and sum(map(str.isdigit, one.name)) >= 7]
    assert len({one.name for one in codes}) == 4


def test_a_class_of_32_becomes_30(hanako: Reader) -> None:
    hanako.page.goto("/events/practice/register/class")
    assert hanako.hears("pupils", "spinbutton").name
    hanako.fill(group_name="みほん小学校", with__pupils="30", with__teachers="2")
    hanako.tick("#sessions-gallery-4")
    hanako.fill(name="架空 先生", email=f"class-{hanako.language}@example.invalid")
    hanako.tick("input[name=consent]")
    hanako.send()
    hanako.hears("registered")
    hanako.press("main a[href$='/change']")
    hanako.fill(with__student="28")
    hanako.tick("#numbers_stand")
    hanako.send()
    assert hanako.is_told("confirmed")


def test_a_party_of_three_waits_and_moves_up(hanako: Reader, browser: Browser, product: Product) -> None:
    other = browser.new_context(base_url=product.base_url, locale="en").new_page()
    full = register_group(other, left_in_the_meeting(product), f"full-{hanako.language}@example.invalid")
    hanako.page.goto(f"/events/practice/register?session={MEETING}")
    boxes = [one for one in heard(hanako.page) if one.role == "checkbox" and hanako.word("wait") in one.description]
    assert {one.state["checked"] for one in boxes} == {"false"}
    hanako.tick(f"#waiting-{MEETING}")
    hanako.registers(f"three-{hanako.language}@example.invalid", with__spectator="2")
    assert hanako.is_told("first")
    link = hanako.link
    hanako.press("main a[href$='/leaving']")
    assert hanako.hears("leave").state["level"] == 1
    assert axe_faults(hanako.page) == []
    hanako.page.set_viewport_size({"width": 320, "height": 640})
    assert hanako.page.evaluate("document.documentElement.scrollWidth") == 320
    hanako.press("main form.form a.button")
    other.goto(f"{full}/cancel?lang=en")
    other.get_by_role("button", name="Yes, cancel everything").click()
    hanako.page.goto(link)
    assert (hanako.is_told("three"), hanako.is_told("first")) == (True, False)
    hanako.press("main a[href$='/cancel']")
    hanako.send()
    other.context.close()


def test_a_lottery_is_applied_for_drawn_and_heard_in_three_languages(
    reader: Callable[[str], Reader], browser: Browser, product: Product
) -> None:
    staff = browser.new_context(base_url=product.base_url, locale="en").new_page()
    sign_in(staff, product, "olga")
    open_applications(staff)
    people = [reader(one) for one in LANGUAGES]
    for one in people:
        one.page.goto("/events/practice/register?session=youth-summit")
        one.registers(f"lots-{one.language}@example.invalid")
        assert one.is_told("lots")
    staff.goto("/console/events/practice/programme/sessions/youth-summit?lang=en")
    staff.fill("#booking_closes_at", "2026-01-01T09:00")
    staff.get_by_role("button", name="Save").first.click()
    staff.goto("/console/events/practice/applications/youth-summit?lang=en")
    Keys(staff).follow("Draw now")
    for one in people:
        one.page.goto(SUMMIT)
        headings = [each.name for each in heard(one.page) if each.role == "heading" and each.state["level"] == 1]
        assert headings == [one.word("draw")]
        results = [row for row in heard(one.page) if row.role == "cell" and row.name.startswith(one.word("won"))]
        assert len(results) == len(people)
    staff.context.close()


def test_somebody_is_erased(hanako: Reader) -> None:
    hanako.page.goto("/events/practice/register?session=gallery-4")
    hanako.registers(f"erased-{hanako.language}@example.invalid")
    hanako.press("main a[href$='/erasure']")
    assert hanako.hears("erase").state["level"] == 1
    hanako.send()
    assert hanako.hears("erased").state["level"] == 1
    assert "架空 花子" not in "".join(one.name for one in heard(hanako.page))
