"""`GET /v1/entries/{number}/history`: declarations and list attributes by both clocks, on the examples."""

FIRST, SECOND, BASES = (f"2026-06-01T{hour:02}:00:00Z" for hour in (8, 9, 10))


def test_an_entry_whose_hash_was_corrected(ask):
    """Two lists and a declaration: what each said, over which stretch, and until when it was believed."""
    page = ask("/v1/entries/42/history")
    told = [(i["kind"], i["recorded_from"], i["recorded_to"], i["valid_from"], i["valid_to"]) for i in page["items"]]
    january, march = "2026-01-05T00:00:00Z", "2026-03-02T00:00:00Z"
    assert told == [
        ("revision", FIRST, SECOND, january, None),
        ("revision", SECOND, None, january, march),
        ("revision", SECOND, None, march, None),
        ("declaration", BASES, None, None, None),
    ]
    assert [item.get("changed") for item in page["items"]] == [None, [], ["image.hash"], None]
    assert [item.get("list_version") for item in page["items"]] == ["1.001", "1.001", "1.002", None]
    assert page["items"][2]["entry"]["image"]["hash"] == ask("/v1/entries/42")["image"]["hash"]
    assert page["items"][3]["declaration"]["bases"] == ["000033"]
    assert (page["entry"], page["at"], page["known_at"], page["next"]) == ("000042", None, BASES, None)
    assert "Release Notes" in page["notice"]


def test_what_brought_a_declaration_but_not_who(ask, client):
    """The amendment's id, reason and source; the base that it names is held."""
    page = ask("/v1/entries/46/history")
    declared, held = page["items"][-2:]
    assert declared["amendment"].keys() == {"id", "reason", "source", "recorded"}
    assert declared["amendment"]["reason"] == "example"
    assert declared["amendment"]["source"] == "bases.csv"
    assert declared["amendment"]["id"] == ask("/v1/entries/46")["declaration"]["amendment"]
    assert held["held"] == {
        "base": "000010",
        "code": "other-device-model",
        "declaration": declared["declaration"]["id"],
    }
    assert "made_by" not in client.get("/v1/entries/46/history").text


def test_the_past_of_a_history(ask):
    """As known between the two lists: what came later was not known, nor that it would end anything."""
    (only,) = ask("/v1/entries/42/history", known_at="2026-06-01T08:30:00Z")["items"]
    assert (only["recorded_from"], only["recorded_to"], only["valid_to"]) == (FIRST, None, None)


def test_what_holds_at_an_instant_through_recorded_time(ask):
    """In February only what the first list said, twice believed."""
    page = ask("/v1/entries/42/history", at="2026-02-01")
    assert [item["kind"] for item in page["items"]] == ["revision", "revision", "declaration"]
    assert page["at"] == "2026-02-01T00:00:00Z"
    assert {item["list_version"] for item in page["items"][:2]} == {"1.001"}


def test_a_history_comes_in_pages(ask, client):
    """The pages together are the whole; a cursor belongs to its entry and its instants."""
    for asked in ({}, {"at": "2026-02-01"}):
        whole = ask("/v1/entries/42/history", **asked)["items"]
        pages = [ask("/v1/entries/42/history", limit=1, **asked)]
        while pages[-1]["next"]:
            pages.append(ask("/v1/entries/42/history", limit=1, cursor=pages[-1]["next"], **asked))
        assert [item for page in pages for item in page["items"]] == whole
        assert len(pages) == len(whole) > 2
        for path, more in (("46/history", {}), ("42/history", {"at": "2026-02-02"}), ("42/targets", {})):
            response = client.get(f"/v1/entries/{path}", params={"cursor": pages[0]["next"]} | asked | more)
            assert (response.status_code, response.json()["errors"][0]["where"]) == (422, "cursor")


def test_a_number_that_no_list_has(client, ask):
    """404, also where it was not known then."""
    assert client.get("/v1/entries/99/history").status_code == 404
    assert client.get("/v1/entries/63/history", params={"known_at": FIRST}).status_code == 404
    assert ask("/v1/entries/63/history")["items"][0]["changed"] is None
