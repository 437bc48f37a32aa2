/** Where the statements of a policy stand in its text, as the policy simulator tells it. */

interface Position {
  readonly Line: number;
  readonly Column: number;
}

export interface StatementPosition {
  /** Right behind what opens or separates statements, white space included (recorded). */
  readonly start: Position;
  /** Right behind the statement. */
  readonly end: Position;
}

/** Of a document that is valid JSON; in the order of its statements. */
export function statementPositions(text: string): readonly StatementPosition[] {
  const at = statementValue(text);
  if (at === undefined) return [];
  const first = skipSpace(text, at);
  if (text[first] !== '[') return [{ start: positionAt(text, at), end: positionAt(text, skipValue(text, first)) }];
  const positions: StatementPosition[] = [];
  for (let from = first + 1; text[skipSpace(text, from)] !== ']'; ) {
    const end = skipValue(text, skipSpace(text, from));
    positions.push({ start: positionAt(text, from), end: positionAt(text, end) });
    const separator = skipSpace(text, end);
    if (text[separator] !== ',') break;
    from = separator + 1;
  }
  return positions;
}

/** Behind the colon of the outermost `"Statement":`; of the last, as JSON readers take it. */
function statementValue(text: string): number | undefined {
  let found: number | undefined;
  for (let at = skipSpace(text, skipSpace(text, 0) + 1); text[at] === '"'; ) {
    const nameEnd = skipValue(text, at);
    const colon = skipSpace(text, nameEnd);
    if (JSON.parse(text.slice(at, nameEnd)) === 'Statement') found = colon + 1;
    const end = skipSpace(text, skipValue(text, skipSpace(text, colon + 1)));
    at = skipSpace(text, end + 1);
  }
  return found;
}

function skipSpace(text: string, at: number): number {
  let index = at;
  while (index < text.length && ' \t\r\n'.includes(text[index] as string)) index++;
  return index;
}

/** Behind the JSON value that begins here. */
function skipValue(text: string, at: number): number {
  let depth = 0;
  for (let index = at; index < text.length; index++) {
    const char = text[index] as string;
    if (char === '"') {
      index = stringEnd(text, index);
      if (depth === 0) return index + 1;
    } else if (char === '{' || char === '[') depth++;
    else if (char === '}' || char === ']') {
      if (depth === 0) return index;
      if (--depth === 0) return index + 1;
    } else if (depth === 0 && (char === ',' || char === ' ' || char === '\n' || char === '\r' || char === '\t')) return index;
  }
  return text.length;
}

/** At the closing quote of a string that opens here. */
function stringEnd(text: string, at: number): number {
  let index = at + 1;
  while (index < text.length && text[index] !== '"') index += text[index] === '\\' ? 2 : 1;
  return index;
}

/** Both count from one. */
function positionAt(text: string, index: number): Position {
  const before = text.slice(0, index);
  return { Line: before.split('\n').length, Column: index - before.lastIndexOf('\n') };
}
