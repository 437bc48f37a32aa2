/** From handler values to JSON text, compiled per shape, in the model's member order. */
import type { Member, Shape, TimestampFormat } from '../api/model';
import { PreparedJson } from '../kernel/prepared';
import { encodeBase64, formatNumber, perObject } from './shapes';
import { formatTimestamp } from './timestamps';

export type WriteJson = (value: unknown) => string;

/** Names of members in JSON. */
export function jsonName(name: string, member: Member): string {
  return member.locationName ?? name;
}

const PLAIN = /^[ !#-[\]-~\u00a0-\u2027\u202a-\ud7ff\ue000-\uffff]*$/;

/** A JSON string. Short plain text, the common case, is quoted by hand: JSON.stringify costs a call out of JavaScript. */
export function quote(text: string): string {
  return text.length < 200 && PLAIN.test(text) ? `"${text}"` : JSON.stringify(text);
}

const writeShape = perObject<WriteJson>(compile);

/** A writer for any use of a shape. */
export function jsonWriter(member: Member): WriteJson {
  if (member.shape.type === 'timestamp') return timestamp(member.timestampFormat ?? member.shape.timestampFormat ?? 'unixTimestamp');
  if (member.jsonValue === true) return (value) => quote(JSON.stringify(value));
  return writeShape(member.shape);
}

function timestamp(format: TimestampFormat): WriteJson {
  if (format === 'unixTimestamp') return (value) => formatTimestamp(value as number, format, false);
  return (value) => `"${formatTimestamp(value as number, format, false)}"`;
}

function compile(shape: Shape): WriteJson {
  switch (shape.type) {
    case 'structure':
      return structure(shape);
    case 'list':
      return list(shape);
    case 'map':
      return map(shape);
    case 'string':
      return (value) => quote(String(value));
    case 'integer':
    case 'long':
    case 'bigdecimal':
      return formatNumber;
    case 'float':
    case 'double':
      return (value) => (Number.isFinite(value) ? String(value) : `"${value}"`);
    case 'boolean':
      return (value) => (value ? 'true' : 'false');
    case 'blob':
      return (value) => `"${encodeBase64(value)}"`;
    case 'timestamp':
      return timestamp(shape.timestampFormat ?? 'unixTimestamp');
    case 'document':
      return (value) => JSON.stringify(value);
  }
}

interface Field {
  readonly name: string;
  /** `"Name":`, quoted once. */
  readonly prefix: string;
  readonly write: WriteJson;
}

/** The members of a structure that pass `isBody`; REST operations bind others to headers. */
export function jsonFields(shape: Shape, isBody: (member: Member) => boolean = () => true): WriteJson {
  let fields: Field[] | undefined;
  const compileFields = () =>
    [...(shape.members ?? [])]
      .filter(([, member]) => isBody(member))
      .map(([name, member]) => ({ name, prefix: `${JSON.stringify(jsonName(name, member))}:`, write: jsonWriter(member) }));
  return (value) => {
    if (value instanceof PreparedJson) return value.text;
    fields ??= compileFields();
    let text = '';
    for (const field of fields) {
      const found = (value as Record<string, unknown>)[field.name];
      if (found === undefined || found === null) continue;
      text += text === '' ? field.prefix : `,${field.prefix}`;
      text += field.write(found);
    }
    return `{${text}}`;
  };
}

function structure(shape: Shape): WriteJson {
  return jsonFields(shape);
}

function list(shape: Shape): WriteJson {
  let element: WriteJson | undefined;
  return (value) => {
    if (value instanceof PreparedJson) return value.text;
    element ??= jsonWriter(shape.element!);
    let text = '';
    for (const item of value as Iterable<unknown>) {
      if ((item === undefined || item === null) && shape.sparse !== true) continue;
      if (text !== '') text += ',';
      text += item === undefined || item === null ? 'null' : element(item);
    }
    return `[${text}]`;
  };
}

function map(shape: Shape): WriteJson {
  let write: WriteJson | undefined;
  return (value) => {
    if (value instanceof PreparedJson) return value.text;
    write ??= jsonWriter(shape.value!);
    let text = '';
    for (const [key, item] of Object.entries(value as Record<string, unknown>)) {
      if ((item === undefined || item === null) && shape.sparse !== true) continue;
      if (text !== '') text += ',';
      text += `${quote(key)}:${item === undefined || item === null ? 'null' : write(item)}`;
    }
    return `{${text}}`;
  };
}
