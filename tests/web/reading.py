"""Parses an HTML page into elements. An element that is left open, or closed twice, fails the test."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"br", "hr", "img", "input", "link", "meta"}


@dataclass
class Element:
    """An element with its attributes and children."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    inside: list["Element | str"] = field(default_factory=list)

    def __getitem__(self, name):
        return self.attributes[name]

    @property
    def every(self):
        """This element and all its descendants, in document order."""
        yield self
        for part in self.inside:
            if isinstance(part, Element):
                yield from part.every

    @property
    def text(self):
        """The text of the element, with single blanks."""
        texts = [part if isinstance(part, str) else part.text for part in self.inside]
        return " ".join("".join(texts).split())

    def all(self, tag=None, **attributes):
        """The descendants with this tag and these attributes; `klass` means `class`, and `data_code` means `data-
        code`."""
        wanted = {{"klass": "class"}.get(name, name.replace("_", "-")): value for name, value in attributes.items()}
        return [e for e in self.every if tag in (None, e.tag) and wanted.items() <= e.attributes.items()]

    def one(self, tag=None, **attributes):
        """The only such element."""
        (element,) = self.all(tag, **attributes)
        return element

    def rows(self):
        """The cells of the table's body, as text."""
        return [[cell.text for cell in row.inside if isinstance(cell, Element)] for row in self.one("tbody").all("tr")]

    def facts(self):
        """Terms and definitions of the definition lists within the element."""
        return {term.text: definition.text for term, definition in zip(self.all("dt"), self.all("dd"), strict=True)}


class _Builder(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.root = Element("page")
        self.open = [self.root]

    def handle_starttag(self, tag, attrs):
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"<{tag}> says {names} twice"
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].inside.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_endtag(self, tag):
        assert self.open.pop().tag == tag, f"</{tag}> closes something else"

    def handle_data(self, data):
        self.open[-1].inside.append(data)


def read(response):
    """The root element of a response's page."""
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    builder = _Builder()
    builder.feed(response.text)
    builder.close()
    assert builder.open == [builder.root], "the page ends with an element open"
    return builder.root
