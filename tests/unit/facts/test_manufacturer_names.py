"""Statements of SECAS about manufacturers, and notes of lists, against the recorded names."""

from service.domain.clock import BEGINNING, END
from service.domain.facts import ManufacturerName
from service.rules.facts.list_diff import ListPosition
from service.rules.facts.manufacturer_names import noted_name_changes, stated_name_changes
from tests.worlds import DATES, NOW

FIRST, SECOND, THIRD, _ = DATES


def name(value, since=BEGINNING, until=END, code="FE01", noted=""):
    """A recorded name: stated by SECAS, or from the notes of a list."""
    return ManufacturerName(
        id=f"{code}@{since.date()}", code=code, name=value, list_version=noted, amendment="a1",
        recorded_from=FIRST, valid_from=since, valid_to=until,
    )  # fmt: skip


def timeline(changes):
    """The added rows."""
    return [(row.code, row.name, row.amendment, row.valid_from, row.valid_to) for row in changes.added]


def noted(believed, names, since=SECOND, until=END):
    """The rows that the notes of list 1.002 add."""
    return noted_name_changes(believed, names, ListPosition(since, until), "1.002", NOW, "a2")


def test_the_first_name_holds_for_all_time():
    """Several codes may have one name, each by a row of its own."""
    changes = stated_name_changes([], {"FE01": "Us", "FE02": "Us"}, None, NOW, "a2")
    assert timeline(changes) == [
        ("FE01", "Us", "a2", BEGINNING, END), ("FE02", "Us", "a2", BEGINNING, END)
    ]  # fmt: skip
    assert len({row.id for row in changes.added}) == 2


def test_a_name_that_is_recorded_already_changes_nothing():
    """Also where it holds over a part of the recorded time, and where no name is to be taken away again."""
    for since in (None, SECOND):
        assert not stated_name_changes([name("Us")], {"FE01": "Us"}, since, NOW, "a2")
    assert not stated_name_changes([name("")], {"FE01": None}, None, NOW, "a2")
    assert not noted([name("Us", noted="1.001")], {"FE01": "Us"})


def test_a_name_may_change_from_an_instant_on():
    """The former name holds until then; names of other codes stay."""
    changes = stated_name_changes([name("Us"), name("Them", code="FE02")], {"FE01": "We"}, SECOND, NOW, "a2")
    assert changes.closed == [name("Us")]
    assert timeline(changes) == [("FE01", "Us", "a1", BEGINNING, SECOND), ("FE01", "We", "a2", SECOND, END)]


def test_a_name_may_be_taken_away():
    """From an instant on, or wholly: the blank name is a statement, which the notes of a list do not change."""
    assert timeline(stated_name_changes([name("Us")], {"FE01": None}, SECOND, NOW, "a2")) == [
        ("FE01", "Us", "a1", BEGINNING, SECOND), ("FE01", "", "a2", SECOND, END)
    ]  # fmt: skip
    wholly = stated_name_changes([name("Us")], {"FE01": None}, None, NOW, "a2")
    assert (wholly.closed, timeline(wholly)) == ([name("Us")], [("FE01", "", "a2", BEGINNING, END)])
    assert not noted([name("")], {"FE01": "Us"})


def test_notes_name_a_code_from_the_date_of_their_list():
    """A later list changes the name that an earlier one gave, from its own date on."""
    first = noted([], {"FE01": "Us"}, FIRST)
    assert [(row.list_version, row.valid_from, row.valid_to) for row in first.added] == [("1.002", FIRST, END)]
    former = name("Us", FIRST, noted="1.001")
    changes = noted([former], {"FE01": "We"})
    assert changes.closed == [former]
    assert timeline(changes) == [("FE01", "Us", "a1", FIRST, SECOND), ("FE01", "We", "a2", SECOND, END)]


def test_a_statement_of_secas_wins_over_notes():
    """Over the time for which it was made, whatever a list notes before or after it, even where both say the same."""
    stated = name("Us", SECOND)
    assert not noted([stated], {"FE01": "Them"}, THIRD)
    assert timeline(noted([stated], {"FE01": "Them"}, FIRST)) == [("FE01", "Them", "a2", FIRST, SECOND)]
    same = stated_name_changes([name("Us", noted="1.001")], {"FE01": "Us"}, None, NOW, "a2")
    assert [(row.name, row.list_version) for row in same.added] == [("Us", "")]


def test_an_earlier_list_loaded_again_names_until_the_next():
    """It leaves the name that a later list gave; a code without a name has the new one until the next name."""
    later = name("We", THIRD, noted="1.003")
    assert timeline(noted([later], {"FE01": "Us"}, FIRST, SECOND)) == [("FE01", "Us", "a2", FIRST, THIRD)]
    both = [name("A", FIRST, THIRD, noted="1.001"), later]
    assert timeline(noted(both, {"FE01": "Us"}, SECOND, THIRD)) == [
        ("FE01", "A", "a1", FIRST, SECOND), ("FE01", "Us", "a2", SECOND, THIRD)
    ]  # fmt: skip
    assert not noted(both, {"FE01": "Us"}, SECOND, SECOND)
