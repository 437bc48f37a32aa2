/** A service's model over the text of its table: lines are found by binary search and parsed on first use. */
import type { ErrorTrait, Member, ModelledError, Operation, ServiceFacts, ServiceModel, Shape, Waiter } from './model';
import type { LineKind, TableMember, TableOperation, TableShape, TableWaiter } from './table';
import { unmodelledError } from './unmodelled-errors';

/** `read` gives the table's text; called once, on first need. */
export function tableModel(id: string, facts: ServiceFacts, read: () => string): ServiceModel {
  const text = once(read);
  const line = <T>(key: string): T | undefined => {
    const found = findLine(text(), key);
    return found === undefined ? undefined : (JSON.parse(found) as [string, T])[1];
  };
  const codes = once(() => line<Record<string, string>>('codes') ?? {});

  const findShape = memo((name) => {
    const shape = line<TableShape>(`shape ${name}`);
    return shape && toShape(name, shape, requireShape);
  });
  const requireShape = (name: string): Shape => {
    const shape = findShape(name);
    if (shape === undefined) throw new Error(`${id} has no shape "${name}"`);
    return shape;
  };

  const model: ServiceModel = {
    ...facts,
    id,
    get operationNames() {
      return operationNames();
    },
    operation: memo((name) => {
      const operation = line<TableOperation>(`operation ${name}`);
      return operation && toOperation(name, operation, model, requireShape);
    }),
    shape: requireShape,
    waiters: once(() => new Map(namesOf(text(), 'waiter').map((name) => [name, line<TableWaiter>(`waiter ${name}`) as Waiter]))),
    error: memo((code) => {
      const byCode = Object.hasOwn(codes(), code) ? codes()[code] : undefined;
      const shape = findShape(byCode ?? code);
      return shape?.error ? modelledError(model, shape, shape.error) : unmodelledError(model, code);
    }),
  };
  const operationNames = once(() => namesOf(text(), 'operation'));
  return model;
}

/** Finds the line of a key (`shape Queue`) in a sorted table; undefined when there is none. */
export function findLine(text: string, key: string): string | undefined {
  let low = 0;
  let high = text.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const start = middle === 0 ? 0 : text.lastIndexOf('\n', middle - 1) + 1;
    const end = text.indexOf('\n', start);
    const found = keyAt(text, start);
    if (found === key) return text.slice(start, end);
    if (found < key) low = end + 1;
    else high = start;
  }
  return undefined;
}

/** What stands between the first two quotes of `["shape Queue",…]`. */
function keyAt(text: string, start: number): string {
  return text.slice(start + 2, text.indexOf('"', start + 2));
}

/** The names of all lines of a kind, which stand together. */
function namesOf(text: string, kind: LineKind): string[] {
  const prefix = `\n["${kind} `;
  const names: string[] = [];
  const first = text.startsWith(prefix.slice(1)) ? 0 : text.indexOf(prefix) + 1;
  for (let start = first; text.startsWith(prefix.slice(1), start); start = text.indexOf('\n', start) + 1) {
    names.push(keyAt(text, start).slice(kind.length + 1));
  }
  return names;
}

function toOperation(name: string, table: TableOperation, service: ServiceModel, shape: (name: string) => Shape): Operation {
  const { input, output, ...rest } = table;
  return {
    method: 'POST',
    uri: '/',
    status: 200,
    errors: [],
    ...rest,
    name,
    service,
    get input() {
      return settle(this, 'input', input === undefined ? undefined : shape(input));
    },
    get output() {
      return settle(this, 'output', output === undefined ? undefined : shape(output));
    },
  };
}

function toShape(name: string, table: TableShape, shape: (name: string) => Shape): Shape {
  const { members, element, key, value, ...rest } = table;
  const type = table.type ?? 'structure';
  return {
    ...rest,
    name,
    type,
    ...(type === 'structure' && { members: new Map(Object.entries(members ?? {}).map(([member, use]) => [member, toMember(use, shape)])) }),
    ...(element && { element: toMember(element, shape) }),
    ...(key && { key: toMember(key, shape) }),
    ...(value && { value: toMember(value, shape) }),
  };
}

/** The member's shape is looked up when first asked for, so that recursion is no matter and what is not used is not parsed. */
function toMember(use: TableMember, shape: (name: string) => Shape): Member {
  const [shapeName, locationName, traits] = typeof use === 'string' ? [use] : use;
  return {
    get shape() {
      return settle(this, 'shape', shape(shapeName));
    },
    ...(locationName && { locationName }),
    ...traits,
  };
}

/** Some models name an error without its status, and our list has it. */
function modelledError(model: ServiceModel, shape: Shape, trait: ErrorTrait): ModelledError {
  const code = trait.code ?? shape.name;
  const status = trait.status ?? (trait.fault === 'Receiver' ? 500 : (unmodelledError(model, code)?.status ?? 400));
  return { code, status, fault: trait.fault ?? (status < 500 ? 'Sender' : 'Receiver'), shape };
}

/** Puts a value in the place of the getter that found it. */
function settle<T>(owner: object, key: string, value: T): T {
  Object.defineProperty(owner, key, { value, enumerable: true });
  return value;
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

/** Remembers what was found; names that do not exist come from clients, and are not kept. */
function memo<T>(find: (name: string) => T | undefined): (name: string) => T | undefined {
  const known = new Map<string, T>();
  return (name) => {
    const kept = known.get(name);
    if (kept !== undefined) return kept;
    const found = find(name);
    if (found !== undefined) known.set(name, found);
    return found;
  };
}
