"""Every rule of design 4 against the oracle, on random worlds."""

from itertools import permutations, product

from hypothesis import assume, event, example, given
from hypothesis import strategies as st

from service.rules.answers.pathway import reachable_targets, reaching_origins
from tests.reached import reached, reaching
from tests.unit.oracles.pathway import Oracle
from tests.unit.oracles.reasons import ORDER, Why, numbers
from tests.unit.oracles.warnings import codes
from tests.unit.questions import ask, setting, way
from tests.worlds import NOW, crossed, declaration, near, revision, situations, terrain, world, worlds

FEW = 7
SOME = world(revision(1), revision(2), revision(3), revision(4, image=""), declaration(1), declaration(2, 1))
TWINS = world(revision(1, status="Removed"), revision(2), revision(6, fw=2, image=2), declaration(2, 1))


def pairs(oracle):
    """Every ordered pair of entries in force, and each entry with itself."""
    return product(oracle.entries, repeat=2)


@given(situations(), st.booleans())
def test_outcome_and_preferred_pathway(situation, through_removed):
    """Every pair of entries has the outcome of the oracle, and its preferred pathway."""
    known, at = situation
    oracle, fetched = Oracle(known, at, through_removed=through_removed), near(known, at)
    for base, target in pairs(oracle):
        answer = ask(fetched, base, target, at=at, through_removed=through_removed)
        event(answer.outcome)
        assert answer.outcome == oracle.outcome(base, target), (base, target)
        expected = oracle.preferred(base, target) if answer.outcome == "route" else []
        assert way(answer) == expected


@st.composite
def lattices(draw):
    """Layers of entries, each declared to follow all entries of the layer before, with shortcuts."""
    widths = draw(st.lists(st.integers(1, 3), min_size=2, max_size=5))
    numbers = draw(st.lists(st.integers(1, 99), min_size=sum(widths) + 1, max_size=sum(widths) + 1, unique=True))
    layers = [[numbers.pop()], *([numbers.pop() for _ in range(width)] for width in widths)]
    facts = []
    for place, layer in enumerate(layers):
        earlier = [number for other in layers[: max(0, place - 1)] for number in other]
        for number in layer:
            facts.append(revision(number, image=draw(st.sampled_from(["", number, number]))))
            shortcuts = draw(st.lists(st.sampled_from(earlier), max_size=1)) if earlier else []
            facts += [declaration(number, *layers[place - 1], *shortcuts)] if place else []
    return world(*facts), layers[0][0], layers[-1]


@given(lattices())
def test_preference_among_many_pathways(lattice):
    """The fewest blank images, then the fewest steps, then the lowest entry numbers."""
    known, base, ends = lattice
    fetched, oracle = near(known), Oracle(known, known.moments[-1])
    for target in ends:
        expected = oracle.preferred(f"{base:06}", f"{target:06}")
        assert way(ask(fetched, base, target)) == expected


@reaching("none", "unknown")
@given(worlds(most=6, letters="AAAB"), st.booleans())
@example(SOME, False)
def test_unknown_means_that_some_missing_declaration_could_make_a_route(known, through_removed):
    """The test tries every choice of bases for the undeclared entries."""
    oracle, fetched = Oracle(known, known.moments[-1], through_removed=through_removed), near(known)
    assume(oracle.missing and oracle.missing_bits() <= 9)
    for base, target in pairs(oracle):
        if oracle.outcome(base, target) in ("none", "unknown"):
            reached(oracle.outcome(base, target))
            answer = ask(fetched, base, target, through_removed=through_removed).outcome
            assert answer == ("unknown" if oracle.could_be_declared(base, target) else "none"), (base, target)


@reaching("none", "unknown", "not-declared", "declared-none", "opposite-direction")
@given(situations(most=FEW), st.booleans())
@example((SOME, NOW), False)
def test_reasons(situation, through_removed):
    """Without a route, every reason that applies is given, in order, with its entries and pathway."""
    known, at = situation
    fetched = terrain(known)
    for base, target in product([*known.numbers, "999999"], repeat=2):
        answer = ask(fetched, base, target, at=at, through_removed=through_removed)
        if answer.outcome in ("none", "unknown"):
            reached(answer.outcome)
            expected = Why(known, at, base, target, through_removed=through_removed).reasons()
            for said in answer.reasons:
                event(said.code)
                reached(said.code)
            found = [(said.code, said.entries, said.steps) for said in answer.reasons if said.code in ORDER]
            assert found == expected, (base, target)


@reaching("unknown")
@given(crossed())
@example(SOME)
def test_exactly_the_entries_that_could_make_a_route_are_named(known):
    """The undeclared entries on loop-free paths, also if accepted steps lead to and fro between device models."""
    fetched = near(known)
    for base, target in permutations(known.numbers, 2):
        answer = ask(fetched, base, target)
        if answer.outcome == "unknown":
            reached(answer.outcome)
            why = Why(known, NOW, base, target)
            on_ways = numbers(why.on_loop_free_ways() & set(why.oracle.missing))
            named = [entry for said in answer.reasons if said.code == "not-declared" for entry in said.entries]
            assert on_ways
            assert named == on_ways, (base, target)
            event(f"{len(named)} named")


@reaching("a target", "an origin")
@given(situations(), st.booleans())
@example((SOME, NOW), False)
def test_targets_and_origins(situation, through_removed):
    """The entries with a route from or to an entry, with their number of steps."""
    known, at = situation
    oracle, fetched = Oracle(known, at, through_removed=through_removed), near(known, at)
    for entry in oracle.entries:
        here = setting(fetched, entry, entry, at=at, through_removed=through_removed)
        assert {item.entry: item.steps for item in reachable_targets(here)} == oracle.targets(entry)
        reached("a target", len(oracle.targets(entry)))
        assert {item.entry: item.steps for item in reaching_origins(here)} == oracle.origins(entry)
        reached("an origin", len(oracle.origins(entry)))


@reaching("a step", "removed-base", "by-twin")
@given(situations(), st.booleans())
@example((TWINS, NOW), False)
def test_warnings(situation, through_removed):
    """Each step of every pathway has exactly the warnings that apply, in the order of the contract."""
    known, at = situation
    oracle, fetched = Oracle(known, at, through_removed=through_removed), near(known, at)
    for base, target in pairs(oracle):
        for step in ask(fetched, base, target, at=at, through_removed=through_removed).steps:
            left_out = ambiguous_codes(oracle, step.base, step.target)
            found = [said.code for said in step.warnings if said.code not in left_out]
            expected = [code for code in codes(oracle, step.base, step.target, at) if code not in left_out]
            reached("a step")
            for code in expected:
                event(code)
                reached(code)
            assert found == expected, (step.base, step.target)


def ambiguous_codes(oracle, base, target):
    """Codes that the oracle cannot decide, because several twins could represent the step."""
    named = set(oracle.declared[target].bases) if target in oracle.declared else set()
    alone = (base, target) in oracle.open() and len(named & oracle.vertex(base)) == 1
    descriptors = {oracle.entries[number].image_descriptor for number in oracle.vertex(target)}
    settled = {"old-declaration": alone, "fragment": len(descriptors) == 1}
    return {code for code, holds in settled.items() if not holds}
