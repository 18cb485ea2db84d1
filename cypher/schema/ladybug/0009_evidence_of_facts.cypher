// The evidence of each declaration and acceptance, where a row of a file names its own. It is blank where the evidence of
// the amendment counts.
ALTER TABLE Declaration ADD IF NOT EXISTS evidence STRING DEFAULT '';
ALTER TABLE Acceptance ADD IF NOT EXISTS evidence STRING DEFAULT '';
