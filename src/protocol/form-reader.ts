/** From form trees to handler values, compiled per shape: the query protocol's naming and EC2's. */
import type { Member, Shape } from '../api/model';
import { upperFirst } from '../kernel/first-letter';
import type { FormNode } from './form';
import { isFlattened, parseScalar, perObject, queryName, setKey } from './shapes';

/** `path` is the parameter's full name, for error messages. */
type ReadForm = (node: FormNode, path: string) => unknown;

interface FormDialect {
  readonly name: (name: string, member: Member) => string;
  /** EC2 numbers its lists directly and has no maps. */
  readonly numbered: (member: Member) => boolean;
  /** Throws the service's error for a value that is not of its type. */
  readonly invalid: (path: string, value: string, shape: Shape) => never;
}

export const queryNames = { name: queryName, numbered: isFlattened };

export const ec2Names = {
  name(name: string, member: Member): string {
    if (member.queryName !== undefined) return member.queryName;
    return member.locationName === undefined ? name : upperFirst(member.locationName);
  },
  numbered: () => true,
};

interface Context {
  readonly dialect: FormDialect;
  readonly ofShape: (shape: Shape) => ReadForm;
}

/** A reader of structures. */
export function formReader(dialect: FormDialect): (shape: Shape) => ReadForm {
  const ofShape: Context['ofShape'] = perObject<ReadForm>((shape) => readerOf({ dialect, ofShape }, { shape }));
  return ofShape;
}

function readerOf(context: Context, member: Member): ReadForm {
  switch (member.shape.type) {
    case 'structure':
      return structure(context, member.shape);
    case 'list':
      return list(context, member);
    case 'map':
      return map(context, member);
    default:
      return (node, path) => parseScalar(member.shape, node.value ?? '') ?? context.dialect.invalid(path, node.value ?? '', member.shape);
  }
}

/** Lists and maps depend on their use (flattened or not); all else only on the shape. */
function memberReader(context: Context, member: Member): ReadForm {
  const { type } = member.shape;
  return type === 'list' || type === 'map' ? readerOf(context, member) : context.ofShape(member.shape);
}

function structure(context: Context, shape: Shape): ReadForm {
  let fields: Map<string, { readonly name: string; readonly read: ReadForm }> | undefined;
  const compile = () => {
    const compiled = new Map<string, { readonly name: string; readonly read: ReadForm }>();
    for (const [name, member] of shape.members ?? [])
      compiled.set(context.dialect.name(name, member), { name, read: memberReader(context, member) });
    return compiled;
  };
  return (node, path) => {
    fields ??= compile();
    const out: Record<string, unknown> = {};
    for (const [key, child] of node.children ?? []) {
      const field = fields.get(key);
      if (field !== undefined) out[field.name] = field.read(child, path === '' ? key : `${path}.${key}`);
    }
    return out;
  };
}

function list(context: Context, member: Member): ReadForm {
  const element = member.shape.element!;
  let read: ReadForm | undefined;
  return (node, path) => {
    read ??= memberReader(context, element);
    const under = context.dialect.numbered(member)
      ? node
      : (node.children?.get(element.locationName ?? 'member') ?? node.children?.get('member'));
    const item = read;
    return numberedChildren(under).map(([index, child]) => item(child, `${path}.${index}`));
  };
}

function map(context: Context, member: Member): ReadForm {
  const { key, value } = member.shape;
  const keyName = key?.locationName ?? 'key';
  const valueName = value?.locationName ?? 'value';
  let read: ReadForm | undefined;
  return (node, path) => {
    read ??= memberReader(context, value!);
    const out: Record<string, unknown> = {};
    for (const [index, entry] of numberedChildren(context.dialect.numbered(member) ? node : node.children?.get('entry'))) {
      const found = entry.children?.get(valueName);
      const name = entry.children?.get(keyName)?.value;
      if (name !== undefined && found !== undefined) setKey(out, name, read(found, `${path}.${index}.${valueName}`));
    }
    return out;
  };
}

/** Items in the order of their numbers; gaps close up, other names are ignored. */
function numberedChildren(node: FormNode | undefined): [number, FormNode][] {
  const items: [number, FormNode][] = [];
  for (const [key, child] of node?.children ?? []) if (/^\d{1,9}$/.test(key)) items.push([Number(key), child]);
  return items.sort((a, b) => a[0] - b[0]);
}
