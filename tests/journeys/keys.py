"""The keyboard and nothing else: what is not reached by Tab cannot be used here."""

from typing import Any

from playwright.sync_api import Page, expect

MOST_STOPS = 400
"""More presses of Tab than that, and a page cannot be called usable by keyboard."""
_HERE = """wanted => {
  const here = document.activeElement;
  const text = (here.innerText || '').trim();
  return here !== document.body && here.matches(wanted.css) && (!wanted.text || text === wanted.text);
}"""


class Keys:
    """One person at a keyboard in front of this page."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def to(self, css: str, text: str = "") -> None:
        """Tab until what has the focus is this, with these words on it."""
        for _stop in range(MOST_STOPS):
            if self.page.evaluate(_HERE, {"css": css, "text": text}):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"no Tab leads to {css} {text!r} on {self.page.url}")

    def write(self, css: str, text: str) -> None:
        """Into a text field, in place of what stands there."""
        self.to(css)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(text)

    def set_moment(self, css: str, *parts: str) -> None:
        """The parts of a day or time in the order in which this browser shows them, one after the other."""
        self.to(css)
        for number, part in enumerate(parts):
            if number:
                self.page.keyboard.press("ArrowRight")
            self.page.keyboard.type(part)

    def choose(self, css: str, text: str) -> None:
        """An option of a list by its first letters."""
        self.to(css)
        self.page.keyboard.type(text)
        expect(self.page.locator(css).locator("option:checked")).to_contain_text(text)

    def follow(self, text: str, css: str = "a, button") -> None:
        """A link or a button with these words; the next page is there."""
        self.to(css, text)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def tick_everything(self, css: str, until: str) -> None:
        """Tab to the field `until`, and tick every box of this kind on the way."""
        for _stop in range(MOST_STOPS):
            if self._is(until):
                return
            if self._is(f"{css}:not(:checked)"):
                self.page.keyboard.press("Space")
            self.page.keyboard.press("Tab")
        raise AssertionError(f"no Tab leads to {until} on {self.page.url}")

    def _is(self, css: str) -> Any:
        return self.page.evaluate(_HERE, {"css": css, "text": ""})
