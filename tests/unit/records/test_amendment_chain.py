"""The chain of amendments without an engine: every change of what a link is over is seen, and nothing else is."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.clock import END, iso
from service.domain.hash_chain import ChainLinkBase, RecordedAcceptance, RecordedDeclaration
from service.rules.records.amendment_chain import GENESIS, AmendmentChain, chain_hashes, check_chain
from tests.worlds import DATES, acceptance, declaration

INSTANTS = [DATES[0] + timedelta(days=day) for day in range(6)]
PATHS = ("", "000001", "000001;000002")


def made(row, recorded, ended, amendment, name):
    """A row as the graph has it."""
    kind = RecordedAcceptance if row.__class__.__name__ == "Acceptance" else RecordedDeclaration
    told = {"recorded_from": recorded, "recorded_to": ended, "amendment": amendment, "id": name}
    return kind(**{**row.model_dump(), **told})


@st.composite
def chains(draw, least=1):
    """A sound chain: transactions of one to three amendments, each row of one or left over from an earlier one."""
    amendments, rows, head = [], [], GENESIS
    for nth, recorded in enumerate(INSTANTS[: draw(st.integers(least, 5))]):
        count = draw(st.integers(1, 3))
        said = [amendment(len(amendments) + n, recorded, draw) for n in range(1, count + 1)]
        ids = [*(one.id for one in amendments), *(one["id"] for one in said)]
        added = [drawn_row(draw, nth, n, recorded, ids) for n in range(draw(st.integers(0, 4)))]
        ended = draw(st.sets(st.sampled_from(range(len(rows))))) if rows else set()
        closed = [rows[place] for place in ended if rows[place].recorded_to == END]
        rows = [row.model_copy(update={"recorded_to": recorded}) if row in closed else row for row in rows]
        rows += added
        for one, link in zip(said, chain_hashes(head, said, added, closed), strict=True):
            amendments.append(ChainLinkBase(**one, hash=link))
            head = link
    return AmendmentChain(amendments, rows, len(amendments), head)


def amendment(number, recorded, draw):
    """What an amendment says of itself."""
    words = st.sampled_from(["", "a", "b", "a\0", "é"])
    told = {name: draw(words) for name in ("made_by", "reason", "evidence", "source")}
    return {"id": f"a{number}", "sequence": number, "recorded": recorded, **told}


def drawn_row(draw, nth, n, recorded, ids):
    """A declaration or an acceptance, under any amendment there is."""
    number = draw(st.integers(1, 5))
    row = acceptance(number, 9) if draw(st.booleans()) else declaration(number, *([7] if draw(st.booleans()) else []))
    return made(row, recorded, END, draw(st.sampled_from(ids)), f"{number}.{nth}.{n}")


@given(chains(), st.randoms())
def test_a_sound_chain_is_found_sound_in_whatever_order_its_rows_come(found, random):
    """An engine owes no order; every head that there was is on the chain."""
    rows = list(found.rows)
    random.shuffle(rows)
    told = check_chain(AmendmentChain(found.amendments, rows, found.sequence, found.head))
    assert (told.faults, told.linked, told.before) == ([], len(found.amendments), 0)
    for head in [GENESIS, *(one.hash for one in found.amendments)]:
        assert check_chain(found, head).faults == []
    assert check_chain(found, found.head.upper() + " ").faults == []


ANOTHER = {
    "id": lambda was: was + "x",
    "sequence": lambda was: was + 1,
    "recorded": lambda was: was + timedelta(microseconds=1),
    "hash": lambda was: ("1" if was[0] == "0" else "0") + was[1:],
    "kind": lambda was: "not-supplied" if was != "not-supplied" else "none",
    "declared": lambda was: was + timedelta(microseconds=1),
    "valid_from": lambda was: was + timedelta(microseconds=1),
    "valid_to": lambda was: was - timedelta(microseconds=1),
    "recorded_from": lambda was: was + timedelta(microseconds=1),
    "recorded_to": lambda was: was - timedelta(microseconds=1),
}


def wrong_link(one):
    """That an amendment is not as it was recorded."""
    return (
        f"Amendment number {one.sequence} ({one.id}) is not as it was recorded: "
        "its properties, the rows it made or those it closed, or the amendment before it."
    )


def wrong_head(told, last):
    """That the compartment tells another head than that of the last link."""
    return f"The compartment's head is {told}, the last link is {last}."


def wrong_links(amendments, wrong):
    """The same of these and of those that follow in their transactions, which are recomputed as a whole."""
    first = {}
    for place, one in enumerate(amendments):
        if one in wrong:
            first.setdefault(one.recorded, place)
    return [
        wrong_link(one) for place, one in enumerate(amendments) if place >= first.get(one.recorded, len(amendments))
    ]


def answering(found, row):
    """The amendment of a row's transaction that answers for it: its own, else the first; none where there is none."""
    together = [one for one in found.amendments if one.recorded == row.recorded_from]
    return next((one for one in together if one.id == row.amendment), together[0] if together else None)


def covered(row):
    """The values of a row that the link of its transaction covers."""
    return row.recorded_from, *(getattr(row, name) for name in (*row.chained, *row.chained_later))


def unfit(found, was, now):
    """What is wrong where a row became another one; None is a row that is not there."""
    first = {one.recorded: one for one in reversed(found.amendments)}
    there = [row for row in (was, now) if row]
    wrong = []
    if len(there) == 1 or covered(was) != covered(now):
        wrong += [answering(found, row) for row in there]
    if len(there) == 1 or len({(row.id, row.recorded_to) for row in there}) == 2:
        wrong += [first.get(row.recorded_to) for row in there]
    said = wrong_links(found.amendments, wrong)
    for verb, when in (("recorded", now.recorded_from), ("closed", now.recorded_to)) if now else ():
        if when not in first and when != END:
            said.append(f"{now.chain_tag} {now.id} was {verb} at {iso(when)}, when no amendment was recorded.")
    return said


def another(one, name):
    """The same with another value of a property."""
    return one.model_copy(update={name: ANOTHER.get(name, lambda text: text + "x")(getattr(one, name))})


@given(chains().filter(lambda found: found.rows), st.data())
def test_any_change_of_a_row_is_a_fault(found, data):
    """There is no property that may be changed unseen: the amendment that answers for the row is told, and no other."""
    place = data.draw(st.integers(0, len(found.rows) - 1))
    was = found.rows[place]
    now = another(was, data.draw(st.sampled_from(sorted(type(was).model_fields))))
    rows = [*found.rows[:place], now, *found.rows[place + 1 :]]
    due = unfit(found, was, now)
    assert due
    assert check_chain(replace(found, rows=rows)).faults == due


@given(chains().filter(lambda found: found.rows), st.data(), st.booleans())
def test_a_row_that_goes_or_comes_is_a_fault(found, data, comes):
    """Those that answer for what it made and for what was closed are told, and no others."""
    place = data.draw(st.integers(0, len(found.rows) - 1))
    one = found.rows[place].model_copy(update={"id": "another"}) if comes else found.rows[place]
    rows = [*found.rows, one] if comes else [*found.rows[:place], *found.rows[place + 1 :]]
    due = unfit(found, None, one) if comes else unfit(found, one, None)
    assert due
    assert check_chain(replace(found, rows=rows)).faults == due


@given(chains(), st.data(), st.sampled_from(["made_by", "reason", "evidence", "source", "id", "hash", "sequence"]))
def test_any_change_of_an_amendment_is_a_fault(found, data, name):
    """It is told; and what rests on the property too: rows under its id, the link or head upon it, the numbers."""
    place = data.draw(st.integers(0, len(found.amendments) - 1))
    was, after = found.amendments[place], found.amendments[place + 1 :]
    now = another(was, name)
    wrong, said = [now], []
    if name == "id":  # its rows are the first's now
        own = [row for row in found.rows if answering(found, row) is was and row.amendment == was.id]
        wrong += [one for one in found.amendments if one.recorded == was.recorded][:1] if own else []
    if name == "hash" and not after:
        said = [wrong_head(found.head, now.hash)]
    if name == "sequence":
        said = [f"Amendment number {was.sequence} is missing."]
        said += [f"Amendment number {now.sequence} exists more than once."] if after else []
        counted = f"exists, though the compartment counts {found.sequence}."
        said += [] if after else [f"Amendment number {now.sequence} {counted}"]
    amendments = [*found.amendments[:place], now, *after]
    due = said + wrong_links(amendments, wrong)
    if name == "hash":  # a transaction is linked to what the last amendment before it says of its own hash
        upon = [one for one in after[:1] if one.recorded != was.recorded]
        due = [*said, wrong_link(now), *wrong_links(after, upon)]
    assert check_chain(replace(found, amendments=amendments)).faults == due


@given(chains(), st.data())
def test_another_instant_of_an_amendment_is_a_fault(found, data):
    """It is told, whatever else there is to tell of the rows of its transaction."""
    place = data.draw(st.integers(0, len(found.amendments) - 1))
    now = another(found.amendments[place], "recorded")
    amendments = [*found.amendments[:place], now, *found.amendments[place + 1 :]]
    assert wrong_link(now) in check_chain(replace(found, amendments=amendments)).faults


@given(chains(), st.data())
def test_an_amendment_that_goes_is_a_fault(found, data):
    """Its number is missing; the link or the head upon it does not fit, nor do rows of which nothing answers now."""
    place = data.draw(st.integers(0, len(found.amendments) - 1))
    gone, after = found.amendments[place], found.amendments[place + 1 :]
    rest = replace(found, amendments=[*found.amendments[:place], *after])
    said = [f"Amendment number {gone.sequence} is missing."]
    if not after:
        said.append(wrong_head(found.head, rest.amendments[-1].hash if rest.amendments else GENESIS))
    together = [one for one in rest.amendments if one.recorded == gone.recorded]
    own = any(answering(found, row) is gone for row in found.rows)
    wrong = [*after[:1], *(together[:1] if own else [])]
    said += wrong_links(rest.amendments, wrong)
    for row in () if together else found.rows:
        for verb, when in (("recorded", row.recorded_from), ("closed", row.recorded_to)):
            if when == gone.recorded:
                name = row.chain_tag
                said.append(f"{name} {row.id} was {verb} at {iso(when)}, when no amendment was recorded.")
    assert sorted(check_chain(rest).faults) == sorted(said)


@given(chains(), st.data())
def test_an_amendment_that_comes_is_a_fault(found, data):
    """Its number is there twice, its link does not fit, nor does the head unless it bears the hash of the last."""
    one = data.draw(st.sampled_from(found.amendments)).model_copy(update={"id": "another"})
    said = [f"Amendment number {one.sequence} exists more than once."]
    said += [] if one.hash == found.head else [wrong_head(found.head, one.hash)]
    assert check_chain(replace(found, amendments=[*found.amendments, one])).faults == [*said, wrong_link(one)]


@given(chains())
def test_the_compartment_s_word_must_fit(found):
    """Its number and its head are those of the last amendment."""
    last = found.sequence
    for sequence, said in (
        (last + 1, [f"Amendment number {last + 1} is missing."]),
        (last - 1, [f"Amendment number {last} exists, though the compartment counts {last - 1}."]),
    ):
        assert check_chain(replace(found, sequence=sequence)).faults == said
    head = "0" * 63 + "1"
    assert check_chain(replace(found, head=head)).faults == [wrong_head(head, found.head)]


@given(chains(least=2), st.data())
def test_what_was_cut_off_is_told_by_a_head_that_was_kept(found, data):
    """The beginning of a chain is a chain; the heads of what is gone are not on it."""
    last = data.draw(st.sampled_from(sorted({one.recorded for one in found.amendments})[:-1]))
    rest = [one for one in found.amendments if one.recorded <= last]
    until = rest[-1].recorded
    rows = [row for row in found.rows if row.recorded_from <= until]
    rows = [row.model_copy(update={"recorded_to": END}) if row.recorded_to > until else row for row in rows]
    short = AmendmentChain(rest, rows, len(rest), rest[-1].hash)
    assert check_chain(short).faults == []
    assert len(rest) < len(found.amendments)
    for gone in found.amendments[len(rest) :]:
        assert check_chain(short, gone.hash).faults == [f"The head you kept is not in this chain: {gone.hash}"]


def test_a_blank_property_is_no_part_of_a_link():
    """So one that a later version brings, blank for what was recorded before, changes no hash."""
    said = {"id": "a1", "sequence": 1, "recorded": DATES[0], "reason": "x"}
    assert list(chain_hashes(GENESIS, [said], [], [])) == list(
        chain_hashes(GENESIS, [said | {"counts": "", "impact": None}], [], [])
    )
    assert list(chain_hashes(GENESIS, [said], [], [])) != list(chain_hashes(GENESIS, [said | {"counts": 0}], [], []))


def test_a_link_is_what_is_written_down():
    """The hash of a chain that somebody kept must be the same in every later version."""
    said = {"id": "a1", "sequence": 1, "recorded": DATES[0], "made_by": "ada", "reason": "told", "evidence": ""}
    rows = [declaration(2, 1), declaration(3), acceptance(1, 2)]
    first, second = chain_hashes(GENESIS, [said, said | {"id": "a2", "sequence": 2}], rows, [declaration(9)])
    assert (first[:16], second[:16]) == ("6ff3e6c9127f98e1", "866d92e0c37b5697")


@pytest.mark.parametrize("rows", [([declaration(2)], []), ([], [acceptance(1, 2)])])
def test_nothing_is_declared_without_an_amendment(rows):
    """A caller that made or closed rows and says no amendment is told so; nothing at all is no link."""
    with pytest.raises(ValueError, match="only by an amendment"):
        list(chain_hashes(GENESIS, [], *rows))
    assert list(chain_hashes(GENESIS, [], [], [])) == []


def test_the_rows_of_the_time_before_the_chain_are_not_judged():
    """Nor are those that ended then; but what the first link closed is part of it."""
    said = {
        "id": "a2",
        "sequence": 2,
        "recorded": INSTANTS[3],
        "made_by": "",
        "reason": "",
        "evidence": "",
        "source": "",
    }
    old = ChainLinkBase(**said | {"id": "a1", "sequence": 1, "recorded": INSTANTS[0]}, hash="")
    ended = made(declaration(2), INSTANTS[0], INSTANTS[1], "a1", "one")
    closed = made(declaration(3), INSTANTS[1], INSTANTS[3], "a1", "two")
    (link,) = chain_hashes(GENESIS, [said], [], [closed])
    new = ChainLinkBase(**said, hash=link)
    assert check_chain(AmendmentChain([old, new], [ended, closed], 2, link)).faults == []
    assert check_chain(AmendmentChain([old], [ended], 1, GENESIS)).faults == []
    late = ended.model_copy(update={"recorded_to": INSTANTS[4]})
    assert check_chain(AmendmentChain([old, new], [late, closed], 2, link)).faults == [
        "Declaration one was closed at 2022-01-05T00:00:00Z, when no amendment was recorded."
    ]


def an_amendment(number, recorded, **said):
    """What an amendment says of itself, all of it blank unless it is told."""
    blank = dict.fromkeys(("made_by", "reason", "evidence", "source"), "")
    return {"id": f"a{number}", "sequence": number, "recorded": recorded, **blank, **said}


@pytest.fixture
def older_than_the_chain():
    """A graph with one amendment of the time before the chain and two links, two days apart, that each make a row."""
    old = ChainLinkBase(**an_amendment(1, INSTANTS[0]), hash="")
    rows = [made(declaration(2), INSTANTS[2], END, "a2", "one"), made(declaration(3), INSTANTS[4], END, "a3", "two")]
    amendments, head = [old], GENESIS
    for number, row in enumerate(rows, 2):
        said = an_amendment(number, row.recorded_from)
        (head,) = chain_hashes(head, [said], [row], [])
        amendments.append(ChainLinkBase(**said, hash=head))
    return AmendmentChain(amendments, rows, 3, head)


@pytest.mark.parametrize("amendment", ["a1", "a2", "a3"])
def test_a_row_slipped_in_between_two_links_is_a_fault_though_the_graph_is_older_than_the_chain(
    older_than_the_chain, amendment
):
    """What is not judged ends where the chain begins, at its first link and not at its last."""
    chain = older_than_the_chain
    assert check_chain(chain).faults == []
    slipped = made(declaration(4), INSTANTS[3], END, amendment, "slipped")
    assert check_chain(replace(chain, rows=[*chain.rows, slipped])).faults == [
        "Declaration slipped was recorded at 2022-01-04T00:00:00Z, when no amendment was recorded."
    ]


def test_a_row_closed_between_two_links_is_a_fault_though_the_graph_is_older_than_the_chain(older_than_the_chain):
    """A row of the time before the chain too: it was believed when the chain began."""
    chain = older_than_the_chain
    row = made(declaration(4), INSTANTS[0], END, "a1", "old")
    assert check_chain(replace(chain, rows=[*chain.rows, row])).faults == []
    closed = row.model_copy(update={"recorded_to": INSTANTS[3]})
    assert check_chain(replace(chain, rows=[*chain.rows, closed])).faults == [
        "Declaration old was closed at 2022-01-04T00:00:00Z, when no amendment was recorded."
    ]


def link(number, hash=""):
    """An amendment of its own instant, with a hash or from before the chain."""
    said = dict.fromkeys(("made_by", "reason", "evidence", "source"), "x")
    return ChainLinkBase(id=f"a{number}", sequence=number, recorded=INSTANTS[number], hash=hash, **said)


def test_amendments_from_before_the_chain_are_counted_alone():
    """A compartment in which no amendment has a hash yet has no fault; one after a link has."""
    older = [link(1), link(2)]
    found = check_chain(AmendmentChain(older, [], 2, GENESIS))
    assert (found.faults, found.linked, found.before, found.heads) == ([], 0, 2, {GENESIS})
    (first,) = chain_hashes(GENESIS, [dict(link(1))], [], [])
    found = check_chain(AmendmentChain([link(1, first), link(2)], [], 2, first))
    assert found.faults == ["Amendment number 2 has no hash, though the chain begins at number 1."]


def test_a_transaction_without_an_amendment_may_change_no_row():
    """Neither add one nor close one; without rows it has no link."""
    row = made(declaration(1), DATES[0], END, "a1", "d1")
    for added, closed in (([row], []), ([], [row]), ([row], [row])):
        with pytest.raises(ValueError, match="only by an amendment"):
            list(chain_hashes(GENESIS, [], added, closed))
    assert list(chain_hashes(GENESIS, [], [], [])) == []
