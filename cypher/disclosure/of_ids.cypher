// Rows of the disclosure log by their ids.
UNWIND $ids AS id
MATCH (t:Told {id: id})
RETURN t.id AS id, t.turn AS turn, t.organisation AS organisation, t.kind AS kind, t.base AS base,
       t.target AS target, t.through_removed AS through_removed, t.dated AS dated, t.at AS at,
       t.known_at AS known_at, t.list_version AS list_version, t.outcome AS outcome, t.entries AS entries,
       t.verdict AS verdict, t.receipt AS receipt, t.sha256 AS sha256, t.answered AS answered
