"""What an answer shows: its words, links and buttons, its mistakes, and its forms as a browser would send them."""

import re
from functools import cached_property
from html import unescape
from html.parser import HTMLParser


class Page:
    """An answer as somebody reads it. The markup is read when it is first asked for."""

    def __init__(self, answer):
        self.status = answer.status_code
        self.html = answer.content.decode()

    @cached_property
    def _read(self):
        reader = Reader(convert_charrefs=True)
        reader.feed(self.html)
        return reader

    @cached_property
    def text(self):
        return tidy("".join(self._read.text))

    @property
    def links(self):
        """(words, address) of each."""
        return self._read.links

    @property
    def buttons(self):
        return self._read.buttons

    @property
    def forms(self):
        return self._read.forms

    @property
    def invalid(self):
        """The names of the fields that are marked as wrong."""
        return self._read.invalid

    @property
    def ids(self):
        return self._read.ids

    @property
    def title(self):
        return re.search(r"<title>(.*?)</title>", self.html, re.DOTALL)[1].strip()

    @property
    def heading(self):
        """The one h1."""
        (heading,) = re.findall(r"<h1[^>]*>(.*?)</h1>", self.html, re.DOTALL)
        return " ".join(re.sub(r"<[^>]+>", "", heading).split())

    @property
    def mistakes(self):
        """The sentences of "There is a problem"; each that names a field leads to something on the page."""
        summary = re.search(r'<div class="error-summary".*?</div>', self.html, re.DOTALL)
        if not summary:
            return []
        assert "There is a problem" in summary[0]
        assert set(re.findall(r'href="#([^"]+)"', summary[0])) <= self.ids
        found = re.findall(r"<li>(.*?)</li>", summary[0], re.DOTALL)
        return [plain(words) for words in found]

    def form(self, field):
        """What a browser would send with the form that holds this field."""
        return dict(next(form["fields"] for form in self.forms if field in form["fields"]))

    def form_to(self, action):
        return dict(next(form["fields"] for form in self.forms if form["action"] == action))

    def leads_to(self, words):
        """Where the link with these words leads; None when there is none."""
        return next((href for label, href in self.links if label == words), None)

    def part(self, css_id):
        """The words of the section that is labelled by this id."""
        section = re.search(rf'<section[^>]*aria-labelledby="{css_id}".*?</section>', self.html, re.DOTALL)
        return plain(section[0])


class Reader(HTMLParser):
    """Walks through the markup once."""

    SILENT = ("script", "style")

    def __init__(self, **how):
        super().__init__(**how)
        self.text, self.links, self.buttons, self.forms, self.invalid, self.ids = [], [], [], [], set(), set()
        self._open = self._select = self._area = self._link = self._button = None
        self._silent = 0

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if "id" in attrs:
            self.ids.add(attrs["id"])
        if attrs.get("aria-invalid") == "true":
            self.invalid.add(attrs.get("name"))
        self._silent += tag in self.SILENT
        begin = getattr(self, f"_begin_{tag}", None)
        if begin:
            begin(attrs)
        self._say(" ")

    def _begin_form(self, attrs):
        self._open = {"action": attrs.get("action", ""), "method": attrs.get("method", "get"), "fields": {}}
        self.forms.append(self._open)

    def _begin_input(self, attrs):
        if attrs.get("type") in ("radio", "checkbox") and "checked" not in attrs:
            return
        self._keep(attrs.get("name"), attrs.get("value", "on" if attrs.get("type") == "checkbox" else ""))

    def _begin_select(self, attrs):
        self._select = {"name": attrs.get("name"), "chosen": None, "first": None}

    def _begin_option(self, attrs):
        if self._select is None:
            return
        value = attrs.get("value", "")
        self._select["first"] = value if self._select["first"] is None else self._select["first"]
        if "selected" in attrs:
            self._select["chosen"] = value

    def _begin_textarea(self, attrs):
        self._area = [attrs.get("name"), ""]

    def _begin_a(self, attrs):
        self._link = [attrs.get("aria-label", ""), attrs.get("href", ""), ""]

    def _begin_button(self, attrs):
        self._button = [attrs.get("aria-label", ""), ""]

    def handle_endtag(self, tag):
        self._silent -= tag in self.SILENT
        end = getattr(self, f"_end_{tag}", None)
        if end:
            end()

    def _end_form(self):
        self._open = None

    def _end_select(self):
        chosen = self._select["first"] if self._select["chosen"] is None else self._select["chosen"]
        self._keep(self._select["name"], chosen or "")
        self._select = None

    def _end_textarea(self):
        self._keep(self._area[0], self._area[1].removeprefix("\n"))
        self._area = None

    def _end_a(self):
        if self._link:
            label, href, words = self._link
            self.links.append((label or tidy(words), href))
        self._link = None

    def _end_button(self):
        label, words = self._button
        self.buttons.append(label or tidy(words))
        self._button = None

    def handle_data(self, words):
        if self._silent:
            return
        if self._area:
            self._area[1] += words
        self._say(words)

    def updatepos(self, i, j):
        """Nobody asks in which line a tag stands."""
        return j

    def _say(self, words):
        if self._link:
            self._link[2] += words
        if self._button:
            self._button[1] += words
        self.text.append(words)

    def _keep(self, name, value):
        if name and self._open is not None:
            self._open["fields"][name] = value


def plain(html):
    """The words between tags, each element apart from the next."""
    return tidy(unescape(re.sub(r"<[^>]+>", " ", html)))


def tidy(words):
    return re.sub(r" (?=[,.;:](?:\s|$))", "", " ".join(words.split()))
