// The evidence of each declaration and acceptance, where a row of a file names its own. It is blank where the evidence of
// the amendment counts.
MATCH (d:Declaration) WHERE d.evidence IS NULL SET d.evidence = '';
MATCH (c:Acceptance) WHERE c.evidence IS NULL SET c.evidence = '';
