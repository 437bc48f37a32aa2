/**
 * The file format of `src/api/tables/<id>.jsonl`, shared by the script that writes tables and the loader that reads them.
 *
 * A table is a sorted list of lines `["<kind> <Name>",<facts>]`, all ASCII. Sorted, so that one line is found by binary search
 * and parsed alone (nothing else of the file is touched), and so that an update changes only the lines that changed on AWS.
 * What all services need before any table is read (names, protocols, target prefixes) stands in `index.json`.
 */
import type { MemberTraits, OperationTraits, ShapeTraits, ShapeType, Waiter } from './model';

/** `codes` comes alone, without a name: it maps wire codes to the names of error shapes where the two differ. */
export type LineKind = 'codes' | 'operation' | 'shape' | 'waiter';

/** A use of a shape: its name; or its name, its name on the wire (0 when it has none of its own) and what else is said of it. */
export type TableMember =
  | string
  | readonly [shape: string, locationName: string]
  | readonly [shape: string, locationName: string | 0, traits: MemberTraits];

/** `type` is left out for structures. */
export interface TableShape extends ShapeTraits {
  readonly type?: ShapeType;
  readonly members?: Readonly<Record<string, TableMember>>;
  readonly element?: TableMember;
  readonly key?: TableMember;
  readonly value?: TableMember;
}

/** `method` is left out for POST, `uri` for `/`. Shapes are named. */
export interface TableOperation extends OperationTraits {
  readonly method?: string;
  readonly uri?: string;
  readonly status?: number;
  readonly input?: string;
  readonly output?: string;
  readonly errors?: readonly string[];
}

export type TableWaiter = Waiter;
