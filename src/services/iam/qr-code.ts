/** QR codes as PNG images. */
import { crc32, deflateSync } from 'node:zlib';
import encodeQR from 'qr';

/** Pixels of one module, and modules of the quiet zone that readers need around (ISO 18004: four). */
const scale = 4;
const quietModules = 4;

/** A black and white image: one bit a pixel, 1 is white. */
export function qrCodePng(text: string): Uint8Array {
  const modules = encodeQR(text, 'raw', { ecc: 'medium', border: quietModules });
  const size = modules.length * scale;
  const rowBytes = Math.ceil(size / 8);
  // Each row begins with its filter: none.
  const pixels = Buffer.alloc((rowBytes + 1) * size);
  for (let y = 0; y < size; y++) {
    const row = modules[Math.floor(y / scale)] ?? [];
    for (let x = 0; x < size; x++) {
      if (!row[Math.floor(x / scale)]) pixels[y * (rowBytes + 1) + 1 + (x >> 3)]! |= 128 >> (x & 7);
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(size, 0);
  header.writeUInt32BE(size, 4);
  header[8] = 1; // bits a pixel; grey scale, no interlacing
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(pixels)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(data.length, 0);
  body.copy(out, 4);
  out.writeUInt32BE(crc32(body), body.length + 4);
  return out;
}
