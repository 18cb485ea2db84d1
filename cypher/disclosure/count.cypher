// How many rows the disclosure log has.
MATCH (t:Told)
RETURN count(t) AS rows
