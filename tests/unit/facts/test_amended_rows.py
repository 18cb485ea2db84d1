"""Rows of the facts that amendments make: a row built from the content of a row is that row again."""

from service.domain.clock import BEGINNING, END, Span
from service.rules.facts import amended_rows as rows
from service.rules.facts.intervals import TimeSegment
from tests.worlds import NOW, acceptance, declaration, six

KEYS = {"id", "recorded_from"}


def test_a_row_of_the_same_content_equals_the_row():
    """Apart from its key and the instant at which the service records it."""
    declared = declaration(3, 1, 2).model_copy(update={"evidence": "letter"})
    accepted = acceptance(1, 3).model_copy(update={"evidence": "mail"})
    identities = (("m", "v", "h"), ("n", "w", "i"))
    confirmed = rows.confirmation_row(six(1), six(3), NOW, 0, TimeSegment(Span(BEGINNING, END), (identities, "a", "e")))
    assert confirmed.identities == identities
    built = [
        (declared, rows.declaration_row(six(3), NOW, 1, TimeSegment(declared.span, rows.declared_payload(declared)))),
        (
            accepted,
            rows.acceptance_row(six(1), six(3), NOW, 1, TimeSegment(accepted.span, rows.accepted_payload(accepted))),
        ),
        (
            confirmed,
            rows.confirmation_row(
                six(1), six(3), NOW, 1, TimeSegment(confirmed.span, rows.confirmed_payload(confirmed))
            ),
        ),
    ]
    for row, again in built:
        assert again.model_dump(exclude=KEYS) == row.model_dump(exclude=KEYS)
        assert (again.recorded_from, again.id != row.id) == (NOW, True)
