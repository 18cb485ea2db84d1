// Lints every query with Neo4j's own language support, without a server: syntax, types, unknown labels,
// relationship types and properties. Usage: node scripts/lint-cypher.mjs [FOLDER], by default `cypher`.
// What Ladybug alone reads (its schema, its overrides) is not Neo4j's dialect; the tests run it instead.
import { readFileSync, readdirSync } from 'node:fs';
import { join, posix, sep } from 'node:path';
import { lintCypherQuery } from '@neo4j-cypher/language-support';

const ERROR = 1, WARNING = 2; // as the language server protocol counts severity
const folder = process.argv[2] ?? 'cypher';
const schema = JSON.parse(readFileSync(join(folder, 'schema', 'labels.json'), 'utf8'));

const forNeo4j = (name) =>
  name.endsWith('.cypher') && !name.endsWith('.ladybug.cypher') && !name.startsWith('schema/ladybug/');

// The tests check each query's parameters against the call; here each one named is taken as given.
const parameters = (text) => Object.fromEntries([...text.matchAll(/\$(\w+)/g)].map(([, name]) => [name, null]));

// In `(e:Entry {number: row.base})` the linter takes `base` for a property of `e`; it is a key of a map, not the graph's.
function isMapKey(text, symbols, { offsets, message }) {
  if (!message.includes('is not present in the database')) return false;
  const [, owner] = /(\w+)\.$/.exec(text.slice(0, offsets.start)) ?? [];
  const symbol = symbols.find(({ variable }) => variable === owner);
  return symbol !== undefined && !symbol.types.every((type) => type === 'Node' || type === 'Relationship');
}

function findings(name) {
  const text = readFileSync(join(folder, name), 'utf8');
  // Without `functions`: an incomplete list of them makes `count` unknown.
  const given = { ...schema, parameters: parameters(text), defaultLanguage: 'CYPHER 5' };
  const { diagnostics, symbolTables } = lintCypherQuery(text, given, { consoleCommandsEnabled: false });
  return diagnostics
    .filter(({ severity }) => severity === ERROR || severity === WARNING)
    .filter((one) => !isMapKey(text, symbolTables.flat(), one))
    .map(({ range: { start: at }, message }) => `${join(folder, name)}:${at.line + 1}:${at.character + 1}: ${message}`);
}

const names = readdirSync(folder, { recursive: true })
  .map((name) => name.split(sep).join(posix.sep))
  .filter(forNeo4j)
  .sort();
const found = names.flatMap(findings);
for (const line of found) console.error(line);
console.log(`${names.length} Cypher files linted, ${found.length} findings.`);
process.exitCode = found.length || !names.length ? 1 : 0; // nothing linted is a wrong folder, not a clean one
