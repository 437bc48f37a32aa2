/** The public wire vectors of the Smithy AWS protocol tests, where they are at hand. */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Protocol, Shape } from '../../src/api/model';
import { AwsError } from '../../src/kernel/errors';
import { codecFor } from '../../src/protocol/codec';
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
  const request = wireRequest({
    method,
    uri,
    headers,
    body: body_base64 === undefined ? (body ?? '') : Buffer.from(body_base64, 'base64'),
  });
  const matched = codec.match(request);
  expect(matched.operation.name).toBe(operation.name);
  const expected = operation.input === undefined ? {} : handlerValue(operation.input, vector.expect.params);
  const [ours, theirs] = await Promise.all([codec.parse(matched, request), withoutNamed(operation.input, expected)].map(comparable));
  if (untold.has(vector.id)) expect(withoutEmpty(ours)).toEqual(withoutEmpty(theirs));
  else expect(ours).toEqual(theirs);
}

/** The cases that name a parameter twice, as a member and in the map of all parameters: with us the map holds the others. */
function withoutNamed(input: Shape | undefined, value: any): unknown {
  const query = [...(input?.members ?? [])].filter(([, member]) => member.location === 'querystring');
  for (const [map, member] of query) {
    if (member.shape.type !== 'map' || value[map] === undefined) continue;
    for (const [name, other] of query) delete value[map][other.locationName ?? name];
    if (Object.keys(value[map]).length === 0) delete value[map];
  }
  return value;
}

/** Cases where a client leaves an empty collection out, or sends one for none: the bytes do not tell which it had. */
const untold = new Set([
  'ec2/input/8:1/Ec2EmptyQueryLists',
  'query/input/10:3/QueryEmptyQueryMaps',
  'rest-json/input/15:1/RestJsonHttpPrefixHeadersAreNotPresent',
  'rest-json/input/35:0/RestJsonOmitsEmptyListQueryValues',
  'rest-json/input/47:0/RestJsonHttpWithEmptyStructurePayload',
  'rest-json/input/47:2/RestJsonHttpWithHeadersButNoPayload',
  'rest-xml/input/18:1/HttpPrefixHeadersAreNotPresent',
  'rest-xml/output/18:1/HttpPrefixHeadersAreNotPresent',
]);

function withoutEmpty(value: any): unknown {
  return Object.fromEntries(Object.entries(value).filter(([, item]) => typeof item !== 'object' || Object.keys(item as object).length > 0));
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
          new AwsError(failure.code, failure.message ?? '', { fields: expected, status: failure.status }),
          'request-id',
          { resource: '/', headOnly: false },
        );
  const ours = { status: wire.status, headers: lower(wire.headers), body: await bodyBytes(wire.body) };
  const { status, headers, body } = vector.example;
  const binary = vector.protocol.startsWith('smithy') || vector.example.body_base64 !== undefined;
  const example = {
    status,
    headers: lower(headers),
    body: Buffer.from(vector.example.body_base64 ?? body ?? '', binary ? 'base64' : 'utf8'),
  };

  expect(ours.status).toBe(status);
  expect(ours.headers['x-amzn-query-error']).toBe(example.headers['x-amzn-query-error']);
  const read = async (answer: typeof ours) => comparable(readResponse(model, codec.protocol, operation, shape, answer));
  const told = (value: unknown) => (untold.has(vector.id) ? withoutEmpty(value) : value);
  expect(told(await read(example)), 'the example').toEqual(told(await comparable(expected)));
  expect(told(await read(ours)), 'our answer').toEqual(told(await comparable(expected)));
}

function lower(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
