"""The rights table of the design, the union of several roles, and the rights that settings open."""

import re
from itertools import combinations

import pytest

from service.domain.callers import PUBLIC, ROLES, Caller, parse_roles
from service.domain.capabilities import CAPABILITIES
from service.rules.permissions import ALL_RIGHTS, Access, build_rights
from tests.conftest import ROOT

DESIGN = """
                public party manufacturer ssc  secas
service         all    all   all          all  all
list            all    all   all          all  all
pathways        none   all   all          all  all
amendments      none   bare  own          all  all
impact          none   none  own          all  all
propose         none   none  own          none none
proposals       none   none  own          none all
amend           none   none  none         none all
zigbee          none   none  own          all  none
zigbee-write    none   none  own          all  none
audit           none   none  none         all  none
disclosures     none   none  none         none all
own-disclosures none   all   all          all  all
"""
HEAD, *LINES = (line.split() for line in DESIGN.strip().splitlines())
EXPECTED = {(name, role): extent for name, *row in LINES for role, extent in zip(HEAD, row, strict=True)}
ORDER = ("none", "bare", "own", "all")


def of(*roles):
    """A caller with these roles."""
    return Caller("key", roles=frozenset(roles))


@pytest.mark.parametrize(("capability", "role"), EXPECTED)
def test_each_role_has_the_rights_of_the_design(capability, role):
    """No more and no less."""
    caller = PUBLIC if role == "public" else of(role)
    assert build_rights().extent(caller, capability) == EXPECTED[capability, role]


def test_every_capability_and_every_role_is_in_the_table():
    """The table of the design is complete."""
    assert {name for name, _ in EXPECTED} == set(CAPABILITIES)
    assert tuple(HEAD) == ROLES
    assert set(ALL_RIGHTS.rows) == set(CAPABILITIES)


@pytest.mark.parametrize("several", [c for n in (2, 3, 4) for c in combinations(ROLES[1:], n)], ids="+".join)
def test_several_roles_have_the_widest_right_of_each(several):
    """No role takes away a right of another."""
    for capability in CAPABILITIES:
        most = max((EXPECTED[capability, role] for role in several), key=ORDER.index)
        assert build_rights().extent(of(*several), capability) == most


def test_a_caller_without_a_role_has_the_public_rights():
    """Such as a caller with a token but no known role."""
    assert all(build_rights().extent(of(), name) == EXPECTED[name, "public"] for name in CAPABILITIES)


@pytest.mark.parametrize("role", ROLES)
def test_settings_open_two_rows_and_no_other(role):
    """Chipset and stack, and pathways: MP231 leaves both open."""
    opened = build_rights(zigbee_roles=[role], pathways_roles=[role])
    caller = PUBLIC if role == "public" else of(role)
    for capability in CAPABILITIES:
        extent = "all" if capability in ("zigbee", "pathways") else EXPECTED[capability, role]
        assert opened.extent(caller, capability) == extent
    others = [other for other in ROLES[1:] if other != role]
    if role != "public":
        assert all(opened.extent(of(other), "zigbee") == EXPECTED["zigbee", other] for other in others)


@pytest.mark.parametrize(
    ("codes", "asked", "owned"),
    [
        ({"FE01"}, ["FE01"], True),
        ({"FE01", "FE02"}, ["FE02", "FE01", "FE01"], True),
        ({"FE01"}, ["FE01", "FE02"], False),
        ({"FE01"}, ["FE02"], False),
        ({"FE01"}, [""], False),
        ({"FE01"}, [], False),
        (set(), [], False),
        (set(), ["FE01"], False),
    ],
)
def test_a_caller_owns_entries_only_if_all_are_its_own(codes, asked, owned):
    """One entry of another manufacturer is enough to refuse; nobody owns an empty list."""
    caller = Caller("key", roles=frozenset({"manufacturer"}), manufacturers=frozenset(codes))
    assert Access(caller, build_rights()).owns(asked) is owned


@pytest.mark.parametrize("role", ROLES)
def test_without_sign_in_everybody_has_all_rights(role):
    """The service logs this at its start."""
    assert all(ALL_RIGHTS.extent(of(role), capability) == "all" for capability in CAPABILITIES)


def test_roles_are_read_from_text():
    """In upper or lower case, with blanks; an unknown role is an error."""
    assert parse_roles(" SSC ;secas;; ") == {"ssc", "secas"}
    assert parse_roles("") == frozenset()
    with pytest.raises(ValueError, match="no such role: admin; there are public, party"):
        parse_roles("ssc; admin")


def test_docs_have_the_same_table():
    """docs/security.md has the table for those who assign roles."""
    rows = re.findall(r"^\| `([a-z-]+)` \|(.+)\|$", (ROOT / "docs/security.md").read_text(), re.MULTILINE)
    told = {name: [cell.strip() for cell in row.split("|")][-5:] for name, row in rows}
    assert told == {name: [extent if extent != "none" else "–" for extent in row] for name, *row in LINES}
