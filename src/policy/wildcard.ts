/**
 * Text with `*` (any characters) and `?` (any one): matched without backtracking.
 *
 * A pattern is the pieces of text between its stars. The first must begin the text, the last end it, and each of the
 * others is taken at the first place where it fits: no other choice could succeed where this one fails. So every piece
 * is looked for once, from where the one before it ended, whatever the number of stars.
 */

interface Piece {
  readonly text: string;
  /** Places of `?`; undefined when there are none. */
  readonly open: ReadonlySet<number> | undefined;
}

export interface Pattern {
  readonly pieces: readonly Piece[];
  /** Of the shortest text that fits. */
  readonly length: number;
}

/** Puts a pattern together from text in which wildcards count and text in which they do not. */
export class PatternBuilder {
  private readonly pieces: Piece[] = [];
  private text = '';
  private open: Set<number> | undefined;

  literal(text: string): this {
    this.text += text;
    return this;
  }

  glob(text: string): this {
    let from = 0;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code !== 42 && code !== 63) continue;
      this.text += text.slice(from, i);
      from = i + 1;
      if (code === 42) this.cut();
      else {
        this.open ??= new Set();
        this.open.add(this.text.length);
        this.text += '?';
      }
    }
    this.text += text.slice(from);
    return this;
  }

  build(): Pattern {
    this.cut();
    return { pieces: this.pieces, length: this.pieces.reduce((sum, { text }) => sum + text.length, 0) };
  }

  private cut(): void {
    this.pieces.push({ text: this.text, open: this.open });
    this.text = '';
    this.open = undefined;
  }
}

export function globPattern(text: string): Pattern {
  return new PatternBuilder().glob(text).build();
}

/** Whether a text fits one with `*` and `?`, in time that no pattern can blow up. */
export function matchesWildcard(pattern: string, text: string): boolean {
  return fits(globPattern(pattern), text);
}

/** True for `*`, `**`…: it fits everything. */
export function fitsAll({ pieces, length }: Pattern): boolean {
  return pieces.length > 1 && length === 0;
}

/** The text, when the pattern has no wildcard. */
export function plainText({ pieces }: Pattern): string | undefined {
  const [only] = pieces;
  return pieces.length === 1 && only?.open === undefined ? only?.text : undefined;
}

/** What a text must begin with, when that is all: the pattern's only wildcard is a star at its end. */
export function prefixText({ pieces }: Pattern): string | undefined {
  const [first, last] = pieces;
  return pieces.length === 2 && last?.text === '' && first?.open === undefined ? first?.text : undefined;
}

/** Takes at most text length × longest piece steps; in practice one pass. */
export function fits(pattern: Pattern, text: string): boolean {
  const { pieces, length } = pattern;
  if (text.length < length) return false;
  const last = pieces.length - 1;
  const first = pieces[0]!;
  if (last === 0) return text.length === length && fitsAt(first, text, 0);
  const tail = pieces[last]!;
  const end = text.length - tail.text.length;
  if (!fitsAt(first, text, 0) || !fitsAt(tail, text, end)) return false;
  let at = first.text.length;
  for (let i = 1; i < last; i++) {
    const piece = pieces[i]!;
    at = find(piece, text, at);
    if (at < 0) return false;
    at += piece.text.length;
    if (at > end) return false;
  }
  return true;
}

function fitsAt(piece: Piece, text: string, at: number): boolean {
  const { open } = piece;
  if (open === undefined) return text.startsWith(piece.text, at);
  for (let i = 0; i < piece.text.length; i++) {
    if (text.charCodeAt(at + i) !== piece.text.charCodeAt(i) && !open.has(i)) return false;
  }
  return true;
}

function find(piece: Piece, text: string, from: number): number {
  if (piece.open === undefined) return text.indexOf(piece.text, from);
  for (let at = from; at + piece.text.length <= text.length; at++) if (fitsAt(piece, text, at)) return at;
  return -1;
}
