/** Compares a handler's output with its shape: unknown members, wrong types, required members left out. For tests. */
import type { Shape } from '../api/model';
import { isPrepared } from '../kernel/prepared';

/** What is wrong, each with its path; empty when all is well. */
export function responseViolations(shape: Shape, output: unknown): string[] {
  const found: string[] = [];
  check(shape, output, 'output', found);
  return found;
}

function check(shape: Shape, value: unknown, path: string, found: string[]): void {
  if (isPrepared(value)) {
    check(shape, value.value, path, found);
    return;
  }
  if (shape.streaming === true || shape.eventStream === true || shape.type === 'document') return;
  const fault = typeFault(shape, value);
  if (fault !== undefined) found.push(`${path} ${fault}`);
  else if (shape.type === 'structure') checkStructure(shape, value as Record<string, unknown>, path, found);
  else if (shape.type === 'list')
    for (const [i, item] of (value as unknown[]).entries()) checkItem(shape, shape.element!.shape, item, `${path}[${i}]`, found);
  else if (shape.type === 'map') {
    for (const [key, item] of Object.entries(value as object)) checkItem(shape, shape.value!.shape, item, `${path}.${key}`, found);
  }
}

function checkItem(collection: Shape, shape: Shape, value: unknown, path: string, found: string[]): void {
  if (value !== null && value !== undefined) check(shape, value, path, found);
  else if (collection.sparse !== true) found.push(`${path} is null`);
}

function checkStructure(shape: Shape, value: Record<string, unknown>, path: string, found: string[]): void {
  for (const name of shape.required ?? []) if (value[name] === undefined || value[name] === null) found.push(`${path}.${name} is missing`);
  for (const [name, item] of Object.entries(value)) {
    const member = shape.members?.get(name);
    if (member === undefined) {
      if (item !== undefined) found.push(`${path}.${name} is not in the model`);
    } else if (item !== undefined && item !== null && member.jsonValue !== true && name !== shape.payload)
      check(member.shape, item, `${path}.${name}`, found);
    else if (name === shape.payload && member.shape.type !== 'blob' && item !== undefined && item !== null)
      check(member.shape, item, `${path}.${name}`, found);
  }
}

function typeFault(shape: Shape, value: unknown): string | undefined {
  switch (shape.type) {
    case 'structure':
    case 'map':
      return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array)
        ? undefined
        : `is no ${shape.type}`;
    case 'list':
      return Array.isArray(value) ? undefined : 'is no list';
    case 'string':
      return typeof value === 'string' ? undefined : 'is no string';
    case 'boolean':
      return typeof value === 'boolean' ? undefined : 'is no boolean';
    case 'blob':
      return value instanceof Uint8Array || typeof value === 'string' ? undefined : 'is no blob';
    case 'integer':
    case 'long':
      return Number.isInteger(value) ? undefined : 'is no whole number';
    case 'timestamp':
      return Number.isFinite(value) ? undefined : 'is no timestamp (ms since 1970)';
    default:
      return typeof value === 'number' || typeof value === 'string' ? undefined : 'is no number';
  }
}
