/** Writes docs/coverage.md: per service, the operations built of the operations its model knows. */
import { readFileSync, writeFileSync } from 'node:fs';
import { services } from '../generated/services';
import { loadModel, serviceIds } from '../src/api/load';

const file = 'docs/coverage.md';

const rows = serviceIds().map((id) => {
  const { fullName, operationNames } = loadModel(id);
  const built = new Set(services[id]?.operations);
  return { id, fullName, known: operationNames.length, built: operationNames.filter((name) => built.has(name)) };
});
const begun = rows.filter(({ built }) => built.length > 0);
const known = rows.reduce((sum, row) => sum + row.known, 0);
const done = rows.reduce((sum, { built }) => sum + built.length, 0);

const text = `# Coverage

Written by \`npm run generate\`; a running cloud says the same at \`/_nuvola/coverage\`. An operation that is not built answers 501 \`NotImplemented\` and names itself.

**${done} of ${known} operations** in ${begun.length} of ${rows.length} services.

| Service | Built | Known |
|---|--:|--:|
${begun.map(({ id, fullName, built, known }) => `| [${fullName}](#${id}) | ${built.length} | ${known} |`).join('\n')}

${begun.map(({ id, fullName, built }) => `<a id="${id}"></a>\n**${fullName}** (\`${id}\`): ${built.join(', ')}.`).join('\n\n')}

Known, not begun: ${rows
  .filter(({ built }) => built.length === 0)
  .map(({ id, known }) => `${id} (${known})`)
  .join(', ')}.
`;
if (readFileSync(file, { encoding: 'utf8', flag: 'a+' }) !== text) writeFileSync(file, text);
