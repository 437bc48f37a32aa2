/** Writing to the terminal: lines, and colours where they are wanted. */

const colours = { green: 32, yellow: 33, red: 31, grey: 90, bold: 1 } as const;

/** Is this stream a terminal that wants escape codes? (https://no-color.org) */
export function wantsColour(stream: { readonly isTTY?: boolean }): boolean {
  return stream.isTTY === true && !process.env.NO_COLOR && process.env.TERM !== 'dumb';
}

export function paint(text: string, colour: keyof typeof colours, enabled: boolean): string {
  return enabled ? `\x1b[${colours[colour]}m${text}\x1b[0m` : text;
}

export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** To stderr, so that what a program reads from stdout stays clean. */
export function note(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** Indented JSON in which no character of a stranger's drives the terminal: what JSON leaves as it is, is escaped too. */
export function jsonText(value: unknown): string {
  return JSON.stringify(value, undefined, 2).replace(
    /[\x7f-\x9f\u2028-\u202e\u2066-\u2069]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Control characters from strangers must not reach the terminal, and one line stays one line. */
export function printable(text: string, maxLength = 200): string {
  const plain = text.replace(/[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, '?');
  return plain.length > maxLength ? `${plain.slice(0, maxLength - 1)}…` : plain;
}
