/** The Range header as S3 reads it: one range counts, anything it cannot read is ignored (RFC 9110 §14). */

export interface ByteRange {
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
}

/** Undefined: send the whole object. */
export function parseRange(header: string | undefined, size: number): ByteRange | 'unsatisfiable' | undefined {
  // Several ranges: S3 answers with the whole object (GetObject: "doesn't support retrieving multiple ranges").
  const match = /^\s*bytes\s*=\s*(\d*)\s*-\s*(\d*)\s*$/i.exec(header ?? '');
  if (!match || (match[1] === '' && match[2] === '')) return undefined;
  if (match[1] === '') {
    const length = Math.min(Number(match[2]), size);
    return length === 0 ? 'unsatisfiable' : { start: size - length, end: size };
  }
  const start = Number(match[1]);
  const last = match[2] === '' ? size - 1 : Number(match[2]);
  if (match[2] !== '' && last < start) return undefined;
  if (start >= size) return 'unsatisfiable';
  return { start, end: Math.min(last + 1, size) };
}

/** UploadPartCopy's range is stricter: both ends, and inside the source. */
export function parseCopyRange(header: string, size: number): ByteRange | 'malformed' | 'outside' {
  const match = /^bytes=(\d+)-(\d+)$/.exec(header);
  if (!match) return 'malformed';
  const start = Number(match[1]);
  const end = Number(match[2]) + 1;
  if (end <= start) return 'malformed';
  return end > size ? 'outside' : { start, end };
}

/** `bytes 0-9/100` */
export function formatContentRange(range: ByteRange, size: number): string {
  return `bytes ${range.start}-${range.end - 1}/${size}`;
}
