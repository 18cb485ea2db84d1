"""The chain of amendments without an engine: every change of what a link is over is seen, and nothing else is."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.chained_rows import AcceptanceMade, BriefLink, DeclarationMade
from service.domain.clock import END
from service.rules.records.amendment_chain import GENESIS, Chain, checked, links
from tests.worlds import DATES, acceptance, declaration

INSTANTS = [DATES[0] + timedelta(days=day) for day in range(6)]
PATHS = ("", "000001", "000001;000002")


def made(row, recorded, ended, amendment, name):
    """A row as the graph has it."""
    kind = AcceptanceMade if row.__class__.__name__ == "Acceptance" else DeclarationMade
    told = {"recorded_from": recorded, "recorded_to": ended, "amendment": amendment, "id": name}
    return kind(**{**row.model_dump(), **told})


@st.composite
def chains(draw):
    """A sound chain: transactions of one to three amendments, each row of one or left over from an earlier one."""
    amendments, rows, head = [], [], GENESIS
    for nth, recorded in enumerate(INSTANTS[: draw(st.integers(1, 5))]):
        count = draw(st.integers(1, 3))
        said = [amendment(len(amendments) + n, recorded, draw) for n in range(1, count + 1)]
        ids = [*(one.id for one in amendments), *(one["id"] for one in said)]
        added = [drawn_row(draw, nth, n, recorded, ids) for n in range(draw(st.integers(0, 4)))]
        ended = draw(st.sets(st.sampled_from(range(len(rows))))) if rows else set()
        closed = [rows[place] for place in ended if rows[place].recorded_to == END]
        rows = [row.model_copy(update={"recorded_to": recorded}) if row in closed else row for row in rows]
        rows += added
        for one, link in zip(said, links(head, said, added, closed), strict=True):
            amendments.append(BriefLink(**one, hash=link))
            head = link
    return Chain(amendments, rows, len(amendments), head)


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
    told = checked(Chain(found.amendments, rows, found.sequence, found.head))
    assert (told.faults, told.linked, told.before) == ([], len(found.amendments), 0)
    for head in [GENESIS, *(one.hash for one in found.amendments)]:
        assert checked(found, head).faults == []
    assert checked(found, found.head.upper() + " ").faults == []


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


@given(chains(), st.data())
def test_any_change_of_any_property_is_a_fault(found, data):
    """Of an amendment or of a row: there is none that may be changed unseen."""
    amendments, rows = list(found.amendments), list(found.rows)
    many = data.draw(st.sampled_from([amendments, rows] if rows else [amendments]))
    place = data.draw(st.integers(0, len(many) - 1))
    name = data.draw(st.sampled_from(sorted(type(many[place]).model_fields)))
    was = getattr(many[place], name)
    many[place] = many[place].model_copy(update={name: ANOTHER.get(name, lambda text: text + "x")(was)})
    assert checked(Chain(amendments, rows, found.sequence, found.head)).faults


@given(chains(), st.data())
def test_whatever_goes_or_comes_is_a_fault(found, data):
    """An amendment or a row that is no longer there, or one more."""
    amendments, rows = list(found.amendments), list(found.rows)
    many = data.draw(st.sampled_from([amendments, rows] if rows else [amendments]))
    place = data.draw(st.integers(0, len(many) - 1))
    if data.draw(st.booleans()):
        del many[place]
    else:
        many.append(many[place].model_copy(update={"id": "another"}))
    assert checked(Chain(amendments, rows, found.sequence, found.head)).faults


@given(chains(), st.data())
def test_the_compartment_s_word_must_fit(found, data):
    """Its number and its head are those of the last amendment."""
    assert checked(Chain(found.amendments, found.rows, found.sequence + 1, found.head)).faults
    assert checked(Chain(found.amendments, found.rows, found.sequence - 1, found.head)).faults
    assert checked(Chain(found.amendments, found.rows, found.sequence, "0" * 63 + "1")).faults


@given(chains(), st.integers(0, 15))
def test_what_was_cut_off_is_told_by_a_head_that_was_kept(found, keep):
    """The beginning of a chain is a chain; the heads of what is gone are not on it."""
    rest = [one for one in found.amendments if one.recorded <= INSTANTS[min(keep, 5)]]
    until = rest[-1].recorded
    rows = [row for row in found.rows if row.recorded_from <= until]
    rows = [row.model_copy(update={"recorded_to": END}) if row.recorded_to > until else row for row in rows]
    short = Chain(rest, rows, len(rest), rest[-1].hash)
    assert checked(short).faults == []
    for gone in found.amendments[len(rest) :]:
        assert checked(short, gone.hash).faults == [f"The head you kept is not in this chain: {gone.hash}"]


def test_a_blank_property_is_no_part_of_a_link():
    """So one that a later version brings, blank for what was recorded before, changes no hash."""
    said = {"id": "a1", "sequence": 1, "recorded": DATES[0], "reason": "x"}
    assert list(links(GENESIS, [said], [], [])) == list(links(GENESIS, [said | {"counts": "", "impact": None}], [], []))
    assert list(links(GENESIS, [said], [], [])) != list(links(GENESIS, [said | {"counts": 0}], [], []))


def test_a_link_is_what_is_written_down():
    """The hash of a chain that somebody kept must be the same in every later version."""
    said = {"id": "a1", "sequence": 1, "recorded": DATES[0], "made_by": "ada", "reason": "told", "evidence": ""}
    rows = [declaration(2, 1), declaration(3), acceptance(1, 2)]
    first, second = links(GENESIS, [said, said | {"id": "a2", "sequence": 2}], rows, [declaration(9)])
    assert (first[:16], second[:16]) == ("6ff3e6c9127f98e1", "866d92e0c37b5697")


@pytest.mark.parametrize("rows", [([declaration(2)], []), ([], [acceptance(1, 2)])])
def test_nothing_is_declared_without_an_amendment(rows):
    """A caller that made or closed rows and says no amendment is told so; nothing at all is no link."""
    with pytest.raises(ValueError, match="by an amendment alone"):
        list(links(GENESIS, [], *rows))
    assert list(links(GENESIS, [], [], [])) == []


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
    old = BriefLink(**said | {"id": "a1", "sequence": 1, "recorded": INSTANTS[0]}, hash="")
    ended = made(declaration(2), INSTANTS[0], INSTANTS[1], "a1", "one")
    closed = made(declaration(3), INSTANTS[1], INSTANTS[3], "a1", "two")
    (link,) = links(GENESIS, [said], [], [closed])
    new = BriefLink(**said, hash=link)
    assert checked(Chain([old, new], [ended, closed], 2, link)).faults == []
    assert checked(Chain([old], [ended], 1, GENESIS)).faults == []
    late = ended.model_copy(update={"recorded_to": INSTANTS[4]})
    assert len(checked(Chain([old, new], [late, closed], 2, link)).faults) == 1
