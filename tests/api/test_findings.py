"""`GET /v1/findings` over the examples, on both engines."""

import pytest

FINDINGS = "/v1/findings"
EXPECTED = {
    ("missing-step", ("000015", "000041")),
    ("missing-step", ("000023", "000039")),
    ("missing-step", ("000029", "000035")),
    ("missing-step", ("000031", "000043")),
    ("missing-step", ("000040", "000045")),
    ("missing-step", ("000042", "000059")),
    ("stranded", ("000008", "000026")),
    ("stranded", ("000015",)),
    ("stranded", ("000029",)),
    ("stranded", ("000031",)),
    ("stranded", ("000042",)),
    ("stranded", ("000047",)),
    ("undeclared", ("000039",)),
    ("cycle", ("000036", "000048")),
    ("held-base", ("000010", "000046")),
    ("left-behind", ("000018", "000031")),
    ("none-though-earlier", ("000016", "000033", "000042", "000053")),
    ("pending-base", ("000060",)),
    ("islands", ("000009", "000023", "000039", "000047", "000057")),
    ("islands", ("000016", "000033", "000042", "000053", "000059")),
    ("relied-on", ("000005",)),
    ("relied-on", ("000010",)),
    ("relied-on", ("000032",)),
    ("relied-on", ("000038",)),
    ("relied-on", ("000056",)),
    ("same-version", ("000031", "000043")),
}


def codes(answer):
    """Code and entries of each finding of a page."""
    return {(item["code"], tuple(item["entries"])) for item in answer["items"]}


def test_the_findings_of_the_examples(ask):
    """The answer has exactly these findings, most severe first, each with evidence and a date."""
    answer = ask(FINDINGS)
    assert codes(answer) == EXPECTED
    order = ["wrong", "missing", "doubtful", "notice"]
    ranks = [(order.index(i["severity"]), i["code"], i["entries"]) for i in answer["items"]]
    assert ranks == sorted(ranks)
    assert all(
        item["evidence"] and "2026-06-01T08:00:00Z" <= item["since"] <= "2026-06-01T10:00:00Z"
        for item in answer["items"]
    )
    assert (answer["next"], answer["list_version"], answer["counts"]["stranded"]) == (None, "1.002", 6)
    assert "does not replace the Release Notes" in answer["notice"]


FILTERS = [
    ({"code": "cycle"}, lambda i: i["code"] == "cycle"),
    ({"severity": "missing"}, lambda i: i["severity"] == "missing"),
    ({"manufacturer": "fe:02"}, lambda i: "FE02" in i["manufacturers"]),
    ({"device_model": "20030100"}, lambda i: "FE02-20030100" in i["device_models"]),
    ({"device_model": "FE02-20030100"}, lambda i: "FE02-20030100" in i["device_models"]),
    ({"entry": "42"}, lambda i: "000042" in i["entries"]),
    ({"entry": "42", "severity": "doubtful"}, lambda i: "000042" in i["entries"] and i["severity"] == "doubtful"),
    ({"code": "dates-backwards"}, lambda i: False),
    ({"code": "", "entry": ""}, lambda i: True),
]


@pytest.mark.parametrize(
    ("filters", "matches"), FILTERS, ids=lambda value: str(value) if isinstance(value, dict) else ""
)
def test_a_filter_selects_the_matching_findings(ask, filters, matches):
    """Single filters and a pair of filters, in several spellings."""
    assert ask(FINDINGS, **filters)["items"] == [item for item in ask(FINDINGS)["items"] if matches(item)]


@pytest.mark.parametrize("limit", [1, 7, 25, 26, 27])
def test_pages_give_all_findings_once(ask, limit):
    """In order, at one instant, for any limit; the counts cover all pages."""
    complete = ask(FINDINGS)
    pages = [ask(FINDINGS, limit=limit)]
    while pages[-1]["next"]:
        pages.append(ask(FINDINGS, limit=limit, cursor=pages[-1]["next"]))
    assert [item for page in pages for item in page["items"]] == complete["items"]
    assert {page["at"] for page in pages} == {pages[0]["at"]}
    assert all(page["counts"] == complete["counts"] for page in pages)


def test_findings_honour_both_clocks(ask):
    """Before any declaration every meter entry is undeclared, and no base is held."""
    before = ask(FINDINGS, known_at="2026-06-01T09:30:00Z", limit=1000)
    assert before["counts"]["undeclared"] > 20
    assert "held-base" not in before["counts"]
    old = ask(FINDINGS, at="2026-02-01")
    assert ("stranded", ("000015",)) not in codes(old)
    assert old["list_version"] == "1.001"


@pytest.mark.parametrize("query", ["code=frobnicate", "severity=bad", "entry=x", "manufacturer=1", "cursor=AAAA"])
def test_an_invalid_filter_is_refused(client, query):
    """A typing error gives 422, not an empty answer."""
    assert client.get(f"{FINDINGS}?{query}").status_code == 422
