"""The response for an amendment: its link of the chain, and the facts of an entry before and after it."""

from datetime import UTC, datetime

from service.domain.clock import BEGINNING, END, Span
from service.domain.hash_chain import ChainLink
from service.rules.facts.revert import AmendedSpans
from service.rules.records.amendment_details import FactsBeforeAndAfter, amendment_response, entry_amended
from tests.worlds import DATES, acceptance, declaration, hardware, six, world

RECORDED = datetime(2026, 4, 10, 8, tzinfo=UTC)
LINK = ChainLink(
    id="a2",
    sequence=2,
    made_by="ada",
    reason="told by the manufacturer",
    evidence="",
    source="http",
    recorded=RECORDED,
    hash="",
    evidence_date="",
    evidence_sha256="",
    impact="",
    counts="",
    reverts="",
    request="",
)


def test_the_blank_fields_of_a_link_are_null():
    """An amendment without evidence, impact, revert and hash; it was not known one microsecond earlier."""
    assert amendment_response(LINK, None).model_dump() == {
        "id": "a2",
        "sequence": 2,
        "reason": "told by the manufacturer",
        "evidence": {"reference": None, "date": None, "sha256": None},
        "source": "http",
        "recorded": RECORDED,
        "known_before": datetime(2026, 4, 10, 7, 59, 59, 999999, tzinfo=UTC),
        "reverts": None,
        "reverted_by": None,
        "impact": None,
        "hash": None,
        "by": "ada",
    }


def test_the_filled_fields_of_a_link_are_in_the_response():
    """Evidence, the quoted impact with its counts, the hash, and both directions of a revert."""
    evidence = {"evidence": "letter 7", "evidence_date": "2026-04-01", "evidence_sha256": "e" * 64}
    quoted = {"impact": "f" * 64, "counts": '{"lost": 2, "gained": 0}'}
    link = LINK.model_copy(update={**evidence, **quoted, "hash": "a" * 64, "reverts": "a1"})
    told = amendment_response(link, "a3")
    assert told.evidence.model_dump() == {"reference": "letter 7", "date": "2026-04-01", "sha256": "e" * 64}
    assert told.impact.model_dump() == {"id": "f" * 64, "counts": {"lost": 2, "gained": 0}}
    assert (told.hash, told.reverts, told.reverted_by) == ("a" * 64, "a1", "a3")


def beliefs(before, then, declared=(), accepted=()):
    """The facts before an amendment and right after it, with the spans that the amendment changed."""
    return FactsBeforeAndAfter(AmendedSpans(dict(declared), dict(accepted)), world(*before).facts, world(*then).facts)


def periods(rows):
    """The declared periods in short."""
    return [(row.kind, row.bases, row.valid_from, row.valid_to) for row in rows]


def test_only_the_amended_periods_of_the_entry_are_shown():
    """The declarations are cut to the amended span, in the order of time; open ends are null."""
    before = [declaration(3, 1), declaration(4, 1)]
    then = [
        declaration(3, kind="none", since=DATES[2], until=END),
        declaration(3, 1, 2, since=DATES[1], until=DATES[2]),
        declaration(3, 1, until=DATES[1]),
    ]
    told = entry_amended(beliefs(before, then, {six(3): [Span(DATES[1], END)]}.items()), six(3))
    assert told.entry == "000003"
    assert periods(told.before) == [("bases", ["000001"], DATES[1], None)]
    assert periods(told.after) == [
        ("bases", ["000001", "000002"], DATES[1], DATES[2]),
        ("none", [], DATES[2], None),
    ]
    assert (told.accepted_before, told.accepted_after) == ([], [])
    from_the_beginning = beliefs(before, then, {six(3): [Span(BEGINNING, DATES[0])]}.items())
    assert periods(entry_amended(from_the_beginning, six(3)).after) == [("bases", ["000001"], None, DATES[0])]


def test_an_entry_that_the_amendment_does_not_touch_has_no_periods():
    """Its declarations are the same before and after, so none is shown."""
    same = [declaration(4, 1)]
    told = entry_amended(beliefs(same, same, {six(3): [Span(BEGINNING, END)]}.items()), six(4))
    assert (told.before, told.after) == ([], [])


def test_the_accepted_bases_of_the_entry_are_shown_by_base():
    """Acceptances for the entry as target, cut to the amended spans; not those for other targets."""
    before = [acceptance(2, 3)]
    then = [acceptance(2, 3, until=DATES[1]), acceptance(1, 3), acceptance(1, 4)]
    spans = {
        (six(2), six(3)): [Span(DATES[0], END)],
        (six(1), six(3)): [Span(BEGINNING, END)],
        (six(1), six(4)): [Span(BEGINNING, END)],
    }
    told = entry_amended(beliefs(before, then, accepted=spans.items()), six(3))
    models = {"base_device_model": hardware("B"), "target_device_model": hardware("A")}
    assert [row.model_dump() for row in told.accepted_before] == [
        {"base": "000002", **models, "valid_from": DATES[0], "valid_to": None}
    ]
    assert [row.model_dump() for row in told.accepted_after] == [
        {"base": "000001", **models, "valid_from": None, "valid_to": None},
        {"base": "000002", **models, "valid_from": DATES[0], "valid_to": DATES[1]},
    ]
