"""The held bases of an entry: the rows of both engines are those of the rules, each with its counterpart."""

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from service.domain.as_of import AsOf
from service.domain.listings import ListVersion
from service.repositories.entries import held_bases
from tests.properties import share
from tests.reached import reached, reaching
from tests.store.packed import moved, written
from tests.worlds import DATES, NOW, World, declaration, near, revision, situations, world

LIST = ListVersion(number="1.0", issued="2022-01-01", effective_from=DATES[0], sha256="", entries=0, recorded=NOW)
KINDS = ("revisions", "declarations", "acceptances")
ALONE = world(revision(1, "A"), revision(2, "D"), declaration(2, 1))
"""A held base whose target is the only entry of its device model."""
BESIDE = world(revision(1, "A", image=7), revision(2, "D"), declaration(2, 1), revision(3, "D", image=7))
"""A held base whose image is on the target's device model too."""


def counterpart(snapshot, pair):
    """The lowest other entry of the target's device model with the image of the base, or blank."""
    base, target = snapshot.entries[pair.base], snapshot.entries[pair.target]
    same = [
        entry.number
        for entry in snapshot.entries.values()
        if (entry.device_model, entry.image_hash) == (target.device_model, base.image_hash) and base.image_hash
    ]
    return min(set(same) - {base.number, target.number}, default="")


@reaching("held", "counterpart")
@settings(max_examples=share(15, least=3), deadline=None, suppress_health_check=list(HealthCheck))
@given(drawn=st.lists(situations(most=7), min_size=3, max_size=3))
@example(drawn=[(ALONE, NOW), (BESIDE, NOW)])
def test_each_engine_gives_the_held_bases_of_the_rules(afresh, drawn):
    """At each world's instant, for all entries in force."""
    graph = afresh()
    worlds = [moved(drawn_world, nth) for nth, (drawn_world, _) in enumerate(drawn)]
    written(graph, worlds)
    together = World(*([row for w in worlds for row in getattr(w, kind)] for kind in KINDS))
    for at in sorted({at for _, at in drawn if at >= DATES[0]}):
        snapshot = near(together, at)
        due = sorted((pair.target, pair.base, pair.code, counterpart(snapshot, pair)) for pair in snapshot.held)
        rows = held_bases(graph, AsOf(at, NOW, LIST), sorted(snapshot.entries))
        reached("held", len(rows))
        reached("counterpart", sum(bool(row.counterpart) for row in rows))
        assert [(row.target, row.base, row.code, row.counterpart) for row in rows] == due
