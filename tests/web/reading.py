"""A page as a reader's tool sees it: elements, not text. A tag left open, or closed twice, fails."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"br", "hr", "img", "input", "link", "meta"}


@dataclass
class Element:
    """An element with its attributes and what it holds."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    inside: list["Element | str"] = field(default_factory=list)

    def __getitem__(self, name):
        return self.attributes[name]

    @property
    def every(self):
        """This element and all within, in the order of the page."""
        yield self
        for part in self.inside:
            if isinstance(part, Element):
                yield from part.every

    @property
    def text(self):
        """What is read, with single blanks."""
        said = [part if isinstance(part, str) else part.text for part in self.inside]
        return " ".join("".join(said).split())

    def all(self, tag=None, **attributes):
        """The elements within that have this tag and these attributes; `klass` and `data_code` are read as meant."""
        named = {{"klass": "class"}.get(name, name.replace("_", "-")): value for name, value in attributes.items()}
        return [e for e in self.every if tag in (None, e.tag) and named.items() <= e.attributes.items()]

    def one(self, tag=None, **attributes):
        """The only such element."""
        (found,) = self.all(tag, **attributes)
        return found

    def rows(self):
        """The cells of a table's body, as text."""
        return [[cell.text for cell in row.inside if isinstance(cell, Element)] for row in self.one("tbody").all("tr")]

    def facts(self):
        """What the definition lists within say."""
        return {term.text: said.text for term, said in zip(self.all("dt"), self.all("dd"), strict=True)}


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
    """The page of a response."""
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    builder = _Builder()
    builder.feed(response.text)
    builder.close()
    assert builder.open == [builder.root], "the page ends with an element open"
    return builder.root
