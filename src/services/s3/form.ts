/** Reads multipart/form-data as browsers send it (RFC 7578): the fields, then the file as a stream of any size. */
import { formTooLarge, invalidArgument, malformedForm } from './errors';

/** What may stand before the file: "The form and policy must be no larger than 20 KB". */
const maxFieldBytes = 20 * 1024;

export interface UploadForm {
  /** By lower-case name, in the order of the form. */
  readonly fields: ReadonlyMap<string, string>;
  /** As the client names it, without folders; empty when it does not. */
  readonly fileName: string;
  readonly fileType: string | undefined;
  /** To be read once, to its end; throws when the form breaks off. What follows the file is ignored, as S3 does. */
  readonly file: AsyncIterable<Uint8Array>;
}

/** The boundary that a Content-Type names; undefined when it is not multipart/form-data. */
export function boundaryOf(contentType: string | undefined): string | undefined {
  const match = /^\s*multipart\/form-data\s*;(?:.*;)?\s*boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))/is.exec(contentType ?? '');
  return match?.[1] ?? match?.[2];
}

/** Reads up to the beginning of the file. */
export async function readForm(chunks: AsyncIterable<Uint8Array>, boundary: string): Promise<UploadForm> {
  const reader = new FormReader(chunks, boundary);
  const fields = new Map<string, string>();
  let left = maxFieldBytes;
  await reader.skipToFirstPart();
  while (await reader.nextPart()) {
    const head = await reader.readUntil('\r\n\r\n', left);
    left -= head.length;
    const { name, fileName, type } = parsePartHead(head.toString('utf8'));
    if (name === 'file') return { fields, fileName, fileType: type, file: reader.readFile() };
    const value = await reader.readUntil(reader.delimiter, left);
    left -= value.length;
    fields.set(name, value.toString('utf8'));
  }
  throw invalidArgument('POST requires exactly one file upload per request.', 'file', '0');
}

function parsePartHead(head: string): { name: string; fileName: string; type: string | undefined } {
  let name: string | undefined;
  let fileName = '';
  let type: string | undefined;
  for (const line of head.split('\r\n')) {
    const colon = line.indexOf(':');
    const header = line.slice(0, colon).trim().toLowerCase();
    if (header === 'content-type') type = line.slice(colon + 1).trim();
    if (header !== 'content-disposition') continue;
    name = parameter(line, 'name');
    fileName = parameter(line, 'filename') ?? '';
  }
  if (name === undefined) throw malformedForm();
  // Old browsers send the whole path on the user's disk.
  return { name: name.toLowerCase(), fileName: fileName.slice(Math.max(fileName.lastIndexOf('/'), fileName.lastIndexOf('\\')) + 1), type };
}

function parameter(line: string, name: string): string | undefined {
  const match = new RegExp(`;\\s*${name}=(?:"((?:[^"\\\\]|\\\\.)*)"|([^;\\s]*))`, 'i').exec(line);
  // Browsers write a quote as %22; a backslash stands for itself unless a quote follows it.
  return match === null ? undefined : (match[1]?.replaceAll('\\"', '"').replaceAll('%22', '"') ?? match[2]);
}

class FormReader {
  readonly delimiter: string;
  readonly #source: AsyncIterator<Uint8Array>;
  // The first boundary has no line break before it, so we put one there.
  #pending: Buffer = Buffer.from('\r\n');

  constructor(chunks: AsyncIterable<Uint8Array>, boundary: string) {
    this.#source = chunks[Symbol.asyncIterator]();
    this.delimiter = `\r\n--${boundary}`;
  }

  async skipToFirstPart(): Promise<void> {
    await this.readUntil(this.delimiter, maxFieldBytes);
  }

  /** After a delimiter: a line break when a part follows, two dashes at the end. */
  async nextPart(): Promise<boolean> {
    while (this.#pending.length < 2) await this.#more();
    const mark = this.#pending.toString('latin1', 0, 2);
    this.#pending = this.#pending.subarray(2);
    if (mark === '--') return false;
    if (mark !== '\r\n') throw malformedForm();
    return true;
  }

  /** What comes before a mark; the mark is taken too. */
  async readUntil(mark: string, maxBytes: number): Promise<Buffer> {
    for (let from = 0; ; ) {
      const at = this.#pending.indexOf(mark, from, 'latin1');
      if ((at < 0 ? this.#pending.length - mark.length : at) > maxBytes) throw formTooLarge(maxFieldBytes);
      if (at >= 0) {
        const before = this.#pending.subarray(0, at);
        this.#pending = this.#pending.subarray(at + mark.length);
        return before;
      }
      from = Math.max(0, this.#pending.length - mark.length + 1);
      await this.#more();
    }
  }

  async *readFile(): AsyncGenerator<Uint8Array> {
    for (;;) {
      const at = this.#pending.indexOf(this.delimiter, 0, 'latin1');
      if (at >= 0) {
        if (at > 0) yield this.#pending.subarray(0, at);
        break;
      }
      // A delimiter may have begun at the end of what is here.
      const sure = this.#pending.length - this.delimiter.length + 1;
      if (sure > 0) {
        yield this.#pending.subarray(0, sure);
        this.#pending = this.#pending.subarray(sure);
      }
      await this.#more();
    }
    // To the end, where the length of the whole is checked.
    for (let next = await this.#source.next(); !next.done; next = await this.#source.next());
  }

  async #more(): Promise<void> {
    const next = await this.#source.next();
    if (next.done) throw malformedForm();
    const { value } = next;
    const chunk = Buffer.from(value.buffer, value.byteOffset, value.length);
    this.#pending = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
  }
}
