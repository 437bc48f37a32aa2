/** The house rules that types and lint do not know; CONTRIBUTING explains them. Each rule looks at one file. */
import { Visitor } from 'rolldown/utils';
import { banned } from './banned';
import { importDirection } from './imports';
import type { Source } from './source';

export interface Violation {
  readonly line: number;
  readonly message: string;
}

export const hardLines = 700;
export const softLines = 400;
const functionLines = 60;

/** Every rule by the name that `// house-allow <name>: <reason>` gives it. */
export const rules: Readonly<Record<string, (source: Source) => Violation[]>> = {
  imports: importDirection,
  'file-size': fileSize,
  'function-size': functionSize,
  names,
  comments,
  any: anyTypes,
  tests,
  'empty-catch': emptyCatch,
  state: moduleState,
  banned,
};

/** Violations of every rule, but for those that a comment on the line, or the line before, allows and gives a reason for. */
export function check(source: Source): (Violation & { readonly rule: string })[] {
  const lines = source.text.split('\n');
  const isAllowed = (rule: string, line: number) =>
    [lines[line - 1], lines[line - 2]].some((text) => text?.includes(`house-allow ${rule}: `) === true);
  return Object.entries(rules).flatMap(([rule, run]) =>
    run(source)
      .filter(({ line }) => !isAllowed(rule, line))
      .map((violation) => ({ ...violation, rule })),
  );
}

function fileSize({ text }: Source): Violation[] {
  const lines = text.split('\n').length - 1;
  return lines > hardLines ? [{ line: 1, message: `${lines} lines; at most ${hardLines}. Split it by subject.` }] : [];
}

function functionSize(source: Source): Violation[] {
  if (source.kind === 'test') return [];
  const found: Violation[] = [];
  const measure = ({ start, end }: { start: number; end: number }) => {
    const line = source.lineOf(start);
    const lines = source.lineOf(end) - line + 1;
    if (lines > functionLines) found.push({ line, message: `a function of ${lines} lines; at most ${functionLines}. Name its parts.` });
  };
  new Visitor({ FunctionDeclaration: measure, FunctionExpression: measure, ArrowFunctionExpression: measure }).visit(source.program);
  return found;
}

const vagueFile = /(^|[-/])(utils?|helpers?|common|misc|manager|impl)([-./]|$)/;
const vagueName = /(Manager|Impl|Utils?|Helpers?)$/;
/** Names that AWS gave. */
const awsNames = /(SecretsManager|CertificateManager|SystemsManager|IncidentManager|AuditManager|CloudManager)$/;

function names(source: Source): Violation[] {
  const { path, program, lineOf } = source;
  const found: Violation[] = [];
  if (vagueFile.test(path)) found.push({ line: 1, message: 'a file name that says nothing; name the one subject it has.' });
  if (!/(^|\/)[a-z0-9.-]+$/.test(path)) found.push({ line: 1, message: 'file names are kebab-case.' });
  const look = ({ id }: { id: { type: string; name?: string; start: number } | null }) => {
    const name = id?.name;
    if (id === null || name === undefined) return;
    if (vagueName.test(name) && !awsNames.test(name))
      found.push({ line: lineOf(id.start), message: `${name}: say what it does instead of Manager, Impl, Utils, Helper.` });
  };
  new Visitor({
    FunctionDeclaration: look,
    ClassDeclaration: look,
    TSTypeAliasDeclaration: look,
    TSInterfaceDeclaration: (node) => {
      look(node);
      if (/^I[A-Z][a-z]/.test(node.id.name) && !node.id.name.startsWith('IPv'))
        found.push({ line: lineOf(node.start), message: `${node.id.name}: interfaces have no I in front.` });
    },
  }).visit(program);
  return found;
}

function comments({ text, kind, comments: all, lineOf }: Source): Violation[] {
  const found: Violation[] = [];
  if (kind !== 'test' && !/^(#!.*\n)?\/\*\*/.test(text))
    found.push({ line: 1, message: 'begin with a /** sentence */ that says what this module is.' });
  for (const { value, start } of all) {
    const mark = /\b(TODO|FIXME|XXX|HACK)\b/.exec(value)?.[1]; // house-allow comments: names the words it looks for
    if (mark !== undefined) found.push({ line: lineOf(start), message: `${mark}: do it, or open an issue.` });
  }
  return found;
}

/** Where values of unknown API types pass through; everywhere else a type can be said. */
const anyHomes = ['src/protocol/', 'src/kernel/'];

function anyTypes({ path, kind, program, lineOf }: Source): Violation[] {
  if (kind !== 'product' || anyHomes.some((home) => path.startsWith(home))) return [];
  const found: Violation[] = [];
  new Visitor({
    TSAnyKeyword: ({ start }) => found.push({ line: lineOf(start), message: 'any: say the type, or unknown.' }),
  }).visit(program);
  return found;
}

function tests({ kind, program, lineOf, text }: Source): Violation[] {
  if (kind !== 'test') return [];
  const found: Violation[] = [];
  const add = (start: number, message: string) => found.push({ line: lineOf(start), message });
  new Visitor({
    MemberExpression: ({ object, property, start }) => {
      const callee = object.type === 'Identifier' ? object.name : '';
      const name = property.type === 'Identifier' ? property.name : '';
      if (name === 'only' && ['it', 'test', 'describe', 'suite'].includes(callee)) add(start, `${callee}.only hides all other tests.`);
      if (callee === 'vi' && (name === 'mock' || name === 'doMock'))
        add(start, 'a test that mocks our own code proves nothing; use the real thing.');
    },
    ImportDeclaration: ({ source, start }) => {
      if (/^(node:)?timers\/promises$/.test(source.value)) add(start, sleeping);
    },
    NewExpression: ({ callee, start, end }) => {
      const isPromise = callee.type === 'Identifier' && callee.name === 'Promise';
      if (isPromise && /=>\s*\{?\s*setTimeout\(\s*\w+\s*,/.test(text.slice(start, end))) add(start, sleeping);
    },
  }).visit(program);
  return found;
}

const sleeping = 'a test that sleeps is slow and still fails at times; wait for what should happen, or advance the clock.';

function emptyCatch({ program, lineOf, comments: all }: Source): Violation[] {
  const found: Violation[] = [];
  new Visitor({
    CatchClause: ({ body, start }) => {
      const explained = all.some((comment) => comment.start > body.start && comment.start < body.end);
      if (body.body.length === 0 && !explained)
        found.push({ line: lineOf(start), message: 'an empty catch; say in it why the error does not matter.' });
    },
  }).visit(program);
  return found;
}

function moduleState({ path, kind, program, lineOf }: Source): Violation[] {
  if (kind !== 'product' || !path.startsWith('src/services/')) return [];
  return program.body.flatMap((statement) => {
    const declaration = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement;
    if (declaration?.type !== 'VariableDeclaration') return [];
    const changes = declaration.kind !== 'const' || declaration.declarations.some(({ init }) => isEmptyContainer(init));
    return changes
      ? [{ line: lineOf(declaration.start), message: 'state in a module; declare a collection, so that it is scoped, saved and reset.' }]
      : [];
  });
}

function isEmptyContainer(init: { type: string; callee?: unknown; arguments?: unknown } | null): boolean {
  if (init?.type !== 'NewExpression') return false;
  const { callee, arguments: values } = init as { callee: { name?: string }; arguments: unknown[] };
  return ['Map', 'Set', 'WeakMap', 'WeakSet'].includes(callee.name ?? '') && values.length === 0;
}
