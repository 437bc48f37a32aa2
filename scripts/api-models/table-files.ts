/** Every file of `src/api/tables/`, as text, from a botocore. */
import type { ServiceFacts } from '../../src/api/table';
import { type Botocore, readService } from './botocore';
import { buildTable } from './build-table';
import { serviceList } from './services';

/** File name to contents. */
export function tableFiles(botocore: Botocore): Map<string, string> {
  const files = new Map<string, string>();
  const index: [id: string, facts: ServiceFacts][] = [];
  for (const id of serviceList) {
    const { facts, text } = buildTable(id, readService(botocore, id));
    files.set(`${id}.jsonl`, text);
    index.push([id, facts]);
  }
  const source = {
    generated: 'By `npm run api-models`; do not edit.',
    source: 'botocore',
    version: botocore.version,
    license: 'Apache-2.0',
    copyright: 'Copyright Amazon.com, Inc. or its affiliates. All Rights Reserved.',
  };
  files.set('SOURCE.json', `${JSON.stringify(source, undefined, 2)}\n`);
  files.set('index.json', `{\n${index.map(([id, facts]) => `${JSON.stringify(id)}:${JSON.stringify(facts)}`).join(',\n')}\n}\n`);
  return files;
}
