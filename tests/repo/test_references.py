"""Every reference in code and documents leads somewhere: numbered headings, links, anchors, files, decisions."""

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.conftest import ROOT

SUFFIXES = {".py", ".md", ".cypher", ".html", ".css", ".mjs", ".toml", ".yml", ".json", ""}
FOLDERS = ("service", "loaders", "cypher", "tests", "scripts", "docs", "examples", "bench", ".ci")
TEXTS = sorted(
    path
    for path in [*ROOT.glob("*"), *(path for folder in FOLDERS for path in (ROOT / folder).rglob("*"))]
    if path.is_file() and path.suffix in SUFFIXES and "__pycache__" not in path.parts and path != Path(__file__)
)
SECTION = r"[A-F]?\d+(?:\.\d+)*"
NUMBERED = re.compile(
    rf"\b(design|domain|engines|style|structure)(?:\.md)?(?: section)? ({SECTION}\b(?:(?:, | and | or ){SECTION}\b)*)"
)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
DOCUMENT = re.compile(r"\bdocs/[\w./-]+\.(?:md|py)\b(?:#[\w-]+)?")
QUOTED = re.compile(rf"`((?:{'|'.join(FOLDERS[:-1])})/[\w./-]*)`")
LAYERS = "api|application|cli|domain|errors|graph|repositories|rules|schemas|security|web"
MODULE = re.compile(rf"`((?:{LAYERS})/[\w/]*)`")
DECISION = re.compile(r"\bdecisions? (\d{4})\b")
FENCED = re.compile(r"^ *```.*?^ *```", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^#{1,6} +(.+?) *$", re.MULTILINE)


def content(path: Path) -> str:
    """The text of a file; a stray file that is no text, such as coverage data, has no references."""
    return path.read_text(encoding="utf-8", errors="replace")


def prose(text: str) -> str:
    """A Markdown text without its fenced blocks, whose lines are neither headings nor links."""
    return FENCED.sub("", text)


@cache
def headings(path: Path) -> tuple[str, ...]:
    """The headings of a Markdown file."""
    return tuple(HEADING.findall(prose(path.read_text(encoding="utf-8"))))


@cache
def anchors(path: Path) -> frozenset[str]:
    """The anchors that GitHub gives the headings of a file: a heading that stands twice gets a number."""
    seen: Counter[str] = Counter()
    found = set()
    for heading in headings(path):
        slug = re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        found.add(f"{slug}-{seen[slug]}" if seen[slug] else slug)
        seen[slug] += 1
    return frozenset(found)


@cache
def sections(name: str) -> frozenset[str]:
    """The numbers of the headings of `docs/<name>.md`; none where there is no such file."""
    path = ROOT / f"docs/{name}.md"
    numbers = [re.match(rf"({SECTION})\.? ", heading) for heading in headings(path)] if path.exists() else []
    return frozenset(number[1] for number in numbers if number)


def leads(target: str, folder: Path) -> bool:
    """Whether a relative link leads to a file, and its anchor to a heading."""
    name, _, anchor = target.partition("#")
    path = folder / name
    return path.exists() and (not anchor or anchor in anchors(path))


def is_there(path: Path) -> bool:
    """Whether a path is a file, a folder, or a module whose suffix is left out."""
    return path.exists() or path.with_name(f"{path.name}.py").exists()


def named(text: str) -> Iterator[tuple[str, str, bool]]:
    """The references of any text by the name of a section, a decision or a document."""
    for match in NUMBERED.finditer(text):
        for number in re.findall(SECTION, match[2]):
            yield "section", f"{match[1]} {number}", number in sections(match[1])
    for match in DECISION.finditer(text):
        yield "decision", match[0], any((ROOT / "docs/decisions").glob(f"{match[1]}-*.md"))
    for match in DOCUMENT.finditer(text):
        yield "document", match[0], leads(match[0], ROOT)


def linked(path: Path, text: str) -> Iterator[tuple[str, str, bool]]:
    """The links of a Markdown file, and the files and modules that it names in code spans."""
    for target in LINK.findall(prose(text)):
        if "://" not in target:
            whole = target if not target.startswith("#") else path.name + target
            yield "link", target, leads(whole, path.parent)
    for name in QUOTED.findall(text):
        yield "file", name, is_there(ROOT / name)
    for name in MODULE.findall(text):
        yield "module", name, is_there(ROOT / "service" / name)


def references(path: Path, text: str) -> list[tuple[str, str, bool]]:
    """The kind and the words of each reference in the text of a file, and whether it leads somewhere."""
    return [*named(text), *(linked(path, text) if path.suffix == ".md" else ())]


def dangling(path: Path, text: str) -> list[str]:
    """The references of a text that lead nowhere."""
    return [f"{kind}: {words}" for kind, words, there in references(path, text) if not there]


def test_references_lead_somewhere() -> None:
    """A reader who follows one finds what it names."""
    lost = {str(path.relative_to(ROOT)): dangling(path, content(path)) for path in TEXTS}
    assert {name: words for name, words in lost.items() if words} == {}


def test_references_of_every_kind_are_there() -> None:
    """The test above would be none if it recognised no reference."""
    kinds = Counter(kind for path in TEXTS for kind, *_ in references(path, content(path)))
    assert {kind for kind in ("section", "decision", "document", "link", "file", "module") if kinds[kind] < 3} == set()
    assert kinds["section"] > 50
    assert kinds["link"] > 40


@pytest.mark.parametrize(
    ("good", "tampered"),
    [
        ("(design 4)", "(design 44)"),
        ("design 2, 5", "design 2, 55"),
        ("design 2 and 5", "design 2 and 55"),
        ("design.md section 3", "design.md section 33"),
        ("domain 2.4", "domain 2.44"),
        ("domain 2.4, 2.11", "domain 2.4, 9.9"),
        ("(engines 2)", "(engines 9)"),
        ("in good style", "(style A2)"),
        ("a good structure", "(structure 3)"),
        ("decision 0001", "decision 9999"),
        ("docs/operate.md", "docs/operating.md"),
        ("docs/operate.md#settings", "docs/operate.md#setting"),
        ("[a](docs/design.md#4-what-a-pathway-is)", "[a](docs/design.md#4-what-a-path-is)"),
        ("[a](CHANGELOG.md)", "[a](CHANGES.md)"),
        ("[a](#firmware-pathways)", "[a](#firmware-ways)"),
        ("`service/app.py`", "`service/application.py`"),
        ("`tests/repo/test_references.py`", "`tests/repo/test_nothing.py`"),
        ("`loaders/lists`", "`loaders/nothing`"),
        ("`rules/pathfinding/snapshot`", "`rules/pathfinding/picture`"),
        ("`application/files/`", "`application/rooms/`"),
    ],
)
def test_a_reference_that_leads_nowhere_is_found(good: str, tampered: str) -> None:
    """Each kind of reference: the sound text passes, the tampered one fails."""
    assert dangling(ROOT / "README.md", f"See {good}.") == []
    assert len(dangling(ROOT / "README.md", f"See {tampered}.")) >= 1


def test_every_decision_is_in_the_index() -> None:
    """`docs/decisions/README.md` lists every page once, in order."""
    folder = ROOT / "docs/decisions"
    listed = LINK.findall((folder / "README.md").read_text(encoding="utf-8"))
    assert listed == sorted(path.name for path in folder.glob("[0-9]*.md"))
    assert len(listed) > 5


@pytest.mark.parametrize(
    ("name", "numbers"), [("design", [str(n) for n in range(1, 13)]), ("engines", [str(n) for n in range(1, 7)])]
)
def test_numbered_headings_stand_in_order(name: str, numbers: list[str]) -> None:
    """Code names headings by number: none is missing, none stands twice."""
    own = [found[1] for h in headings(ROOT / f"docs/{name}.md") if (found := re.match(r"(\d+)\. ", h))]
    assert own == numbers
