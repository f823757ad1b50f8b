"""What browser tests do with their hands: fill a form, press its button, sign in as somebody new."""

from playwright.sync_api import Page, expect

from tests.browser.axe import DESKTOP

PASSWORD = "mua-roi-tren-mai-ton-17"


def fill(page: Page, **values) -> None:
    """Fill the fields of a form: text, a choice (by value or label), a tick, a file."""
    for name, value in values.items():
        fields = page.locator(f'main [name="{name}"]')
        first = fields.first
        kind = first.evaluate("field => field.type")
        if kind == "radio":
            page.locator(f'main [name="{name}"][value="{value}"]').check()
        elif kind == "checkbox":
            first.check()
        elif kind.startswith("select"):
            options = first.locator("option", has_text=value)
            first.select_option(value=options.first.get_attribute("value") if options.count() else value)
        elif kind == "file":
            first.set_input_files(value)
        else:
            first.fill(str(value))


def save(page: Page) -> None:
    """Press the button of the form; a form that is shown again with errors fails the test."""
    page.locator("main .form-foot button[type=submit]").first.click()
    page.wait_for_load_state()
    expect(page.locator(".errsum")).to_have_count(0)


def press(page: Page, address: str) -> None:
    """Press the button of the form that posts to an address ending so."""
    page.locator(f'form[action$="{address}"] button[type=submit]').first.click()
    page.wait_for_load_state()


def follow(page: Page, address: str) -> None:
    """Follow the link to an address that ends so."""
    page.locator(f'main a[href$="{address}"]').first.click()
    page.wait_for_load_state()


class People:
    """Windows of several people at one portal, each signed in by hand."""

    def __init__(self, browser, base_url: str) -> None:
        self.browser, self.base_url = browser, base_url
        self.said: list[str] = []
        self.contexts = []

    def window(self, path: str, size=DESKTOP) -> Page:
        """A window nobody is signed in at."""
        context = self.browser.new_context(
            viewport=size, locale="vi-VN", reduced_motion="reduce", base_url=self.base_url
        )
        self.contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: self.said.append(str(error)))
        page.on("console", self._hear)
        page.goto(path)
        return page

    def _hear(self, message) -> None:
        """Keep what a console reports; a form that was refused (422) is no fault of the page."""
        if message.type == "error" and "status of 422" not in message.text:
            self.said.append(message.text)

    def first_sign_in(self, username: str, once: str) -> Page:
        """Sign in with a one-time password and choose one's own."""
        page = self.window("/accounts/login/")
        page.fill("input[name=login]", username)
        page.fill("input[name=password]", once)
        page.press("input[name=password]", "Enter")
        page.wait_for_load_state()
        page.fill("input[name=oldpassword]", once)
        page.fill("input[name=password1]", PASSWORD)
        page.fill("input[name=password2]", PASSWORD)
        page.press("input[name=password2]", "Enter")
        page.wait_for_load_state()
        return page

    def close(self) -> None:
        """Close every window; what a console reported fails the test."""
        for context in self.contexts:
            context.close()
        assert not self.said, self.said
