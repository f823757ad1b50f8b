"""What a browser would send back of a page's form, for tests that fill in only what they are about."""

import html
import re

from qms.views import guard

TOKEN = re.compile(r'name="as-shown" value="([^"]*)"')


def token_in(response) -> str:
    """The digests of what the form shows, as they stand on the page; empty when the form is not guarded."""
    found = TOKEN.search(response.content.decode())
    return html.unescape(found[1]) if found else ""


def as_sent(response, **changed) -> dict:
    """The values of the page's form untouched, but for those changed."""
    form = response.context["form"]
    values = {key: sent for inputs in guard.values_of(form).values() for key, sent in inputs.items()}
    hidden = {bound.html_name: bound.value() for bound in form.hidden_fields() if bound.value() is not None}
    return values | hidden | {guard.SHOWN: token_in(response)} | changed
