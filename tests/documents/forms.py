"""Read a form of a page as a browser would send it."""

from html.parser import HTMLParser


class _Form(HTMLParser):
    def __init__(self, form_id):
        super().__init__()
        self.wanted, self.inside = form_id, False
        self.found, self.area, self.select, self.option = {}, None, None, None

    def handle_starttag(self, tag, attrs):
        at = dict(attrs)
        if tag == "form":
            self.inside = at.get("id") == self.wanted
        if not self.inside:
            return
        name = at.get("name")
        if tag == "input" and name:
            if at.get("type") != "checkbox" or "checked" in at:
                self.found[name] = at.get("value", "on")
        elif tag == "textarea" and name:
            self.area, self.found[name] = name, ""
        elif tag == "select" and name:
            self.select = name
        elif tag == "option" and self.select:
            value = at.get("value", "")
            if self.select not in self.found or "selected" in at:
                self.found[self.select] = value

    def handle_endtag(self, tag):
        if tag == "form":
            self.inside = False
        elif tag == "textarea":
            self.area = None
        elif tag == "select":
            self.select = None

    def handle_data(self, data):
        if self.area:
            self.found[self.area] += data


def fields_of(html, form_id):
    """Names and values of a form's fields; buttons left out."""
    reader = _Form(form_id)
    reader.feed(html)
    return reader.found
