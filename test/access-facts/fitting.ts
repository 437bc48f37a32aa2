/** Values that keep the constraints of their shapes, made of values that may not. */
import type { Shape } from '../../src/api/model';
import { validate } from '../../src/protocol/validate';

/** Whatever string a model asks for, one of these fits. */
const texts = [
  'sample',
  'v1',
  'US',
  'ES384',
  '123456',
  '123456789012',
  '+15555550100',
  'ann@example.com',
  'https://example.com/path',
  'us-east-1',
  '/division/',
  'arn:aws:iam::111111111111:role/sample',
  'arn:aws:s3:us-east-1:111111111111:accesspoint/sample',
  'arn:aws:organizations::111111111111:account/o-1234567890/111111111111',
  '6f1c0000-0000-4000-8000-000000000001',
  `car-${'0a'.repeat(16)}`,
  'o-1234567890/r-abcd/123456789012',
  'r-abcd',
  'ou-abcd-12345678',
  'p-0123456789',
  'h-12345678',
  'rt-12345678',
  ...[16, 20, 24, 40, 64, 128, 1_000].map((length) => 'A'.repeat(length)),
];

/** The same value where it fits; elsewhere one that does, and what is required where it lacks. Throws where nothing at hand fits. */
export function fitted(shape: Shape, value: unknown): unknown {
  switch (shape.type) {
    case 'structure':
      return fittedStructure(shape, (value ?? {}) as Readonly<Record<string, unknown>>);
    case 'list': {
      const element = shape.element?.shape as Shape;
      const items = ((value ?? []) as readonly unknown[]).slice(0, shape.max).map((each) => fitted(element, each));
      while (items.length < (shape.min ?? 0)) items.push(fitted(element, undefined));
      return fits(shape, items);
    }
    case 'map': {
      const key = shape.key?.shape as Shape;
      const given = Object.entries(value ?? (shape.min ? { [texts[0] as string]: undefined } : {}));
      const entries = given.map(([name, each]) => [fitted(key, name), fitted(shape.value?.shape as Shape, each)]);
      return fits(shape, Object.fromEntries(entries));
    }
    case 'string':
      return fits(shape, ...(value === undefined ? [] : [value]), ...(shape.enum ?? []), ...texts);
    case 'blob':
      return fits(shape, value ?? Uint8Array.of(1), Buffer.alloc(shape.min ?? 1, 'a'));
    case 'boolean':
      return value ?? true;
    case 'document':
      return value ?? {};
    default:
      return fits(shape, value ?? 0, shape.min, shape.max);
  }
}

function fittedStructure(shape: Shape, value: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  for (const [name, member] of shape.members ?? []) {
    if (member.shape.streaming || member.shape.eventStream) continue;
    if (value[name] !== undefined || shape.required?.includes(name)) found[name] = fitted(member.shape, value[name]);
  }
  return found;
}

function fits(shape: Shape, ...candidates: readonly unknown[]): unknown {
  const fitting = candidates.find((each) => each !== undefined && validate(shape, each).length === 0);
  if (fitting === undefined) throw new Error(`No value fits ${JSON.stringify({ ...shape, members: undefined })}; add one to fitting.ts.`);
  return fitting;
}
