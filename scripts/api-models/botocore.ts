/** Finds an installed botocore and reads the model files of one service. */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

export interface Botocore {
  readonly directory: string;
  readonly version: string;
}

/** `service-2.json` as botocore has it; only what we read is typed. */
export interface RawModel {
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly operations: Readonly<Record<string, RawOperation>>;
  readonly shapes: Readonly<Record<string, RawShape>>;
}

export interface RawOperation {
  readonly http: { readonly method: string; readonly requestUri: string; readonly responseCode?: number };
  readonly input?: { readonly shape: string; readonly locationName?: string; readonly xmlNamespace?: RawNamespace };
  readonly output?: { readonly shape: string; readonly resultWrapper?: string };
  readonly errors?: readonly { readonly shape: string }[];
  readonly idempotent?: boolean;
  readonly deprecated?: boolean;
  readonly authtype?: string;
  readonly endpoint?: { readonly hostPrefix?: string };
  readonly httpChecksum?: {
    readonly requestAlgorithmMember?: string;
    readonly requestChecksumRequired?: boolean;
    readonly requestValidationModeMember?: string;
    readonly responseAlgorithms?: readonly string[];
  };
  readonly httpChecksumRequired?: boolean;
  readonly requestcompression?: { readonly encodings: readonly string[] };
}

export type RawNamespace = string | { readonly uri: string; readonly prefix?: string };

export interface RawMember {
  readonly shape: string;
  readonly location?: 'header' | 'headers' | 'querystring' | 'uri' | 'statusCode';
  readonly locationName?: string;
  readonly queryName?: string;
  readonly flattened?: boolean;
  readonly xmlAttribute?: boolean;
  readonly xmlNamespace?: RawNamespace;
  readonly timestampFormat?: string;
  readonly jsonvalue?: boolean;
  readonly idempotencyToken?: boolean;
  readonly hostLabel?: boolean;
  readonly streaming?: boolean;
  readonly eventpayload?: boolean;
  readonly eventheader?: boolean;
  readonly box?: boolean;
  readonly deprecated?: boolean;
  /** Two members of API Gateway v2 carry the values themselves, on a shape that is a plain string. */
  readonly enum?: readonly string[];
}

export interface RawShape {
  readonly type: string;
  readonly members?: Readonly<Record<string, RawMember>>;
  readonly required?: readonly string[];
  readonly member?: RawMember;
  readonly key?: RawMember;
  readonly value?: RawMember;
  readonly union?: boolean;
  readonly document?: boolean;
  readonly flattened?: boolean;
  readonly sparse?: boolean;
  readonly enum?: readonly string[];
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: string;
  readonly timestampFormat?: string;
  readonly sensitive?: boolean;
  readonly streaming?: boolean;
  readonly requiresLength?: boolean;
  readonly eventstream?: boolean;
  readonly event?: boolean;
  readonly exception?: boolean;
  readonly fault?: boolean;
  readonly error?: { readonly code?: string; readonly httpStatusCode?: number; readonly senderFault?: boolean };
  readonly payload?: string;
  readonly xmlNamespace?: RawNamespace;
  readonly locationName?: string;
}

export interface RawPaginator {
  readonly input_token: string | readonly string[];
  readonly output_token: string | readonly string[];
  readonly limit_key?: string;
  readonly result_key?: string | readonly string[];
  readonly more_results?: string;
}

export interface RawWaiter {
  readonly operation: string;
  readonly delay: number;
  readonly maxAttempts: number;
  readonly acceptors: readonly { state: string; matcher: string; argument?: string; expected: string | number | boolean }[];
}

export interface RawService {
  readonly model: RawModel;
  readonly paginators: Readonly<Record<string, RawPaginator>>;
  readonly waiters: Readonly<Record<string, RawWaiter>>;
}

/** The botocore in `directory`, or the one that `python3` imports; undefined when there is none. */
export function findBotocore(directory?: string): Botocore | undefined {
  const found = directory ?? askPython();
  if (found === undefined || !existsSync(join(found, 'data'))) return undefined;
  const version = /__version__ = ['"]([^'"]+)/.exec(readFileSync(join(found, '__init__.py'), 'utf8'))?.[1];
  return version === undefined ? undefined : { directory: found, version };
}

function askPython(): string | undefined {
  for (const python of ['python3', 'python']) {
    try {
      const said = execFileSync(python, ['-c', 'import botocore, os; print(os.path.dirname(botocore.__file__))'], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      return said.trim();
    } catch {
      // no such interpreter, or it has no botocore: try the next
    }
  }
  return undefined;
}

/** Some services came after the botocore at hand. */
export function hasService(botocore: Botocore, id: string): boolean {
  return existsSync(join(botocore.directory, 'data', id));
}

/** The newest API version of a service. The `sdk-extras` beside it are client-side conveniences and stay out. */
export function readService(botocore: Botocore, id: string): RawService {
  const folder = join(botocore.directory, 'data', id);
  const version = readdirSync(folder)
    .filter((name) => existsSync(modelPath(join(folder, name), 'service-2')))
    .sort()
    .at(-1);
  if (version === undefined) throw new Error(`botocore ${botocore.version} has no model of ${id}`);
  const read = (name: string): unknown => {
    const path = modelPath(join(folder, version), name);
    if (!existsSync(path)) return undefined;
    const bytes = readFileSync(path);
    return JSON.parse((path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8'));
  };
  const paginators = read('paginators-1') as { pagination: Record<string, RawPaginator> } | undefined;
  const waiters = read('waiters-2') as { waiters: Record<string, RawWaiter> } | undefined;
  return { model: read('service-2') as RawModel, paginators: paginators?.pagination ?? {}, waiters: waiters?.waiters ?? {} };
}

function modelPath(folder: string, name: string): string {
  const plain = join(folder, `${name}.json`);
  return existsSync(plain) ? plain : `${plain}.gz`;
}
