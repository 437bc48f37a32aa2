/** Reads the API facts of a service from its table: the table's text on first use of the service, each shape on first use of it. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ServiceFacts, ServiceModel } from './model';
import { tableModel } from './table-model';

let directory: string | undefined;
let index: Readonly<Record<string, ServiceFacts>> | undefined;
const models = new Map<string, ServiceModel>();

/** The model of a service by its id (`sqs`, `elbv2`); the same object each time. Throws when there is no such service. */
export function loadModel(id: string): ServiceModel {
  const known = models.get(id);
  if (known !== undefined) return known;
  const facts = serviceFacts(id);
  if (facts === undefined) throw new Error(`There is no API table of a service "${id}"`);
  // The tables are ASCII; latin1 skips the decoding and keeps one byte per character.
  const model = tableModel(id, facts, () => readFileSync(join(tableDirectory(), `${id}.jsonl`), 'latin1'));
  models.set(id, model);
  return model;
}

/** Every service we have a table of, sorted. */
export function serviceIds(): readonly string[] {
  return Object.keys(serviceIndex());
}

/** What can be said of a service without reading its table: names, protocols, API version. Undefined for unknown ids. */
export function serviceFacts(id: string): ServiceFacts | undefined {
  const facts = serviceIndex();
  return Object.hasOwn(facts, id) ? facts[id] : undefined;
}

/** `serviceFacts` of all, by id: what the gateway recognises services by. */
export function serviceIndex(): Readonly<Record<string, ServiceFacts>> {
  index ??= JSON.parse(readFileSync(join(tableDirectory(), 'index.json'), 'latin1')) as Record<string, ServiceFacts>;
  return index;
}

/** `tables/` beside this module: `src/api` as sources, `dist` once bundled (where `import.meta.url` is empty, being CommonJS). */
function tableDirectory(): string {
  if (directory !== undefined) return directory;
  const here = typeof __dirname === 'string' ? __dirname : dirname(fileURLToPath(import.meta.url));
  const found = ['tables', '../tables', 'api/tables'].map((path) => join(here, path)).find((path) => existsSync(join(path, 'index.json')));
  if (found === undefined) throw new Error(`No API tables near ${here}`);
  directory = found;
  return found;
}
