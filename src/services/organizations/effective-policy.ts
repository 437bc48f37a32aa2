/**
 * How the management policies on the way from the root to an account merge into the one that is in effect there
 * (User Guide, "Understanding management policy inheritance", "Inheritance operators").
 */
import { childControl, isObject, type Operator, operators, parseObject } from './operators';

type Json = Readonly<Record<string, unknown>>;

/** An element of the policy in the making. */
interface Element {
  value: unknown;
  readonly children: Map<string, Element>;
  /** What policies below may do here. */
  allowed: ReadonlySet<Operator>;
  /** What policies of the level at hand leave those below, taken together. */
  next: ReadonlySet<Operator>;
  /** The level that set a single value: of policies at one level the one attached first decides. */
  setAt: number | undefined;
}

/** 0 is the one element on top. */
export type FoldsCase = (depth: number) => boolean;

const all: ReadonlySet<Operator> = new Set(operators);

function newElement(): Element {
  return { value: undefined, children: new Map(), allowed: all, next: all, setAt: undefined };
}

/**
 * The document in effect; undefined when nothing is. Levels from the root to the account, the policies of each in the
 * order in which they were attached. `foldsCase` says of which depth names are the same whatever their case, and then in
 * lower case.
 */
export function effectivePolicy(levels: readonly (readonly string[])[], foldsCase: FoldsCase): Json | undefined {
  const root = newElement();
  for (const [level, texts] of levels.entries()) {
    for (const text of texts) {
      const document = parseObject(text);
      if (document) new Merge(level, foldsCase).into(root, document, 0);
    }
    closeLevel(root);
  }
  const merged = toJson(root);
  return isObject(merged) ? merged : undefined;
}

/** What the policies of this level control holds from the next one on. */
function closeLevel(element: Element): void {
  element.allowed = element.next;
  for (const child of element.children.values()) closeLevel(child);
}

/** One policy at one level. */
class Merge {
  private readonly level: number;
  private readonly foldsCase: FoldsCase;

  constructor(level: number, foldsCase: FoldsCase) {
    this.level = level;
    this.foldsCase = foldsCase;
  }

  into(element: Element, source: Json, depth: number): void {
    for (const [key, value] of Object.entries(source)) {
      if (key === childControl) element.next = new Set([...element.next].filter((one) => controlOf(value).has(one)));
      else if (isOperator(key)) this.operate(element, key, value);
      else if (isObject(value)) {
        const child = this.childOf(element, key, depth);
        if (child) this.into(child, value, depth + 1);
      }
    }
  }

  /** Adding an element is up to what is allowed in the one around it. */
  private childOf(element: Element, key: string, depth: number): Element | undefined {
    const name = this.foldsCase(depth) ? key.toLowerCase() : key;
    const known = element.children.get(name);
    if (known || !(element.allowed.has('@@assign') || element.allowed.has('@@append'))) return known;
    const child = newElement();
    element.children.set(name, child);
    return child;
  }

  private operate(element: Element, operator: Operator, value: unknown): void {
    if (!element.allowed.has(operator)) return;
    const inherited = listOf(element.value);
    if (operator === '@@remove') element.value = unlessEmpty(inherited.filter((one) => !listOf(value).includes(one)));
    else if (operator === '@@append') element.value = union(inherited, listOf(value));
    else this.assign(element, value);
  }

  /** Lists that policies of one level assign are taken together; of single values that of the policy attached first stays. */
  private assign(element: Element, value: unknown): void {
    if (element.setAt !== this.level) element.value = value;
    else if (Array.isArray(value)) element.value = union(listOf(element.value), value);
    element.setAt = this.level;
  }
}

function isOperator(key: string): key is Operator {
  return (operators as readonly string[]).includes(key);
}

function controlOf(value: unknown): ReadonlySet<Operator> {
  const names = listOf(value);
  if (names.includes('@@all')) return all;
  return new Set(operators.filter((operator) => names.includes(operator)));
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : value === undefined ? [] : [value];
}

function union(a: readonly unknown[], b: readonly unknown[]): unknown[] {
  return [...new Set([...a, ...b])];
}

/** A list of which nothing is left is no setting any more. */
function unlessEmpty(list: readonly unknown[]): readonly unknown[] | undefined {
  return list.length === 0 ? undefined : list;
}

/** Elements that hold nothing are not there; those that hold a value hold nothing else. */
function toJson(element: Element): unknown {
  if (element.value !== undefined || element.children.size === 0) return element.value;
  const entries = [...element.children].map(([name, child]) => [name, toJson(child)] as const).filter(([, value]) => value !== undefined);
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

/** Something that an effective policy lacks. */
export interface EffectiveProblem {
  readonly code: string;
  readonly message: string;
  /** `plans/nightly/rules` */
  readonly path: string;
}

/**
 * What is missing in an effective backup policy (User Guide, "Backup policy syntax and examples"): the pieces of a plan
 * may come from policies that were never meant to meet. The other types need nothing of each other. The codes are a guess.
 */
export function effectiveProblems(document: Json): EffectiveProblem[] {
  const { plans } = document;
  if (!isObject(plans)) return [];
  return Object.entries(plans).flatMap(([plan, content]) => {
    if (!isObject(content)) return [];
    const missing = ['regions', 'rules', 'selections'].filter((name) => content[name] === undefined).map((name) => [plan, name]);
    const rules = isObject(content['rules']) ? Object.entries(content['rules']) : [];
    for (const [name, rule] of rules) {
      for (const element of ['schedule_expression', 'target_backup_vault_name']) {
        if (isObject(rule) && rule[element] === undefined) missing.push([plan, 'rules', name, element]);
      }
    }
    return missing.map((path) => ({
      code: 'ELEMENT_MISSING',
      message: `The required element ${path.at(-1)} is missing.`,
      path: ['plans', ...path].join('/'),
    }));
  });
}
