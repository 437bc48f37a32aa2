import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boundaryOf, readForm } from './form';

type Part = [disposition: string, value: Buffer | string];

const encode = (parts: Part[], boundary = 'XX', end = `--${boundary}--\r\n`) =>
  Buffer.concat([
    ...parts.flatMap(([head, value]) => [
      Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; ${head}\r\n\r\n`),
      Buffer.from(value),
      Buffer.from('\r\n'),
    ]),
    Buffer.from(end),
  ]);

async function* pieces(bytes: Buffer, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function read(bytes: Buffer, size = 7, boundary = 'XX') {
  const form = await readForm(pieces(bytes, size), boundary);
  const chunks = [];
  for await (const chunk of form.file) chunks.push(Buffer.from(chunk));
  return { ...form, fields: Object.fromEntries(form.fields), bytes: Buffer.concat(chunks) };
}

describe('upload forms', () => {
  it('gives fields by lower-case name and the file behind them', async () => {
    const form = await read(
      encode([
        ['name="Key"', 'a/b'],
        ['name="x-AMZ-meta-ä"', 'ü'],
        ['name="file"; filename="C:\\\\dir\\\\c.txt"\r\nContent-Type: text/plain', 'hello'],
      ]),
    );
    expect(form).toMatchObject({
      fields: { key: 'a/b', 'x-amz-meta-ä': 'ü' },
      fileName: 'c.txt',
      fileType: 'text/plain',
      bytes: Buffer.from('hello'),
    });
  });

  it('ignores what follows the file', async () => {
    expect(
      (
        await read(
          encode([
            ['name="key"', 'k'],
            ['name="file"', 'x'],
            ['name="acl"', 'private'],
          ]),
        )
      ).fields,
    ).toEqual({ key: 'k' });
  });

  it.each([
    ['multipart/form-data; boundary=abc', 'abc'],
    ['Multipart/Form-Data; charset=utf-8; boundary="a b"', 'a b'],
    ['multipart/form-data', undefined],
    ['application/json', undefined],
    [undefined, undefined],
  ])('finds the boundary in %s', (type, boundary) => expect(boundaryOf(type)).toBe(boundary));

  it.each([
    ['no file', encode([['name="key"', 'k']]), 'InvalidArgument'],
    ['a form cut off in a field', encode([['name="key"', 'k']], 'XX', ''), 'MalformedPOSTRequest'],
    ['a form cut off in the file', encode([['name="file"', 'abc']], 'XX', '').subarray(0, -2), 'MalformedPOSTRequest'],
    ['a part without a name', encode([['filename="x"', 'k']]), 'MalformedPOSTRequest'],
    ['nothing', Buffer.alloc(0), 'MalformedPOSTRequest'],
    ['another boundary', encode([['name="file"', 'x']], 'YY'), 'MalformedPOSTRequest'],
    ['junk after the boundary', Buffer.from('--XXjunk'), 'MalformedPOSTRequest'],
    [
      '20 KB of fields',
      encode([
        ['name="a"', 'x'.repeat(15_000)],
        ['name="b"', 'x'.repeat(6_000)],
        ['name="file"', 'x'],
      ]),
      'MaxPostPreDataLengthExceeded',
    ],
    ['an endless preamble', Buffer.alloc(100_000, 120), 'MaxPostPreDataLengthExceeded'],
  ])('refuses %s', async (_, bytes, code) => await expect(read(bytes, 1000)).rejects.toMatchObject({ code }));

  it('round-trips any file however it is cut up', async () => {
    const tricky = fc
      .array(fc.constantFrom('\r\n--X', '\r\n--', '\r', '\n', '--XX', 'a', '\0'), { maxLength: 20 })
      .map((texts) => Buffer.from(texts.join('')));
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          tricky,
          fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
        ),
        fc.integer({ min: 1, max: 50 }),
        async (file, size) => {
          fc.pre(!file.includes('\r\n--XX'));
          expect(
            (
              await read(
                encode([
                  ['name="k"', 'v'],
                  ['name="file"', file],
                ]),
                size,
              )
            ).bytes,
          ).toEqual(file);
        },
      ),
    );
  });

  it('answers any bytes with a form or its own error', async () => {
    const fragment = fc.constantFrom('--XX', '\r\n', '--', 'Content-Disposition: form-data; name="file"', 'name="', ':', 'x', '\0');
    await fc.assert(
      fc.asyncProperty(fc.array(fragment, { maxLength: 30 }), fc.integer({ min: 1, max: 20 }), async (texts, size) => {
        const outcome = await read(Buffer.from(texts.join('')), size).then(
          () => 'form',
          (error: { code?: string }) => error.code,
        );
        expect(['form', 'MalformedPOSTRequest', 'InvalidArgument']).toContain(outcome);
      }),
    );
  });
});
