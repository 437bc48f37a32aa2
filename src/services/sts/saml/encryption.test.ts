import { generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type EncryptionOptions, encryptedAssertion, encryptedResponse } from '../../../../test/sts/saml-encryption';
import { IdentityProvider, type ResponseOptions } from '../../../../test/sts/saml-identity-provider';
import { badSignature, readXml as readXmlWith, refusal } from '../../../../test/sts/saml-reading';
import { AwsError } from '../../../kernel';
import { readMetadata } from './metadata';
import type { Decryption } from './response';

const newKey = (modulusLength = 2048) => generateKeyPairSync('rsa', { modulusLength }).privateKey;
const idp = new IdentityProvider();
const stranger = new IdentityProvider();
const provider = readMetadata(idp.metadata)!;
const key = newKey();
const otherKey = newKey();

const allowing = (...keys: KeyObject[]): Decryption => ({ isRequired: false, keys: () => keys });
const readXml = (xml: string, decryption = allowing(key)) => readXmlWith(xml, provider, decryption);
const read = (encryption: Partial<EncryptionOptions> = {}, options: ResponseOptions = {}, decryption = allowing(key)) =>
  readXml(encryptedResponse(idp, { key, ...encryption }, options), decryption).subject;

/** The one answer to everything that goes wrong between the ciphertext and a verified assertion. */
const undecryptable = 'InvalidIdentityToken: The encrypted assertion of the SAML response could not be decrypted and verified.';
const malformed = /^InvalidIdentityToken: The SAML response is invalid: /;

describe('an encrypted assertion', () => {
  it.each(['aes128-cbc', 'aes256-cbc', 'aes128-gcm', 'aes256-gcm'] as const)('is read when %s hides it', (cipher) => {
    for (const sign of ['assertion', 'response', 'both'] as const) expect(read({ cipher }, { sign, subject: 'Ann' })).toBe('Ann');
  });

  it.each<Partial<EncryptionOptions>>([
    { transport: 'rsa-oaep-mgf1p' },
    { transport: 'rsa-oaep-mgf1p', digest: 'sha1' },
    { transport: 'rsa-oaep-mgf1p', digest: 'sha256' },
    { transport: 'rsa-oaep' },
    { transport: 'rsa-oaep', digest: 'sha256', mask: 'sha256' },
    { transport: 'rsa-oaep', digest: 'sha256', mask: 'sha1' },
    { transport: 'rsa-oaep', digest: 'sha1', mask: 'sha256' },
  ])('is read when its key is hidden by %j', (encryption) => {
    for (const beside of [false, true]) expect(read({ ...encryption, beside })).toBe('user-1');
  });

  it('is opened by keys of any length, and by either of two', () => {
    for (const own of [newKey(1024), newKey(2056)]) {
      expect(read({ key: own }, {}, allowing(own))).toBe('user-1');
      expect(read({ key: own }, {}, allowing(key, own))).toBe('user-1');
    }
    expect(read({}, {}, allowing(otherKey, key))).toBe('user-1');
    expect(read({ cipher: 'aes128-cbc' }, {}, allowing(otherKey, key))).toBe('user-1');
  });

  it('may say that it is an element, or not say what it is', () => expect(read({ type: null })).toBe('user-1'));

  it('may use prefixes of the response around it, or bring its own', () => {
    const own = (text: string) => text.replace('<saml:Assertion ', '<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ');
    expect(read({ plain: own })).toBe('user-1');
    expect(read({ plain: (text) => `<?xml version="1.0"?>\n${text}\n` })).toBe('user-1');
  });

  it('with any text and any padding is read as it was written', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', 'é', '😀', ' ', '&amp;'), maxLength: 40 }), fc.nat(255), (text, filler) => {
        const padding = (count: number) => Buffer.concat([Buffer.alloc(count - 1, filler), Buffer.of(count)]);
        expect(read({ cipher: 'aes256-cbc', padding }, { subject: `x${text}x` })).toBe(`x${text.replaceAll('&amp;', '&')}x`);
      }),
      { numRuns: 30 },
    );
  });

  it('is checked like any other once it is open', () => {
    expect(refusal(() => read({}, { issuer: 'https://other.example.com' }))).toMatch(/Issuer not present/);
    expect(refusal(() => read({}, { issued: -400 }))).toMatch(/^ExpiredTokenException/);
  });

  it('needs a private key to be there', () => {
    expect(refusal(() => read({}, {}, allowing()))).toMatch(/no private key to decrypt it with/);
  });
});

describe('encryption that is required', () => {
  const requiring: Decryption = { isRequired: true, keys: () => [key] };

  it('lets nothing in that could be read on the way', () => {
    expect(read({}, {}, requiring)).toBe('user-1');
    for (const sign of ['assertion', 'response', 'both'] as const)
      expect(refusal(() => readXml(idp.response({ sign }), requiring))).toMatch(/requires its assertion to be encrypted/);
    expect(readXml(idp.response()).subject).toBe('user-1');
  });
});

describe('attacks', () => {
  const flip = (at: number) => (bytes: Buffer) =>
    Buffer.from(bytes.map((byte, i) => (i === (at < 0 ? bytes.length + at : at) ? byte ^ 1 : byte)));
  const xenc = 'http://www.w3.org/2001/04/xmlenc#';

  it.each<[string, Partial<EncryptionOptions>, ResponseOptions?]>([
    ['another’s key', { key: otherKey }],
    ['a changed key', { changeKey: flip(100) }],
    ['a key cut short', { changeKey: (bytes) => bytes.subarray(1) }],
    ['a key of nothing', { changeKey: () => Buffer.alloc(0) }],
    ['a key above the modulus', { changeKey: (bytes) => Buffer.alloc(bytes.length, 255) }],
    ['a key of zeros', { changeKey: (bytes) => Buffer.alloc(bytes.length) }],
    ['GCM with a changed vector', { change: flip(0) }],
    ['GCM with changed text', { change: flip(50) }],
    ['GCM with a changed tag', { change: flip(-1) }],
    ['GCM with a tag cut short', { change: (bytes) => bytes.subarray(0, -4) }],
    ['GCM of nothing but a vector and a tag', { change: (bytes) => bytes.subarray(0, 28) }],
    ['GCM of less', { change: (bytes) => bytes.subarray(0, 20) }],
    ['CBC with a changed vector', { cipher: 'aes256-cbc', change: flip(0) }],
    ['CBC with changed text', { cipher: 'aes256-cbc', change: flip(100) }],
    ['CBC with a changed end', { cipher: 'aes256-cbc', change: flip(-1) }],
    ['CBC without its last block', { cipher: 'aes256-cbc', change: (bytes) => bytes.subarray(0, -16) }],
    ['CBC of half a block', { cipher: 'aes256-cbc', change: (bytes) => bytes.subarray(0, -8) }],
    ['CBC of a vector alone', { cipher: 'aes256-cbc', change: (bytes) => bytes.subarray(0, 16) }],
    ['CBC with no padding', { cipher: 'aes256-cbc', padding: (count) => Buffer.alloc(count) }],
    ['CBC with too much padding', { cipher: 'aes256-cbc', padding: (count) => Buffer.alloc(count, 17) }],
    ['a content key of another length', { contentKey: randomBytes(16), cipher: 'aes256-gcm', change: (bytes) => bytes }],
    ['content instead of an element', { type: `${xenc}Content` }],
    ['no XML', { plain: () => 'hello' }],
    ['text that is not UTF-8', { cipher: 'aes128-cbc', plain: () => '<saml:Assertion' }],
    ['a document type', { plain: (text) => `<!DOCTYPE a [<!ENTITY b "c">]>${text}` }],
    ['two assertions', { plain: (text) => text + text }],
    ['something else', { plain: () => '<saml:Subject/>' }],
    ['an assertion of no namespace', { plain: (text) => text.replaceAll('saml:', '') }],
    ['an assertion in an assertion', { plain: (text) => text.replace('</saml:Assertion>', `${text}</saml:Assertion>`) }],
    ['no signature', {}, { sign: 'neither' }],
    ['another’s signature', {}, { key: stranger.key }],
    ['a changed assertion', { plain: (text) => text.replaceAll('user-1', 'admin') }],
    ['a changed assertion that hides in CBC', { cipher: 'aes128-cbc', plain: (text) => text.replaceAll('user-1', 'admin') }],
    ['a second signature', { plain: (text) => text.replace(/<ds:Signature [\s\S]*<\/ds:Signature>/, (one) => one + one) }],
    [
      'a signature deep inside',
      { plain: (text) => text.replace(/(<ds:Signature [\s\S]*<\/ds:Signature>)([\s\S]*<saml:Audience>)/, '$2$1') },
    ],
    ['an id that the response has too', { plain: (text) => text.replaceAll('_assertion', '_response') }],
    ['an encrypted assertion inside', { plain: (text) => encryptedAssertion(text, { key }) }],
  ])('%s: one answer', (_what, encryption, options) => expect(refusal(() => read(encryption, options))).toBe(undecryptable));

  it('are told apart by nothing, whether or not the response is signed around them', () => {
    for (const change of [flip(0), flip(200), flip(-1)])
      for (const cipher of ['aes128-cbc', 'aes256-gcm'] as const)
        expect(refusal(() => read({ cipher, change }, { sign: 'both' }))).toBe(undecryptable);
  });

  const good = encryptedResponse(idp, { key });
  const holder = /<saml:EncryptedAssertion [\s\S]*<\/saml:EncryptedAssertion>/.exec(good)![0];
  const plain = /<saml:Assertion [\s\S]*<\/saml:Assertion>/.exec(idp.response())![0];
  const forged = plain.replace(/<ds:Signature [\s\S]*<\/ds:Signature>/, '').replace('user-1', 'admin');
  const into = (text: string) => good.replace(holder, text);
  const outside = encryptedResponse(idp, { key }, { sign: 'response' });

  it.each<[string, string, string | RegExp]>([
    ['two encrypted assertions', into(holder + holder), malformed],
    ['a plain one before it', into(forged + holder), malformed],
    ['a plain one behind it', into(holder + plain), malformed],
    ['one inside the other', into(holder.replace('</saml:EncryptedAssertion>', `${holder}</saml:EncryptedAssertion>`)), malformed],
    ['one elsewhere', into(`<samlp:Extensions>${holder}</samlp:Extensions>`), malformed],
    ['a plain one inside it', into(holder.replace('</saml:EncryptedAssertion>', `${plain}</saml:EncryptedAssertion>`)), malformed],
    [
      'two pieces of data',
      into(holder.replace(/<xenc:EncryptedData[\s\S]*<\/xenc:EncryptedData>/, (data) => data + data.replaceAll('_key', '_key2'))),
      undecryptable,
    ],
    [
      'two keys',
      into(holder.replace(/<xenc:EncryptedKey[\s\S]*<\/xenc:EncryptedKey>/, (one) => one + one.replaceAll('_key', '_key2'))),
      undecryptable,
    ],
    ['the same id twice', into(holder.replace('<xenc:EncryptedData', '<xenc:EncryptedData Id="_key"')), badSignature],
    ['no data', into('<saml:EncryptedAssertion/>'), undecryptable],
    ['no key', into(holder.replace(/<ds:KeyInfo>[\s\S]*<\/ds:KeyInfo>/, '')), undecryptable],
    [
      'a reference to data elsewhere',
      into(holder.replace(/<xenc:CipherValue>[^<]*<\/xenc:CipherValue>/g, '<xenc:CipherReference URI="http://example.com"/>')),
      undecryptable,
    ],
    ['RSA with the padding of PKCS #1 v1.5', into(holder.replace('rsa-oaep-mgf1p', 'rsa-1_5')), undecryptable],
    ['Triple DES', into(holder.replace(/http[^"]*aes256-gcm/, `${xenc}tripledes-cbc`)), undecryptable],
    ['AES-192', into(holder.replace('aes256-gcm', 'aes192-gcm')), undecryptable],
    ['GCM under the older namespace', into(holder.replace(/http[^"]*aes256-gcm/, `${xenc}aes256-gcm`)), undecryptable],
    [
      'a label',
      into(holder.replace('"/><ds:KeyInfo', '"/><ds:KeyInfo').replace(/(rsa-oaep-mgf1p">)/, '$1<xenc:OAEPparams>AAAA</xenc:OAEPparams>')),
      undecryptable,
    ],
    [
      'another digest',
      into(holder.replace(/(rsa-oaep-mgf1p">)/, '$1<ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha512"/>')),
      undecryptable,
    ],
    [
      'a signature inside the encrypted assertion',
      into(holder.replace('<xenc:EncryptedData', '<ds:Signature/><xenc:EncryptedData')),
      badSignature,
    ],
    [
      'an outer signature of something else',
      outside.replace('<samlp:Status>', '<samlp:Status><!-- --><samlp:StatusMessage>x</samlp:StatusMessage>'),
      badSignature,
    ],
    [
      'another encrypted assertion under an outer signature',
      outside.replace(/<saml:EncryptedAssertion [\s\S]*<\/saml:EncryptedAssertion>/, holder),
      badSignature,
    ],
    ['an outer signature that covers only a part', outside.replace('URI="#_response"', 'URI="#_key"'), badSignature],
  ])('%s', (_what, xml, answer) =>
    expect(refusal(() => readXml(xml))).toMatch(answer instanceof RegExp ? answer : new RegExp(`^${answer}$`)),
  );

  it('the response itself, unchanged, is taken', () => {
    expect(readXml(good).subject).toBe('user-1');
    expect(readXml(outside).subject).toBe('user-1');
  });

  it('by moving parts of what was sent anywhere never give another answer than was signed', () => {
    // what an attacker may write in clear lies around as well
    const xml = into(
      `<samlp:Extensions><x>${forged.replaceAll('saml:Assertion', 'saml:assertion').replace('_assertion', '_forged')}</x></samlp:Extensions>${holder}`,
    );
    expect(readXml(xml).subject).toBe('user-1');
    const tags = [...xml.matchAll(/<[^>]+>/g)].map((match) => match.index);
    const place = fc.nat(tags.length - 1).map((index) => tags[index]!);
    fc.assert(
      fc.property(place, place, place, (from, to, at) => {
        const piece = xml.slice(Math.min(from, to), Math.max(from, to)).replaceAll('saml:assertion', 'saml:Assertion');
        try {
          expect(readXml(xml.slice(0, at) + piece + xml.slice(at)).subject).toBe('user-1');
        } catch (error) {
          expect(error).toBeInstanceOf(AwsError);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('anywhere in the ciphertext or its key never give another answer than was signed', () => {
    const byte = fc.nat(300);
    fc.assert(
      fc.property(fc.constantFrom('aes128-cbc', 'aes256-gcm'), byte, byte, fc.boolean(), (cipher, at, inKey, isKey) => {
        const change = isKey ? { changeKey: flip(inKey % 256) } : { change: flip(at) };
        expect(refusal(() => read({ cipher, ...change } as Partial<EncryptionOptions>))).toBe(undecryptable);
      }),
      { numRuns: 60 },
    );
  });
});
