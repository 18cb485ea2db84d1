// What organisations were told. It belongs to no compartment: that somebody was told something moves no answer.
// `turn` is the instant of the telling and the id, as one text: rows are paged, and let go, in its order.
CREATE CONSTRAINT told_id IF NOT EXISTS FOR (n:Told) REQUIRE n.id IS UNIQUE;
CREATE INDEX told_turn IF NOT EXISTS FOR (n:Told) ON (n.turn);
CREATE INDEX told_target IF NOT EXISTS FOR (n:Told) ON (n.target);
