/** How management policies are written: elements in each other, and operators that say what becomes of what is inherited. */

type Json = Readonly<Record<string, unknown>>;

/** A management policy's text as an object; undefined when it is none. */
export function parseObject(text: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined; // Not JSON.
  }
}

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export const operators = ['@@assign', '@@append', '@@remove'] as const;
export type Operator = (typeof operators)[number];

/** What children may use; `@@all` and `@@none` stand alone. */
export const childControl = '@@operators_allowed_for_child_policies';

/** Values stand under operators, in elements of any depth (User Guide, "Inheritance operators"). */
export function hasOperators(element: Json): boolean {
  return Object.entries(element).every(([key, value]) => {
    if (key === childControl) return isControl(value);
    if (key === '@@append' || key === '@@remove') return Array.isArray(value);
    if (key === '@@assign') return value !== null && !isObject(value);
    return !key.startsWith('@@') && isObject(value) && hasOperators(value);
  });
}

function isControl(value: unknown): boolean {
  if (!Array.isArray(value) || value.length === 0) return false;
  if (value.includes('@@all') || value.includes('@@none')) return value.length === 1;
  return value.every((one) => (operators as readonly unknown[]).includes(one));
}
