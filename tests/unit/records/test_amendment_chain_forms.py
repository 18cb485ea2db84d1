"""The links of amendments keep their form: fixed tags, and fields of later versions are left out where blank."""

from datetime import UTC, datetime
from typing import ClassVar

import pytest

from service.domain.clock import END
from service.domain.facts import Acceptance, BandFact, Confirmation, Declaration
from service.domain.hash_chain import RecordedAcceptance, RecordedBandFact, RecordedConfirmation, RecordedDeclaration
from service.domain.zigbee_facts import RecordedStackVersionOrder, RecordedZigbeeFact, StackVersionOrder, ZigbeeFact
from service.rules.records.amendment_chain import GENESIS, chain_hashes

AT, UNTIL = datetime(2026, 4, 10, 8, tzinfo=UTC), datetime(2026, 5, 1, tzinfo=UTC)
HELD = {"amendment": "a1", "valid_from": AT, "valid_to": UNTIL, "recorded_from": AT}
DECLARATION = {"id": "d1", "entry": "000002", "kind": "bases", "given": "000001", "declared": AT, **HELD}
CONFIRMED = {
    "base": "000001",
    "target": "000002",
    "base_model": "m",
    "base_version": "v",
    "base_hash": "h",
    "target_model": "n",
    "target_version": "w",
    "target_hash": "i",
}
ROWS = {
    "Declaration": (Declaration, RecordedDeclaration, DECLARATION),
    "Acceptance": (
        Acceptance,
        RecordedAcceptance,
        {"id": "c1", "base": "000001", "target": "000002", "base_model": "m", "target_model": "n", **HELD},
    ),
    "Confirmation": (Confirmation, RecordedConfirmation, {"id": "f1", **CONFIRMED, **HELD}),
    "BandTold": (BandFact, RecordedBandFact, {"id": "b1", "entry": "000001", "band": "Dual Band", **HELD}),
    "Told": (
        ZigbeeFact,
        RecordedZigbeeFact,
        {
            "id": "t1",
            "entry": "000001",
            "kind": "stack",
            "vendor": "OSPREY",
            "detail": "1",
            "given_vendor": "Osprey",
            "given_detail": "1.0",
            **HELD,
        },
    ),
    "StackOrder": (
        StackVersionOrder,
        RecordedStackVersionOrder,
        {"id": "o1", "vendor": "OSPREY", "given_vendor": "Osprey", "versions": "1", "given_versions": "1.0", **HELD},
    ),
}
"""By its tag: the class of a row, that of the row with its end, and the fields of one. These tags never change."""
LINKS = {
    "Declaration": "c19bab22dd423572ee63326ff11212a7cd3fb1831a0d06dabc1296d759324d21",
    "Acceptance": "eec46c6020db92b8594ddce035c578b365d26c5d6baa09567f96c1a43b445159",
    "Confirmation": "5a01af9696f786b6a92eaecd0abb5df8d67c7abb30e6c663e6b2a35663628b8a",
    "BandTold": "2cb1395e5d4638e14aafe1f9105044647e9329f24e483fb3db56abf5cb7b542a",
    "Told": "eeed4961656dbdea40ec02a9bffa5d205b57d2ebe2cf224fcfb7536ae693245f",
    "StackOrder": "b2773d0f03b7905f470576ddf30c3a20663a6862f0fddc57da324c31ab1d3434",
}
"""The link over the amendment a1 and one such row, as revision 8d92bf0 computed it, or the first revision that had
the kind.
"""
AMENDMENT = {"id": "a1", "sequence": 1, "made_by": "A. Person", "reason": "because", "recorded": AT, "impact": ""}


def link(row, amendment=AMENDMENT):
    """The link over an amendment that made a row and closed another of the kind."""
    return next(chain_hashes(GENESIS, [amendment], [row], [row]))


@pytest.mark.parametrize("tag", ROWS)
def test_the_link_of_a_row_is_for_ever(tag):
    """Every kind of row of both chains, with and without its end, gives the bytes that it gave at revision 8d92bf0."""
    kind, made, fields = ROWS[tag]
    assert (kind.chain_tag, made.chain_tag) == (tag, tag)
    assert {link(kind(**fields)), link(made(**fields, recorded_to=END))} == {LINKS[tag]}


@pytest.mark.parametrize("tag", ROWS)
def test_a_class_that_is_renamed_keeps_its_links_and_another_tag_does_not(tag):
    """The name of the class is no part of the link; the tag is."""
    kind, _, fields = ROWS[tag]
    renamed = type("Renamed", (kind,), {"__module__": __name__})
    other = type(kind.__name__, (kind,), {"__module__": __name__, "chain_tag": "Other"})
    assert link(renamed(**fields)) == LINKS[tag] != link(other(**fields))


class Later(Declaration):
    """A declaration of a later version, with three fields more."""

    chained_later: ClassVar[tuple[str, ...]] = ("letter", "until", "count")

    letter: str = ""
    until: datetime | None = None
    count: int | None = None


def test_a_later_field_that_is_blank_leaves_the_link_of_a_row_as_it_is():
    """What is not blank is guarded, 0 too, and no field stands for another."""
    assert link(Later(**DECLARATION)) == LINKS["Declaration"]
    filled = [Later(**DECLARATION, **more) for more in ({"letter": "7"}, {"until": UNTIL}, {"count": 0}, {"count": 7})]
    assert len({LINKS["Declaration"], *map(link, filled)}) == 5


def test_a_later_property_that_is_blank_leaves_the_link_of_an_amendment_as_it_is():
    """Of the amendments of both chains."""
    row = Declaration(**DECLARATION)
    assert link(row, AMENDMENT | {"later": ""}) == link(row, AMENDMENT | {"later": None}) == LINKS["Declaration"]
    assert link(row, AMENDMENT | {"later": "x"}) != LINKS["Declaration"]
