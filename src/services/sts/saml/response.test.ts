import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { awsEndpoint, IdentityProvider, type ResponseOptions } from '../../../../test/sts/saml-identity-provider';
import { badSignature, readXml as readXmlWith, refusal } from '../../../../test/sts/saml-reading';
import { AwsError } from '../../../kernel';
import { readMetadata } from './metadata';
import { readResponse } from './response';

const idp = new IdentityProvider();
const provider = readMetadata(idp.metadata)!;
/** A provider without private keys. */
const plain = { isRequired: false, keys: () => [] };
const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;

const readXml = (xml: string) => readXmlWith(xml, provider, plain);
const read = (options: ResponseOptions = {}) => readXml(idp.response(options));

describe('metadata', () => {
  it('say the provider’s name and its keys', () => {
    expect(provider.entityId).toBe(idp.entityId);
    expect(provider.keys).toHaveLength(1);
  });

  it('of something else are none', () => {
    for (const text of [
      '',
      '<a/>',
      '<!DOCTYPE a><a/>',
      idp.metadata.replace('2.0:metadata', '1.0:metadata'),
      idp.metadata.replace(/entityID="[^"]*"/, ''),
    ])
      expect(readMetadata(text)).toBeUndefined();
  });

  it('may hold keys that prove nothing', () => {
    expect(readMetadata(idp.metadata.replace('use="signing"', 'use="encryption"'))?.keys).toEqual([]);
    expect(readMetadata(idp.metadata.replace(/<ds:X509Certificate>[^<]*/, '<ds:X509Certificate>AAAA'))?.keys).toEqual([]);
  });
});

describe('a signed response', () => {
  it.each(['assertion', 'response', 'both'] as const)('is read when the %s is signed', (sign) => {
    expect(read({ sign, subject: 'Ann &amp; Bob', attributes: { Role: ['a,b', 'c,d'], RoleSessionName: 'ann' } })).toEqual({
      issuer: idp.entityId,
      subject: 'Ann & Bob',
      subjectType: 'persistent',
      recipient: awsEndpoint,
      sessionEndsAt: undefined,
      attributes: new Map([
        ['https://aws.amazon.com/SAML/Attributes/Role', ['a,b', 'c,d']],
        ['https://aws.amazon.com/SAML/Attributes/RoleSessionName', ['ann']],
      ]),
    });
  });

  it.each(['sha1', 'sha256', 'sha512'] as const)('may be signed with %s', (digest) => expect(read({ digest }).subject).toBe('user-1'));

  it('may be signed with the namespaces of some prefixes, used or not', () => {
    for (const sign of ['assertion', 'response', 'both'] as const)
      expect(read({ sign, inclusive: ['xs', 'xsi', 'samlp', '#default', 'unknown'] }).subject).toBe('user-1');
  });

  it('agrees with another library about what was signed', () => {
    const text = fc.string({
      unit: fc.constantFrom('a', ' ', '\n', '\t', '\r', 'é', '😀', '&amp;', '&lt;', '&gt;', '&#13;', '&#9;', '"', "'"),
    });
    fc.assert(
      fc.property(text, text, (subject, value) => {
        const xml = idp.response({
          subject: `x${subject}`,
          attributes: { RoleSessionName: [value, '<!-- a comment -->b<![CDATA[<c>]]>'] },
        });
        expect(refusal(() => readXml(xml))).toBe('taken');
      }),
      { numRuns: 40 },
    );
  });

  it.each([
    [{ sign: 'neither' }, badSignature],
    [{ key: stranger }, badSignature],
    [{ issuer: 'https://other.example.com' }, 'InvalidIdentityToken: Issuer not present in specified provider'],
    [{ audience: 'https://other.example.com' }, 'InvalidIdentityToken: Response does not contain the required audience.'],
    [{ audience: null }, 'InvalidIdentityToken: Response does not contain the required audience.'],
    [{ audience: awsEndpoint }, 'taken'],
    [{ recipient: 'https://eu-west-1.signin.aws.amazon.com/saml/acs/SAMLSP1' }, 'taken'],
    [
      { recipient: 'https://evil.example/https://signin.aws.amazon.com/saml' },
      'InvalidIdentityToken: The SAML response is invalid: its Recipient is not an endpoint of AWS.',
    ],
    [
      { recipient: 'https://signin.aws.amazon.com.evil.example/saml' },
      'InvalidIdentityToken: The SAML response is invalid: its Recipient is not an endpoint of AWS.',
    ],
    [{ issued: -301 }, 'ExpiredTokenException: Token must be redeemed within 5 minutes of issuance'],
    [{ issued: -299 }, 'taken'],
    [{ issued: -200, until: -1 }, 'ExpiredTokenException: Token must be redeemed within 5 minutes of issuance'],
    [{ issued: 301, until: 600 }, 'InvalidIdentityToken: The SAML response is invalid: it is not valid yet.'],
    [{ status: 'Requester' }, 'InvalidIdentityToken: The SAML response is invalid: its status is not Success.'],
  ] satisfies [ResponseOptions, string][])('%j: %s', (options, answer) => expect(refusal(() => read(options))).toBe(answer));

  it('with anything changed is refused', () => {
    for (const sign of ['assertion', 'response', 'both'] as const) {
      const xml = idp.response({ sign, attributes: { RoleSessionName: 'ann' } });
      for (const [from, to] of [
        ['user-1', 'user-2'],
        ['>ann<', '>bob<'],
        ['persistent">', 'transient">'],
        [awsEndpoint, `${awsEndpoint}/acs/x`],
      ] as const)
        expect(refusal(() => readXml(xml.replaceAll(from, to)))).toBe(badSignature);
    }
  });

  it('reads a name around a comment as one, whoever put the comment there', () => {
    const xml = idp.response({ subject: 'admin@example.com.evil.example' });
    expect(readXml(xml.replace('admin@example.com.evil', 'admin@example.com<!-- x -->.evil')).subject).toBe(
      'admin@example.com.evil.example',
    );
  });
});

describe('signature wrapping', () => {
  const xml = idp.response({ subject: 'mallory' });
  const assertion = /<saml:Assertion [\s\S]*<\/saml:Assertion>/.exec(xml)![0];
  const signature = /<ds:Signature [\s\S]*<\/ds:Signature>/.exec(xml)![0];
  const forged = assertion.replace(signature, '').replace('mallory', 'admin');
  const into = (text: string) => xml.replace(assertion, text);
  const unlike = forged.replace('ID="_assertion"', 'ID="_evil"');

  it.each([
    ['the forged one first', into(unlike + assertion)],
    ['the forged one last', into(assertion + unlike)],
    ['both with one id', into(forged + assertion)],
    ['the signed one inside the forged one', into(unlike.replace('</saml:Assertion>', `${assertion}</saml:Assertion>`))],
    ['the signed one in an extension', into(`<samlp:Extensions>${assertion}</samlp:Extensions>${unlike}`)],
    [
      'the signed one in the signature',
      into(
        unlike.replace(
          '<saml:Subject>',
          `${signature.replace('</ds:Signature>', `<ds:Object>${assertion.replace(signature, '')}</ds:Object></ds:Signature>`)}<saml:Subject>`,
        ),
      ),
    ],
    ['the forged one under another name', into(`<x:Assertion xmlns:x="urn:oasis:names:tc:SAML:2.0:assertion" ID="_x"/>${assertion}`)],
    ['the signature moved to the response', into(forged).replace('<samlp:Status>', `${signature}<samlp:Status>`)],
    ['the signature of another document', into(forged.replace('<saml:Subject>', `${signature}<saml:Subject>`))],
    ['a second signature', into(assertion.replace(signature, signature + signature))],
    ['a second reference', into(assertion.replace(/<ds:Reference [\s\S]*<\/ds:Reference>/, (reference) => reference + reference))],
    ['a signature deep inside', into(assertion.replace('<saml:Audience>', `${signature}<saml:Audience>`))],
    ['no reference', into(assertion.replace(/<ds:Reference [\s\S]*<\/ds:Reference>/, ''))],
    ['a reference to all', into(assertion.replace('URI="#_assertion"', 'URI=""'))],
    [
      'another transform',
      into(assertion.replace('<ds:Transforms>', '<ds:Transforms><ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xpath-19991116"/>')),
    ],
    ['a list of prefixes without end', idp.response({ inclusive: Array.from({ length: 33 }, (_, i) => `p${i}`) })],
    [
      'a MAC',
      into(assertion.replace('http://www.w3.org/2001/04/xmldsig-more#rsa-sha256', 'http://www.w3.org/2001/04/xmldsig-more#hmac-sha256')),
    ],
    ['a key of its own', idp.response({ key: stranger })],
    ['no assertion', into('')],
    ['an encrypted assertion', into('<saml:EncryptedAssertion/>')],
  ])('%s is refused', (_what, text) => expect(refusal(() => readXml(text))).toMatch(/^InvalidIdentityToken: /));

  it('the response itself, unchanged, is taken', () => expect(readXml(xml).subject).toBe('mallory'));

  it('of a part of the signed text, moved anywhere, never gives another answer than was signed', () => {
    const tags = [...xml.matchAll(/<[^>]+>/g)].map((match) => match.index);
    const place = fc.nat(tags.length - 1).map((index) => tags[index]!);
    fc.assert(
      fc.property(place, place, place, (from, to, at) => {
        const piece = xml.slice(Math.min(from, to), Math.max(from, to)).replace('mallory', 'admin');
        const changed = xml.slice(0, at) + piece + xml.slice(at);
        try {
          expect(readXml(changed).subject).toBe('mallory');
        } catch (error) {
          expect(error).toBeInstanceOf(AwsError);
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('what is no response', () => {
  it.each([
    ['%%%', 'InvalidIdentityToken: Invalid base64 SAMLResponse'],
    ['', 'InvalidIdentityToken: Invalid base64 SAMLResponse'],
    [Buffer.from('x').toString('base64'), /invalid: text outside/],
    [Buffer.from('<a/>').toString('base64'), /it is not a Response/],
    [Buffer.from('<!DOCTYPE a [<!ENTITY b "&a;&a;">]><a>&b;</a>').toString('base64'), /neither DTDs/],
    [Buffer.from('<a>'.repeat(20_000)).toString('base64'), /too deep/],
  ])('%#', (text, answer) => expect(refusal(() => readResponse(text, provider, plain, Date.now()))).toMatch(answer));
});
