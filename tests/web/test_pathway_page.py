"""The page with two entries: the pathway, or the reasons why there is none, as in the HTTP interface."""

import pytest
from starlette.testclient import TestClient

from service.app import create_app
from service.schemas.responses.pathways import NOTICE
from service.settings import Settings
from tests.conftest import EXAMPLE_CLOCK, Ticking
from tests.web.reading import read

OUTCOMES = {
    "?from=000001&to=000034": ("route", "5 steps from 000001 to 000034"),
    "?from=4&to=15": ("route", "1 step from 000004 to 000015"),
    "?from=17&to=28": ("already-there", "Already there: 000017 and 000028 name the same firmware, listed twice"),
    "?from=17&to=17": ("already-there", "Already there: 000017 is both the base and the target"),
    "?from=34&to=1": ("none", "No pathway leads from 000034 to 000001"),
    "?from=8&to=50": ("unknown", "It is unknown whether a pathway leads from 000008 to 000050"),
}


@pytest.mark.parametrize(("address", "expected"), OUTCOMES.items())
def test_each_outcome_has_a_sentence(page, address, expected):
    """Each of the four outcomes has its own sentence; `unknown` is not shown as a no."""
    answer = page(address).one(id="pathway")
    assert (answer["data-outcome"], answer.one("h2").text) == expected
    assert ("neither a yes nor a no" in answer.text) == (expected[0] == "unknown")


@pytest.mark.parametrize("pair", ["from=3&to=30", "from=16&to=42", "from=7&to=51", "from=22&to=60", "from=17&to=44"])
def test_steps_equal_those_of_the_interface(client, page, pair):
    """Numbered steps in order, each with its version, device model, complete hash and the texts of its warnings."""
    shown = [_step(step) for step in page(f"?{pair}").one("ol").inside if not isinstance(step, str)]
    expected = [
        {
            "way": f"{step['base']} → {step['target']}",
            "Firmware version": step["firmware_version"],
            "Device model (hardware)": step["device_model"],
            "Image hash": step["image_hash"] or "none on the list",
            "warnings": [(warning["code"], warning["text"]) for warning in step["warnings"]],
        }
        for step in client.get(f"/v1/pathways?{pair}").json()["steps"]
    ]
    assert shown == expected
    assert any(step["warnings"] for step in shown)


def _step(step):
    warnings = [(w["data-code"], w.text) for w in step.all("li") if "data-code" in w.attributes]
    return {"way": step.one("p", klass="step").text, **step.facts(), "warnings": warnings}


def test_a_hash_is_set_in_monospace(page):
    """Readers compare hashes digit by digit."""
    hashes = page("?from=3&to=30").one("ol").all("code", klass="hash")
    assert [len(code.text) for code in hashes] == [64] * 4


@pytest.mark.parametrize("pair", ["from=34&to=1", "from=8&to=50", "from=10&to=46", "from=14&to=29", "from=15&to=55"])
def test_reasons_equal_those_of_the_interface(client, page, pair):
    """All reasons in order, with links to the entries concerned."""
    reasons = client.get(f"/v1/pathways?{pair}").json()["reasons"]
    shown = page(f"?{pair}").one(klass="reasons").all("li")
    assert [reason["data-code"] for reason in shown] == [reason["code"] for reason in reasons]
    for item, reason in zip(shown, reasons, strict=True):
        assert item.all("p")[0].text == reason["text"]
        links = [(link.text, link["href"]) for link in item.all("a")]
        assert links == [(number, f"?from={number}") for number in reason["entries"] + reason["steps"]]
    assert len(reasons) >= 2


def test_both_entries_are_shown_above_the_steps(page):
    """The list attributes of both entries let the reader notice a wrong number."""
    table = page("?from=14&to=29").one("table", klass="ends")
    assert [head.text for head in table.one("thead").all("th")] == ["Entry", "From 000014", "To 000029"]
    assert table.rows() == [
        ["Status", "Current", "Removed"],
        ["Manufacturer", "FE02", "FE02"],
        ["Device model (hardware)", "20010100", "20010100"],
        ["Firmware version", "05100002", "05140001"],
    ]


def test_an_entry_not_yet_listed_has_an_answer(page):
    """There is no pathway, and the page shows the date of the first listing."""
    answer = page("?from=20&to=64&at=2026-02-01").one(id="pathway")
    assert answer["data-outcome"] == "none"
    first, *others = answer.one("table").rows()
    assert first == ["Status", "Current", "first listed at 02/03/2026 00:00:00 UTC"]
    assert [row[2] for row in others] == [""] * 3


@pytest.mark.parametrize(
    ("address", "outcome"),
    [
        ("?from=62&to=64", "route"),
        ("?from=62&to=64&at=2026-03-15", "unknown"),
        ("?from=15&to=55", "none"),
        ("?from=15&to=55&at=2026-02-01", "route"),
        ("?from=15&to=55&through_removed=true", "route"),
        ("?from=1&to=34&known_at=2026-06-01T09:30", "unknown"),
        ("?from=1&to=34&at=+&known_at=&through_removed=", "route"),
    ],
)
def test_instants_and_the_checkbox_are_used_as_typed(page, address, outcome):
    """Both clocks and the checkbox reach the query; blank fields are ignored."""
    assert page(address).one(id="pathway")["data-outcome"] == outcome


def test_the_instants_of_an_answer_are_shown(page):
    """The page shows `at`, `known_at`, the list in force and the latest change."""
    assert page("?from=62&to=64&at=2026-03-15").one(id="pathway").one("dl", klass="as-of").facts() == {
        "Holding at": "15/03/2026 00:00:00 UTC",
        "As known at": "01/06/2026 10:00:00 UTC",
        "List in force": "1.002, issued 02/03/2026",
        "Updated": "01/06/2026 10:00:00 UTC",
    }


def test_an_answer_through_removed_entries_is_marked(page):
    """The checkbox stays set, and the answer states the option."""
    shown = page("?from=15&to=55&through_removed=true")
    assert shown.one(id="through_removed")["checked"] == ""
    assert shown.one(id="pathway").facts()["Through removed entries"] == "yes"
    assert "Through removed entries" not in page("?from=15&to=41").one(id="pathway").facts()


def test_an_answer_has_a_permanent_link(page):
    """The link has both instants, and leads to the same answer."""
    shown = page("?from=62&to=64")
    link = shown.one("p", klass="again").one("a")["href"]
    assert "at=2026-06-01T12%3A00%3A00Z&known_at=2026-06-01T10%3A00%3A00Z" in link
    assert page(link).one(id="pathway").text == shown.one(id="pathway").text


def test_a_page_has_one_instant(examples):
    """All parts of a page have the same instant, even if the clock moves in between."""

    class Moving(Ticking):
        def __call__(self):
            return self.forward(seconds=1)

    with TestClient(create_app(Settings(), examples, Moving(EXAMPLE_CLOCK.now))) as client:
        parts = read(client.get("/?from=1&q=")).all("dl", klass="as-of")
        assert len(parts) == 2
        assert len({part.facts()["Holding at"] for part in parts}) == 1


@pytest.mark.parametrize("address", ["", "?from=1&to=34", "?to=34", "?q=nothing-has-this"])
def test_every_page_has_the_notice(page, address):
    """The notice states that the service does not replace the Release Notes."""
    assert page(address).one(id="notice").text == NOTICE


def test_links_swap_and_clear_the_entries(page):
    """Both links keep the instant."""
    links = {link.text: link["href"] for link in page("?from=1&to=34&at=2026-05-01").one("form", id="choice").all("a")}
    assert links["Swap"] == "?from=34&to=1&at=2026-05-01"
    assert links["Clear"] == "?at=2026-05-01"


def test_british_dates_are_read_and_shown(page):
    """The field keeps what the reader typed; links have the instant in ISO form."""
    british, iso = page("?from=1&to=10&at=1/3/2026"), page("?from=1&to=10&at=2026-03-01")
    assert british.one("input", id="at")["value"] == "1/3/2026"
    facts = british.one("section", id="pathway").one("dl", klass="as-of").facts()
    assert facts["Holding at"] == "01/03/2026 00:00:00 UTC"
    assert facts["Holding at"] == iso.one("section", id="pathway").one("dl", klass="as-of").facts()["Holding at"]
    (again,) = [link["href"] for link in british.all("a") if link.text == "Link to this answer"]
    assert "at=2026-03-01T00%3A00%3A00Z" in again


@pytest.mark.parametrize("date", ["31/02/2026", "2026/03/01", "1/3/26", "03-01-2026", "1/3", "a/b/2026"])
def test_a_date_that_is_none_is_refused_in_words(page, date):
    """Nothing is guessed."""
    shown = page(f"?from=1&to=10&at={date}", 422)
    assert shown.one("strong", id="at-fault").text
    assert shown.one("input", id="at")["value"] == date
