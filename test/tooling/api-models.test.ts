/** The committed API tables against two who know better: botocore, from which they were made, and the official SDK for JavaScript. */
import { readdirSync, readFileSync } from 'node:fs';
import * as sqsClient from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import { findBotocore, hasService, type RawShape, readService } from '../../scripts/api-models/botocore';
import { tableFiles } from '../../scripts/api-models/table-files';
import { typesOf } from '../../scripts/api-models/types-of';
import { loadModel, serviceIds } from '../../src/api/load';

const directory = new URL('../../src/api/tables/', import.meta.url);
const pinned = (JSON.parse(readFileSync(new URL('SOURCE.json', directory), 'utf8')) as { version: string }).version;
const botocore = findBotocore();
const reason =
  botocore === undefined ? 'no botocore here' : botocore.version === pinned ? undefined : `botocore here is ${botocore.version}`;

describe.skipIf(reason !== undefined)(`botocore ${pinned}${reason ? ` (skipped: ${reason})` : ''}`, () => {
  it('still gives the committed tables', () => {
    const files = tableFiles(botocore!);
    const differing = [...files].filter(([name, text]) => readFileSync(new URL(name, directory), 'utf8') !== text).map(([name]) => name);
    expect(differing).toEqual([]);
    expect(readdirSync(directory).sort()).toEqual([...files.keys()].sort());
  });

  it.each(serviceIds().filter((id) => botocore && hasService(botocore, id)))('says the same of %s as the loaded model', (id) => {
    const { model: raw } = readService(botocore!, id);
    const model = loadModel(id);
    expect([...model.operationNames].sort()).toEqual(Object.keys(raw.operations).sort());
    const operations = Object.entries(raw.operations).map(([name, { input, output, errors = [] }]) => [
      name,
      input?.shape,
      output?.shape,
      ...errors.map(({ shape }) => shape),
    ]);
    expect(operations.map(([name]) => loadedOperation(id, name!))).toEqual(operations);
    const differing = Object.entries(raw.shapes).filter(
      ([name, shape]) => JSON.stringify(outline(name, shape)) !== JSON.stringify(loaded(id, name)),
    );
    expect(differing.map(([name]) => name)).toEqual([]);
  });
});

function loadedOperation(id: string, name: string): unknown[] {
  const operation = loadModel(id).operation(name);
  return [operation?.name, operation?.input?.name, operation?.output?.name, ...(operation?.errors ?? [])];
}

/** What matters most of a shape: type, members in order with their shapes and wire names, constraints. */
function outline(name: string, raw: RawShape): unknown {
  const members = Object.entries(raw.document ? {} : (raw.members ?? {})).map(([member, use]) => [
    member,
    use.enum ? `${name}${member[0]?.toUpperCase()}${member.slice(1)}` : use.shape,
    use.location,
    use.locationName,
  ]);
  const inner = [raw.member, raw.key, raw.value].map((use) => use?.shape);
  return [raw.document ? 'document' : raw.type, members, inner, raw.required ?? [], raw.enum, raw.min, raw.max, raw.pattern, raw.payload];
}

function loaded(id: string, name: string): unknown {
  const { type, members, element, key, value, required, min, max, pattern, payload, enum: values } = loadModel(id).shape(name);
  const uses = [...(members ?? [])].map(([member, use]) => [member, use.shape.name, use.location, use.locationName]);
  return [type, uses, [element, key, value].map((use) => use?.shape.name), required ?? [], values, min, max, pattern, payload];
}

describe('the SDK for JavaScript', () => {
  type Traits = { readonly xmlName?: string; readonly awsQueryError?: readonly [code: string, status: number] };
  type StructureSchema = readonly [3 | -3, string, name: string, Traits | undefined, members: readonly string[], uses: readonly unknown[]];
  const schemas = Object.entries(sqsClient)
    .filter(([name]) => name.endsWith('$'))
    .map(([, schema]) => schema as unknown as StructureSchema)
    .filter(([kind, namespace]) => (kind === 3 || kind === -3) && namespace === 'com.amazonaws.sqs');

  it('uses the names that we have for SQS in the query protocol', () => {
    const theirs: string[] = [];
    const ours: string[] = [];
    for (const [, , name, , members, uses] of schemas) {
      for (const [i, member] of members.entries()) {
        const use = uses[i];
        const xmlName = Array.isArray(use) ? (use[1] as Traits | undefined)?.xmlName : undefined;
        if (xmlName !== undefined) theirs.push(`${name}.${member} ${xmlName}`);
        const queryName = shapeOf(name)?.members?.get(member)?.queryName;
        if (queryName !== undefined) ours.push(`${name}.${member} ${queryName}`);
      }
    }
    expect(theirs.length).toBeGreaterThan(30);
    expect(ours).toEqual(theirs);
  });

  it('has the codes and statuses that we have for errors of SQS', () => {
    const errors = schemas.flatMap(([, , name, traits]) => (traits?.awsQueryError ? [[name, ...traits.awsQueryError] as const] : []));
    expect(errors.length).toBeGreaterThan(20);
    for (const [name, code, status] of errors) expect(loadModel('sqs').error(name)).toMatchObject({ code, status });
  });

  function shapeOf(name: string) {
    const model = loadModel('sqs');
    // The SDK names inputs and outputs as the model does, but makes up those that the model lacks.
    try {
      return model.shape(name);
    } catch {
      return undefined;
    }
  }
});

describe('typesOf', () => {
  it('declares every type that it uses, once', () => {
    for (const id of ['sqs', 's3', 'kinesis', 'wafv2', 'mediaconvert']) {
      const text = typesOf(loadModel(id));
      const declared = [...text.matchAll(/^export (?:interface|type) (\w+)/gm)].map(([, name]) => name);
      const used = [...text.matchAll(/(?::| \||readonly|<) ([A-Z]\w+)\b(?=[[;,>} ])/g)].map(([, name]) => name);
      const given = ['Uint8Array', 'AsyncIterable', 'RequestBody', 'ResponseBody', 'Unmodelled'];
      expect(new Set(declared).size).toBe(declared.length);
      expect([...new Set(used)].filter((name) => !declared.includes(name) && !given.includes(name!))).toEqual([]);
    }
  });
});
