/** Tells which operation of a REST service a request means, from method, path, query and headers. */
import type { Operation, ServiceModel } from './model';

interface RouteMatch {
  readonly operation: Operation;
  /** By member name, as the bytes on the wire: not decoded, not normalised. */
  readonly labels: Readonly<Record<string, string>>;
}

type Headers = Readonly<Record<string, string | undefined>>;

/**
 * `path` and `query` are raw (the query without `?`); header names are in lower case.
 * Undefined when the service has no such path, 'method-not-allowed' when it has, under other methods.
 */
type Router = (method: string, path: string, query: string, headers: Headers) => RouteMatch | 'method-not-allowed' | undefined;

const routers = new WeakMap<ServiceModel, Router>();

/** The router of a service, compiled on first use. */
export function compileRoutes(model: ServiceModel): Router {
  let router = routers.get(model);
  if (router === undefined) routers.set(model, (router = buildRouter(model)));
  return router;
}

/** One operation's route, at the place of the tree where its path ends. */
interface Route {
  readonly operation: Operation;
  /** Query literals of the URI: name, and value where it has one. */
  readonly literals: readonly (readonly [name: string, value: string | undefined])[];
  /** Label names in the order of the path, spelt as in the URI. */
  readonly labels: readonly string[];
  /** The same as names of members; filled in on the first match. */
  members: readonly string[] | undefined;
}

/** A place in the tree of path segments. */
interface Node {
  readonly literals: Map<string, Node>;
  label: Node | undefined;
  /** `{Key+}` takes the rest of the path, less what follows it in the URI; the longest such suffix first. */
  readonly greedy: { readonly suffix: string; readonly end: PathEnd }[];
  readonly end: PathEnd;
}

/** The operations that share a path. */
interface PathEnd {
  /** Those whose URI has query literals, by the first of these: `uploads`, `list-type`. */
  readonly byQuery: Map<string, Candidate[]>;
  readonly plain: Candidate[];
}

interface Candidate {
  readonly route: Route;
  /** What must be there for this one to be meant, when several share a path and a query literal. */
  readonly requiredQuery: readonly string[];
  readonly requiredHeaders: readonly string[];
}

function buildRouter(model: ServiceModel): Router {
  const methods = new Map<string, Node>();
  for (const name of model.operationNames) {
    const operation = model.operation(name) as Operation;
    let root = methods.get(operation.method);
    if (root === undefined) methods.set(operation.method, (root = newNode()));
    addRoute(root, operation);
  }
  // S3 has operations that differ by required parameters alone: without them there is no operation, where others answer what is missing.
  const strict = model.id === 's3';
  for (const root of methods.values()) settle(root, strict);

  return (method, path, query, headers) => {
    const root = methods.get(method);
    const search: Search = { path, query: new QueryNames(query), headers, strict, values: [] };
    const start = path.startsWith('/') ? 1 : 0;
    const route = root && find(root, start, search);
    if (route !== undefined) return toMatch(route, search.values);
    for (const [other, node] of methods) {
      if (other !== method && find(node, start, { ...search, values: [] })) return 'method-not-allowed';
    }
    return undefined;
  };
}

function toMatch(route: Route, values: readonly string[]): RouteMatch {
  const { operation, labels } = route;
  const members = (route.members ??= labels.map((label) => memberOfLabel(operation, label)));
  const byMember: Record<string, string> = {};
  for (let i = 0; i < members.length; i++) byMember[members[i] as string] = values[i] as string;
  return { operation, labels: byMember };
}

function memberOfLabel(operation: Operation, label: string): string {
  for (const [name, member] of operation.input?.members ?? []) {
    if (member.location === 'uri' && (member.locationName ?? name) === label) return name;
  }
  throw new Error(`${operation.service.id}: no member of ${operation.name} is the label {${label}}`);
}

function newNode(): Node {
  return { literals: new Map(), label: undefined, greedy: [], end: newEnd() };
}

function newEnd(): PathEnd {
  return { byQuery: new Map(), plain: [] };
}

function addRoute(root: Node, operation: Operation): void {
  const { uri } = operation;
  const mark = uri.indexOf('?');
  const segments = (mark === -1 ? uri : uri.slice(0, mark)).split('/');
  const labels: string[] = [];
  let node = root;
  let end: PathEnd | undefined;
  for (let i = 0; i < segments.length && end === undefined; i++) {
    const segment = segments[i] as string;
    if (segment === '') continue;
    if (!segment.startsWith('{')) node = literalChild(node, segment);
    else if (segment.endsWith('+}')) end = greedyEnd(node, segments.slice(i + 1));
    else node = node.label ??= newNode();
    if (segment.startsWith('{')) labels.push(segment.slice(1, end === undefined ? -1 : -2));
  }
  const literals = mark === -1 ? [] : queryLiterals(uri.slice(mark + 1));
  addCandidate(end ?? node.end, { operation, literals, labels, members: undefined });
}

function literalChild(node: Node, segment: string): Node {
  let child = node.literals.get(segment);
  if (child === undefined) node.literals.set(segment, (child = newNode()));
  return child;
}

function greedyEnd(node: Node, after: readonly string[]): PathEnd {
  const suffix = after.map((segment) => `/${segment}`).join('');
  let greedy = node.greedy.find((known) => known.suffix === suffix);
  if (greedy === undefined) node.greedy.push((greedy = { suffix, end: newEnd() }));
  return greedy.end;
}

/** `x-id=` is a hint that the SDK for JavaScript adds; nothing depends on it. */
function queryLiterals(query: string): Route['literals'] {
  return query
    .split('&')
    .filter((part) => part !== '' && !part.startsWith('x-id='))
    .map((part) => {
      const [name = '', value] = part.split('=');
      return [name, value || undefined] as const;
    });
}

function addCandidate(end: PathEnd, route: Route): void {
  const first = route.literals[0]?.[0];
  const candidate: Candidate = { route, requiredQuery: [], requiredHeaders: [] };
  if (first === undefined) end.plain.push(candidate);
  else if (end.byQuery.has(first)) end.byQuery.get(first)?.push(candidate);
  else end.byQuery.set(first, [candidate]);
}

/** Brings everything into the order in which it is tried. */
function settle(node: Node, strict: boolean): void {
  node.greedy.sort((a, b) => b.suffix.length - a.suffix.length);
  for (const end of [node.end, ...node.greedy.map((greedy) => greedy.end)]) {
    if (strict || end.plain.length > 1) settleCandidates(end.plain);
    for (const candidates of end.byQuery.values()) if (candidates.length > 1) settleCandidates(candidates);
  }
  for (const child of node.literals.values()) settle(child, strict);
  if (node.label) settle(node.label, strict);
}

/** Those that ask for more come first; of equals, those that AWS has not deprecated. */
function settleCandidates(candidates: Candidate[]): void {
  for (const [i, { route }] of candidates.entries()) {
    candidates[i] = { route, requiredQuery: requiredAt(route, 'querystring'), requiredHeaders: requiredAt(route, 'header') };
  }
  const weight = ({ route, requiredQuery, requiredHeaders }: Candidate) =>
    (route.literals.length + requiredQuery.length + requiredHeaders.length) * 2 - (route.operation.deprecated ? 1 : 0);
  candidates.sort((a, b) => weight(b) - weight(a));
}

function requiredAt({ operation }: Route, location: 'querystring' | 'header'): string[] {
  const names: string[] = [];
  for (const name of operation.input?.required ?? []) {
    const member = operation.input?.members?.get(name);
    if (member?.location === location)
      names.push(location === 'header' ? (member.locationName ?? name).toLowerCase() : (member.locationName ?? name));
  }
  return names;
}

interface Search {
  readonly path: string;
  readonly query: QueryNames;
  readonly headers: Headers;
  readonly strict: boolean;
  /** Raw label values on the way to the current place. */
  readonly values: string[];
}

/** Walks from the segment that starts at `at`: literals before labels before greedy ones, back-tracking where a way leads nowhere. */
function find(node: Node, at: number, search: Search): Route | undefined {
  const { path, values } = search;
  if (at >= path.length) return choose(node.end, search);
  const slash = path.indexOf('/', at);
  const end = slash === -1 ? path.length : slash;
  const segment = path.slice(at, end);

  const literal = node.literals.get(segment) ?? (segment.includes('%') ? node.literals.get(decoded(segment)) : undefined);
  const byLiteral = literal && find(literal, end + 1, search);
  if (byLiteral !== undefined) return byLiteral;

  if (node.label !== undefined && segment !== '') {
    values.push(segment);
    const byLabel = find(node.label, end + 1, search);
    if (byLabel !== undefined) return byLabel;
    values.pop();
  }
  for (const { suffix, end: greedyEnd } of node.greedy) {
    if (!path.endsWith(suffix) || path.length - suffix.length <= at) continue;
    const route = choose(greedyEnd, search);
    if (route === undefined) continue;
    values.push(path.slice(at, path.length - suffix.length));
    return route;
  }
  return undefined;
}

function choose({ byQuery, plain }: PathEnd, search: Search): Route | undefined {
  if (byQuery.size > 0 && !search.query.isEmpty) {
    for (const name of search.query.names()) {
      const route = pick(byQuery.get(name), search, false);
      if (route !== undefined) return route;
    }
  }
  return pick(plain, search, search.strict);
}

/** The first whose requirements are met; else, unless strict, the one that asks for least: its validation says what is missing. */
function pick(candidates: readonly Candidate[] | undefined, search: Search, strict: boolean): Route | undefined {
  if (candidates === undefined || candidates.length === 0) return undefined;
  let fallback: Route | undefined;
  for (const candidate of candidates) {
    const { route } = candidate;
    if (!hasLiterals(route, search)) continue;
    if (isComplete(candidate, search)) return route;
    fallback = route;
  }
  return strict ? undefined : fallback;
}

// Loops, and not `every`: each request to S3 passes a dozen candidates, and most ask for nothing.
function hasLiterals({ literals }: Route, { query }: Search): boolean {
  for (const [name, value] of literals) if (!query.has(name, value)) return false;
  return true;
}

function isComplete({ requiredQuery, requiredHeaders }: Candidate, { query, headers }: Search): boolean {
  for (const name of requiredQuery) if (!query.has(name)) return false;
  for (const name of requiredHeaders) if (headers[name] === undefined) return false;
  return true;
}

/** The parameters of a raw query, split on first need. */
class QueryNames {
  readonly #raw: string;
  #parsed: Map<string, string> | undefined;

  constructor(raw: string) {
    this.#raw = raw;
  }

  get isEmpty(): boolean {
    return this.#raw === '';
  }

  names(): Iterable<string> {
    return this.#all().keys();
  }

  has(name: string, value?: string): boolean {
    const found = this.#all().get(name);
    return found !== undefined && (value === undefined || found === value);
  }

  #all(): Map<string, string> {
    return (this.#parsed ??= parseQuery(this.#raw));
  }
}

function parseQuery(raw: string): Map<string, string> {
  const parsed = new Map<string, string>();
  if (raw === '') return parsed;
  for (const part of raw.split('&')) {
    const equals = part.indexOf('=');
    const name = decoded(equals === -1 ? part : part.slice(0, equals));
    if (!parsed.has(name)) parsed.set(name, equals === -1 ? '' : decoded(part.slice(equals + 1)));
  }
  return parsed;
}

/** As it is when it is no valid encoding: it is then no literal either. */
function decoded(text: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
