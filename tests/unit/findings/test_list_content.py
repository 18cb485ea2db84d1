"""The findings about dates, twins, versions and fragments: what brings each, and the nearest thing that does not."""

from service.rules.findings import list_content
from tests.unit.findings_inputs import entries, listed, of
from tests.worlds import declaration, revision


def test_twins_that_differ():
    """In bases as vertices, status or fragment; a twin that says nothing differs in nothing."""
    base = [revision(8, fw=8, image=8), revision(9, fw=8, image=8)]
    twins = [revision(1, fw=5, image=5), revision(2, fw=5, image=5)]
    assert of(list_content.twins_differ, *base, *twins, declaration(1, 8)) == []
    assert of(list_content.twins_differ, *base, *twins, declaration(1, 8), declaration(2, 9)) == []
    (one,) = of(list_content.twins_differ, *base, *twins, declaration(1, 8), declaration(2))
    assert (one.entries, one.evidence.differs) == (["000001", "000002"], ["declaration"])
    removed = revision(2, fw=5, image=5, status="Removed", image_descriptor="Fragment 1 of 2")
    (one,) = of(list_content.twins_differ, twins[0], removed)
    assert one.evidence.differs == ["fragment", "status"]


def test_one_version_that_names_two_images():
    """On one device model; twins are one image, and another device model is another thing."""
    facts = [revision(1, fw=5), revision(2, fw=5), revision(3, fw=5, image=2), revision(4, "B", fw=5)]
    (one,) = of(list_content.same_version, *facts)
    assert (one.entries, [image.entries for image in one.evidence.images]) == (
        ["000001", "000002", "000003"],
        [["000001"], ["000002", "000003"]],
    )


def test_a_fragment_whose_base_skips_the_part_before():
    """Part 2 needs part 1 of the same version as its base; N/A and any other base skip it."""
    part = [revision(n, image_descriptor=f"Fragment {n} of 3 of version 4.8.0") for n in (1, 2, 3)]
    other = revision(4, image_descriptor="Fragment 1 of 3 of version 4.7.0")
    rule = list_content.fragments_that_skip
    assert of(rule, *part, declaration(1), declaration(2, 1), declaration(3, 2)) == []
    (one,) = of(rule, *part, other, declaration(2, 1, 4))
    assert (one.severity, one.evidence.part, one.evidence.bases) == ("wrong", 2, ["000004"])
    assert entries(of(rule, *part, declaration(3, 1))) == [["000001", "000003"]]
    assert entries(of(rule, *part, declaration(2))) == [["000002"]]


def test_list_dates_that_run_backwards():
    """Against the latest list of a lower version, not only the one just before."""
    lists = [listed("1.1", "2022-03-01"), listed("1.2", "2022-02-01"), listed("1.3", "2022-02-15")]
    got = of(list_content.dates_backwards, lists=lists)
    assert [(f.evidence.list_version, f.evidence.previous) for f in got] == [("1.2", "1.1"), ("1.3", "1.1")]
    assert of(list_content.dates_backwards, lists=lists[1:]) == []
    assert of(list_content.dates_backwards, lists=[listed("1.1", "2022-03-01"), listed("1.2", "2022-03-01")]) == []
