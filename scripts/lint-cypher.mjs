// Lints every query with Neo4j's own language support, without a server: syntax, types, unknown labels,
// relationship types and properties. Usage: node scripts/lint-cypher.mjs [FOLDER], by default `cypher`.
// The files for Ladybug (its schema, its overrides) are not in Neo4j's dialect; the tests run them instead.
import { readFileSync, readdirSync } from 'node:fs';
import { join, posix, sep } from 'node:path';

const ERROR = 1, WARNING = 2; // as the language server protocol counts severity
const folder = process.argv[2] ?? 'cypher';
const schema = JSON.parse(readFileSync(join(folder, 'schema', 'labels.json'), 'utf8'));

const forNeo4j = (name) =>
  name.endsWith('.cypher') && !name.endsWith('.ladybug.cypher') && !name.startsWith('schema/ladybug/');

// The tests check the parameters of each query against its call; here every named parameter counts as given.
const parameters = (text) => Object.fromEntries([...text.matchAll(/\$(\w+)/g)].map(([, name]) => [name, null]));

// In `(e:Entry {number: row.base})` the linter reads `base` as a property of `e`; it is the key of a map.
function isMapKey(text, symbols, { offsets, message }) {
  if (!message.includes('is not present in the database')) return false;
  const [, owner] = /(\w+)\.$/.exec(text.slice(0, offsets.start)) ?? [];
  const symbol = symbols.find(({ variable }) => variable === owner);
  return symbol !== undefined && !symbol.types.every((type) => type === 'Node' || type === 'Relationship');
}

function findings(name) {
  const text = readFileSync(join(folder, name), 'utf8');
  // Without `functions`: an incomplete list of them makes `count` unknown.
  const context = { ...schema, parameters: parameters(text), defaultLanguage: 'CYPHER 5' };
  const { diagnostics, symbolTables } = lintCypherQuery(text, context, { consoleCommandsEnabled: false });
  return diagnostics
    .filter(({ severity }) => severity === ERROR || severity === WARNING)
    .filter((diagnostic) => !isMapKey(text, symbolTables.flat(), diagnostic))
    .map(({ range: { start: at }, message }) => `${join(folder, name)}:${at.line + 1}:${at.character + 1}: ${message}`);
}

const names = readdirSync(folder, { recursive: true })
  .map((name) => name.split(sep).join(posix.sep))
  .filter(forNeo4j)
  .sort();
// Loaded only where there is something to lint, since that takes a second.
const { lintCypherQuery } = names.length ? await import('@neo4j-cypher/language-support') : {};
const lines = names.flatMap(findings);
for (const line of lines) console.error(line);
console.log(`${names.length} Cypher files linted, ${lines.length} findings.`);
process.exitCode = lines.length || !names.length ? 1 : 0; // no file at all means that the folder is wrong
