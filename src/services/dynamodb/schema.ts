/** A table as the data operations want it: key attributes with their types, of itself and its indexes. */
import { derived, type EncodedKey, encodedKey } from '../../kernel';
import type { Attributes } from './attributes';
import { pick, projector } from './expression/project';
import type { KeyAttribute, KeyElement, SecondaryIndex, Table } from './state';
import type { Item } from './value';

/** A primary key or an index's key. Only global indexes have more than one attribute of a role. */
export interface KeySchema {
  /** What all stored keys begin with: the id of the table or index. */
  readonly head: EncodedKey;
  readonly hash: readonly KeyAttribute[];
  readonly range: readonly KeyAttribute[];
  /** Both, in order. */
  readonly all: readonly KeyAttribute[];
}

export interface IndexSchema {
  readonly index: SecondaryIndex;
  readonly key: KeySchema;
  /** Names of everything an entry holds, of indexes that do not hold all. */
  readonly projected: ReadonlySet<string> | undefined;
  /** The part of an item that its entry holds; undefined: all of it. */
  readonly project: ((item: Attributes) => Item) | undefined;
  /** Names of the index's key and the table's, in the order of keys that clients are given. */
  readonly startKeyNames: readonly string[];
}

export interface TableSchema {
  readonly key: KeySchema;
  readonly keyNames: ReadonlySet<string>;
  readonly indexes: readonly IndexSchema[];
  readonly hasLocalIndexes: boolean;
  readonly toKey: (item: Attributes) => Item;
}

export const schemaOf = derived((table: Table): TableSchema => {
  const key = keySchema(table.id, table.keySchema, table.attributes);
  const names = key.all.map(({ name }) => name);
  return {
    key,
    keyNames: new Set(names),
    indexes: table.indexes.map((index) => indexSchema(index, names, table.attributes)),
    hasLocalIndexes: table.indexes.some(({ global }) => !global),
    toKey: (item) => pick(item, names),
  };
});

function indexSchema(index: SecondaryIndex, tableKey: readonly string[], attributes: readonly KeyAttribute[]): IndexSchema {
  const key = keySchema(index.id, index.keySchema, attributes);
  const startKeyNames = [...new Set([...key.all.map(({ name }) => name), ...tableKey])];
  if (index.projection === 'ALL') return { index, key, projected: undefined, project: undefined, startKeyNames };
  const names = [...new Set([...startKeyNames, ...index.included])];
  return { index, key, projected: new Set(names), project: projector(names.map((name) => [name])), startKeyNames };
}

function keySchema(id: string, elements: readonly KeyElement[], attributes: readonly KeyAttribute[]): KeySchema {
  const all = elements.map(({ name }) => attributes.find((each) => each.name === name) as KeyAttribute);
  const hash = all.filter((_, i) => elements[i]?.role === 'HASH');
  return { head: encodedKey([id]), hash, range: all.slice(hash.length), all };
}
