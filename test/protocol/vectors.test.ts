/** The public wire vectors of the Smithy AWS protocol tests, where they are at hand. */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { AwsError } from '../../src/kernel/errors';
import { codecFor } from '../../src/protocol/codec';
import type { Protocol } from '../../src/api/model';
import { c2jModel } from './c2j-model';
import { readResponse } from './read-response';
import { bodyBytes, comparable, handlerValue, wireRequest } from './wire-requests';

const file = new URL('../../../shared/vectors/protocol.jsonl', import.meta.url);
const found = existsSync(file);
const vectors: any[] = found
  ? readFileSync(file, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
  : [];

describe.skipIf(!found)('public wire vectors (skipped where ../shared/vectors is not at hand)', () => {
  for (const protocol of new Set(vectors.map((vector) => vector.protocol as string))) {
    describe(protocol, () => {
      for (const vector of vectors.filter((one) => one.protocol === protocol)) {
        it(vector.id, () => (vector.kind === 'request' ? checkRequest(vector) : checkResponse(vector)));
      }
    });
  }
});

function modelOf(vector: any) {
  const model = c2jModel({ metadata: vector.metadata, shapes: vector.shapes, operations: [vector.operation] });
  const codec = codecFor(model, vector.metadata.protocol as Protocol);
  return { model, codec, operation: model.operation(vector.operation.name)! };
}

async function checkRequest(vector: any) {
  const { codec, operation } = modelOf(vector);
  const { method, uri, headers, body, body_base64 } = vector.http;
  const request = wireRequest({ method, uri, headers, body: body_base64 === undefined ? (body ?? '') : Buffer.from(body_base64, 'base64') });
  const matched = codec.match(request);
  expect(matched.operation.name).toBe(operation.name);
  const expected = operation.input === undefined ? {} : handlerValue(operation.input, vector.expect.params);
  expect(await comparable(codec.parse(matched, request))).toEqual(await comparable(expected));
}

/** Our answer and the example must read as the same value: the example proves the reader, the reader proves our answer. */
async function checkResponse(vector: any) {
  const { model, codec, operation } = modelOf(vector);
  const failure = vector.error;
  const shape = failure === undefined ? operation.output : model.error(failure.code)?.shape;
  const expected = shape === undefined ? {} : (handlerValue(shape, failure?.members ?? vector.result) as Record<string, unknown>);
  const wire =
    failure === undefined
      ? codec.serialise(operation, expected, 'request-id')
      : codec.serialiseError(
          operation,
          new AwsError(failure.code, failure.message ?? '', { fields: expected }),
          'request-id',
          { resource: '/', headOnly: false },
        );
  const ours = { status: wire.status, headers: lower(wire.headers), body: await bodyBytes(wire.body) };
  const { status, headers, body } = vector.example;
  const binary = vector.protocol.startsWith('smithy') || vector.example.body_base64 !== undefined;
  const example = { status, headers: lower(headers), body: Buffer.from(vector.example.body_base64 ?? body ?? '', binary ? 'base64' : 'utf8') };

  expect(ours.status).toBe(status);
  for (const name of ['x-amzn-query-error', 'smithy-protocol']) expect(ours.headers[name]).toBe(example.headers[name]);
  const read = async (answer: typeof ours) => comparable(readResponse(model, codec.protocol, operation, shape, answer));
  expect(await read(example), 'the example').toEqual(await comparable(expected));
  expect(await read(ours), 'our answer').toEqual(await comparable(expected));
}

function lower(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
