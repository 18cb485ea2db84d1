"""Every reference in code and documents exists: numbered headings, links, anchors, files, decisions."""

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
    """The text of a file; a binary file, such as coverage data, is decoded with replacements and has no references."""
    return path.read_text(encoding="utf-8", errors="replace")


def prose(text: str) -> str:
    """A Markdown text without its fenced blocks, which contain neither headings nor links."""
    return FENCED.sub("", text)


@cache
def headings(path: Path) -> tuple[str, ...]:
    """The headings of a Markdown file."""
    return tuple(HEADING.findall(prose(path.read_text(encoding="utf-8"))))


@cache
def anchors(path: Path) -> frozenset[str]:
    """The anchors that GitHub gives to the headings of a file; a repeated heading gets a number."""
    seen: Counter[str] = Counter()
    found = set()
    for heading in headings(path):
        slug = re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        found.add(f"{slug}-{seen[slug]}" if seen[slug] else slug)
        seen[slug] += 1
    return frozenset(found)


@cache
def sections(name: str) -> frozenset[str]:
    """The numbers of the headings of `docs/<name>.md`; empty if the file does not exist."""
    path = ROOT / f"docs/{name}.md"
    numbers = [re.match(rf"({SECTION})\.? ", heading) for heading in headings(path)] if path.exists() else []
    return frozenset(number[1] for number in numbers if number)


def link_exists(target: str, folder: Path) -> bool:
    """Whether a relative link points to an existing file, and its anchor to a heading."""
    name, _, anchor = target.partition("#")
    path = folder / name
    return path.exists() and (not anchor or anchor in anchors(path))


def path_exists(path: Path) -> bool:
    """Whether a path is a file, a folder, or a module without its suffix."""
    return path.exists() or path.with_name(f"{path.name}.py").exists()


def named(text: str) -> Iterator[tuple[str, str, bool]]:
    """The references to sections, decisions and documents in any text, and whether each exists."""
    for match in NUMBERED.finditer(text):
        for number in re.findall(SECTION, match[2]):
            yield "section", f"{match[1]} {number}", number in sections(match[1])
    for match in DECISION.finditer(text):
        yield "decision", match[0], any((ROOT / "docs/decisions").glob(f"{match[1]}-*.md"))
    for match in DOCUMENT.finditer(text):
        yield "document", match[0], link_exists(match[0], ROOT)


def linked(path: Path, text: str) -> Iterator[tuple[str, str, bool]]:
    """The links of a Markdown file, and the files and modules in its code spans, and whether each exists."""
    for target in LINK.findall(prose(text)):
        if "://" not in target:
            full_target = target if not target.startswith("#") else path.name + target
            yield "link", target, link_exists(full_target, path.parent)
    for name in QUOTED.findall(text):
        yield "file", name, path_exists(ROOT / name)
    for name in MODULE.findall(text):
        yield "module", name, path_exists(ROOT / "service" / name)


def references(path: Path, text: str) -> list[tuple[str, str, bool]]:
    """The kind and text of each reference in a file, and whether its target exists."""
    return [*named(text), *(linked(path, text) if path.suffix == ".md" else ())]


def dangling(path: Path, text: str) -> list[str]:
    """The references of a text without an existing target."""
    return [f"{kind}: {words}" for kind, words, exists in references(path, text) if not exists]


def test_every_reference_exists() -> None:
    """A reader can follow every reference."""
    lost = {str(path.relative_to(ROOT)): dangling(path, content(path)) for path in TEXTS}
    assert {name: words for name, words in lost.items() if words} == {}


def test_every_kind_of_reference_is_recognised() -> None:
    """The test above would prove nothing if it recognised no reference."""
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
def test_a_reference_without_a_target_is_found(good: str, tampered: str) -> None:
    """Each kind of reference: the correct text passes, the altered one fails."""
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
    """Code refers to headings by number: none is missing, and none occurs twice."""
    own = [found[1] for h in headings(ROOT / f"docs/{name}.md") if (found := re.match(r"(\d+)\. ", h))]
    assert own == numbers
