/** `npm run bench [-- --only sqs,s3] [--seconds 2] [--rounds 5] [--records 1000000] [--peer NAME=URL] [--json FILE] [--readme] [--with EARLIER.json]` */
import { readFileSync } from 'node:fs';
import { exit } from 'node:process';
import { parseArgs } from 'node:util';
import { buildIfNeeded } from '../scripts/build.mjs';
import { audit } from './audit';
import type { Bench } from './bench';
import { embedded } from './embedded';
import { fanOut, snsToOne } from './fan-out';
import { iam } from './iam';
import { longPolls, upload } from './memory';
import { LoadGenerator, type Server } from './processes';
import { type Figure, format, isKept, machine, textTable, writeJson, writeReadme } from './report';
import { startup } from './startup';
import { durability, growth, listing } from './stores';
import { throughput } from './throughput';

const parts = [startup, ...throughput, iam, snsToOne, fanOut, listing, durability, growth, embedded, longPolls, upload, audit];

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    seconds: { type: 'string', default: '2' },
    rounds: { type: 'string', default: '5' },
    records: { type: 'string', default: '1000000' },
    peer: { type: 'string', multiple: true, default: [] },
    json: { type: 'string' },
    readme: { type: 'boolean', default: false },
    with: { type: 'string', multiple: true, default: [] },
  },
});

const only = values.only?.split(',');
const chosen = parts.filter(({ tags }) => only === undefined || tags.some((tag) => only.includes(tag)));
if (chosen.length === 0) {
  console.error(`Nothing to run; --only knows ${[...new Set(parts.flatMap(({ tags }) => tags))].join(', ')}.`);
  exit(2);
}

function peerOf(option: string): Server {
  const [name = '', url = ''] = option.split(/=(.*)/);
  const { port } = new URL(url);
  return { name, port: Number(port), pid: undefined, stop: () => Promise.resolve() };
}

await buildIfNeeded();
/** Of earlier runs first: the parts take long, and can be run apart. */
const figures: Figure[] = values.with.flatMap((file) => (JSON.parse(readFileSync(file, 'utf8')) as { figures: Figure[] }).figures);
const bench: Bench = {
  load: new LoadGenerator(),
  seconds: Number(values.seconds),
  rounds: Number(values.rounds),
  records: Number(values.records),
  peers: values.peer.map(peerOf),
  report(figure) {
    figures.push(figure);
    console.error(`${isKept(figure) === false ? '✗' : ' '} ${figure.what}: ${format(figure.value, figure.unit)} (${figure.detail})`);
  },
  say: (text) => console.error(`  ${text}`),
};
try {
  for (const part of chosen) await part.run(bench);
} finally {
  bench.load.stop();
}

console.log(`\n${machine()}\n\n${textTable(figures)}`);
writeJson(values.json ?? `bench/results/${new Date().toISOString().replace(/[:.]/g, '-')}.json`, figures);
if (values.readme) writeReadme('README.md', figures);
