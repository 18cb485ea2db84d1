"""`GET /v1/entries/{number}/history`: declarations and list attributes at both clocks, on the examples."""

FIRST, SECOND, BASES = (f"2026-06-01T{hour:02}:00:00Z" for hour in (8, 9, 10))


def test_an_entry_whose_hash_was_corrected(ask):
    """Two lists and a declaration: the content of each, its effective interval and its recorded interval."""
    page = ask("/v1/entries/42/history")
    intervals = [
        (i["kind"], i["recorded_from"], i["recorded_to"], i["valid_from"], i["valid_to"]) for i in page["items"]
    ]
    january, march = "2026-01-05T00:00:00Z", "2026-03-02T00:00:00Z"
    assert intervals == [
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


def test_a_declaration_names_its_amendment_but_not_the_author(ask, client):
    """The history shows the amendment's id, reason and source, and the held base."""
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


def test_a_history_honours_known_at(ask):
    """Between the two loads only the first list was known, without an end."""
    (only,) = ask("/v1/entries/42/history", known_at="2026-06-01T08:30:00Z")["items"]
    assert (only["recorded_from"], only["recorded_to"], only["valid_to"]) == (FIRST, None, None)


def test_a_history_honours_at(ask):
    """In February only the first list was in force, recorded twice."""
    page = ask("/v1/entries/42/history", at="2026-02-01")
    assert [item["kind"] for item in page["items"]] == ["revision", "revision", "declaration"]
    assert page["at"] == "2026-02-01T00:00:00Z"
    assert {item["list_version"] for item in page["items"][:2]} == {"1.001"}


def test_a_history_comes_in_pages(ask, client):
    """The pages together equal the complete history; a cursor is valid for its entry and instants only."""
    for query in ({}, {"at": "2026-02-01"}):
        complete = ask("/v1/entries/42/history", **query)["items"]
        pages = [ask("/v1/entries/42/history", limit=1, **query)]
        while pages[-1]["next"]:
            pages.append(ask("/v1/entries/42/history", limit=1, cursor=pages[-1]["next"], **query))
        assert [item for page in pages for item in page["items"]] == complete
        assert len(pages) == len(complete) > 2
        for path, more in (("46/history", {}), ("42/history", {"at": "2026-02-02"}), ("42/targets", {})):
            response = client.get(f"/v1/entries/{path}", params={"cursor": pages[0]["next"]} | query | more)
            assert (response.status_code, response.json()["errors"][0]["where"]) == (422, "cursor")


def test_the_history_of_an_unknown_entry_is_not_found(client, ask):
    """The service answers 404, also where the entry was not known at `known_at`."""
    assert client.get("/v1/entries/99/history").status_code == 404
    assert client.get("/v1/entries/63/history", params={"known_at": FIRST}).status_code == 404
    assert ask("/v1/entries/63/history")["items"][0]["changed"] is None
