/** Every file of `src/api/tables/`, as text, from a botocore. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ServiceFacts } from '../../src/api/model';
import { type Botocore, hasService, readService } from './botocore';
import { type BuiltTable, buildTable } from './build-table';
import { serviceList } from './services';

export const tableDirectory = join('src', 'api', 'tables');

/** What is committed of services that came after the pinned botocore: id to the version that has it. */
type NewerServices = Readonly<Record<string, string>>;

/** File name to contents. Services that this botocore does not have yet stay as they are committed; `only` keeps all others so. */
export function tableFiles(botocore: Botocore, only?: string): Map<string, string> {
  const files = new Map<string, string>();
  const index: [id: string, facts: ServiceFacts][] = [];
  const committed = readSource();
  const newer: Record<string, string> = {};
  for (const id of serviceList) {
    const isBuilt = only === undefined ? hasService(botocore, id) : id === only;
    const { facts, text } = isBuilt ? buildTable(id, readService(botocore, id)) : committedTable(id);
    const newerVersion = isBuilt && only !== undefined ? botocore.version : isBuilt ? undefined : committed.newer?.[id];
    if (newerVersion !== undefined) newer[id] = newerVersion;
    files.set(`${id}.jsonl`, text);
    index.push([id, facts]);
  }
  const source = {
    generated: 'By `npm run api-models`; do not edit.',
    source: 'botocore',
    version: only === undefined ? botocore.version : committed.version,
    ...(Object.keys(newer).length > 0 && { newer }),
    license: 'Apache-2.0',
    copyright: 'Copyright Amazon.com, Inc. or its affiliates. All Rights Reserved.',
  };
  files.set('SOURCE.json', `${JSON.stringify(source, undefined, 2)}\n`);
  files.set('index.json', `{\n${index.map(([id, facts]) => `${JSON.stringify(id)}:${JSON.stringify(facts)}`).join(',\n')}\n}\n`);
  return files;
}

function committedTable(id: string): BuiltTable {
  const facts = (JSON.parse(readFileSync(join(tableDirectory, 'index.json'), 'latin1')) as Record<string, ServiceFacts>)[id];
  if (facts === undefined) throw new Error(`No table of ${id} is committed, and this botocore does not have it`);
  return { facts, text: readFileSync(join(tableDirectory, `${id}.jsonl`), 'latin1') };
}

function readSource(): { readonly version: string; readonly newer?: NewerServices } {
  return JSON.parse(readFileSync(join(tableDirectory, 'SOURCE.json'), 'utf8')) as { version: string; newer?: NewerServices };
}
