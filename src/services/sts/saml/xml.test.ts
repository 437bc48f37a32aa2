import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalText } from './canonical';
import { attributeOf, descendants, parseDocument, textOf, XmlError } from './xml';

const read = (text: string) => parseDocument(Buffer.from(text));
const canonical = (text: string, inclusive: readonly string[] = []) => canonicalText(read(text), { inclusive });

describe('a document', () => {
  it('is read with its namespaces', () => {
    const root = read('<?xml version="1.0"?>\n<a xmlns="u:a" xmlns:p="u:p" p:x="1" x="2"><p:b/><c xmlns=""/></a>\n');
    expect([...descendants(root)].map(({ uri, name }) => `${uri} ${name}`)).toEqual(['u:a a', 'u:p b', ' c']);
    expect(attributeOf(root, 'x')).toBe('2');
  });

  it('has one text around comments and CDATA', () => {
    expect(textOf(read('<a>admin<!-- x -->@example.com<![CDATA[ <&>]]></a>'))).toBe('admin@example.com <&>');
  });

  it('has five entities and characters by number', () => {
    expect(textOf(read('<a>&lt;&gt;&amp;&quot;&apos;&#65;&#x1F600;&#13;</a>'))).toBe('<>&"\'A😀\r');
  });

  it.each([
    '',
    'x',
    '<a>',
    '<a></b>',
    '<a/><b/>',
    '<a/>x',
    '<p:a/>',
    '<a p:x="1"/>',
    '<a x="1" x="2"/>',
    '<a xmlns:p="u" xmlns:q="u" p:x="1" q:x="2"/>',
    '<a xmlns="u" xmlns="v"/>',
    '<a xmlns:p=""/>',
    '<a xmlns:xml="u"/>',
    '<a xmlns:p="http://www.w3.org/2000/xmlns/"/>',
    '<a x=1/>',
    '<a x="<"/>',
    '<a>]]></a>',
    '<a>&x;</a>',
    '<a>&lt</a>',
    '<a>&#0;</a>',
    '<a>&#xD800;</a>',
    '<a>\u0001</a>',
    '<!DOCTYPE a><a/>',
    '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///x">]><a>&x;</a>',
    '<a><?php x ?></a>',
    '<a><!-- x -- y --></a>',
    '<a><!-- x',
    '<a><![CDATA[x',
    '<a b',
    '<:a/>',
    '<a:/>',
    '<a:b:c xmlns:a="u"/>',
  ])('such as %j is refused', (text) => expect(() => read(text)).toThrow(XmlError));

  it('is UTF-8, and not deeper than 64', () => {
    expect(() => parseDocument(Buffer.from([0x3c, 0x61, 0x3e, 0xff, 0x3c, 0x2f, 0x61, 0x3e]))).toThrow(XmlError);
    expect(() => read(`${'<a>'.repeat(64)}${'</a>'.repeat(64)}`)).not.toThrow();
    expect(() => read(`${'<a>'.repeat(65)}${'</a>'.repeat(65)}`)).toThrow('too deep');
    expect(() => read('<a>'.repeat(100_000))).toThrow('too deep');
  });

  it('is read or refused, whatever it is', () => {
    const pieces = fc.constantFrom(
      '<a>',
      '</a>',
      '<p:a xmlns:p="u">',
      '</p:a>',
      '<a x="&amp;"/>',
      '<!--',
      '-->',
      '<![CDATA[',
      ']]>',
      '&',
      'x',
      '<',
      '>',
      '"',
      '=',
    );
    const anything = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(pieces).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(anything, (text) => {
        try {
          read(text);
        } catch (error) {
          expect(error).toBeInstanceOf(XmlError);
        }
      }),
    );
  });

  it('takes a time that grows with its length', () => {
    for (const text of [
      `<a>${'&amp;'.repeat(20_000)}</a>`,
      `<a>${'<b/>'.repeat(25_000)}</a>`,
      `<a${' '.repeat(100_000)}/>`,
      `<a x="${'\t'.repeat(100_000)}"/>`,
    ])
      expect(read(text).name).toBe('a');
  }, 1_000);
});

describe('canonical text', () => {
  it.each([
    // Canonical XML 1.0 §3.3 and 3.4, without their DTDs
    ['<doc><e1   /><e3   name = "e3"   id="elem3"   /></doc>', '<doc><e1></e1><e3 id="elem3" name="e3"></e3></doc>'],
    ['<doc><text>First line&#x0d;&#10;Second line</text></doc>', '<doc><text>First line&#xD;\nSecond line</text></doc>'],
    [
      '<compute><![CDATA[value>"0" && value<"10" ?"valid":"error"]]></compute>',
      '<compute>value&gt;"0" &amp;&amp; value&lt;"10" ?"valid":"error"</compute>',
    ],
    [
      `<compute expr='value>"0" &amp;&amp; value&lt;"10" ?"valid":"error"'>valid</compute>`,
      '<compute expr="value>&quot;0&quot; &amp;&amp; value&lt;&quot;10&quot; ?&quot;valid&quot;:&quot;error&quot;">valid</compute>',
    ],
    [`<norm attr='&apos;   &#x20;&#13;&#xa;&#9;   &apos; '/>`, `<norm attr="'    &#xD;&#xA;&#x9;   ' "></norm>`],
    // Exclusive XML Canonicalization 1.0 §2.2
    [
      '<n0:local xmlns:n0="foo:bar" xmlns:n3="ftp://example.org"><n1:elem2 xmlns:n1="http://example.net" xml:lang="en"><n3:stuff xmlns:n3="ftp://example.org"/></n1:elem2></n0:local>',
      '<n0:local xmlns:n0="foo:bar"><n1:elem2 xmlns:n1="http://example.net" xml:lang="en"><n3:stuff xmlns:n3="ftp://example.org"></n3:stuff></n1:elem2></n0:local>',
    ],
    ['<a xmlns="u:a"><b xmlns=""><c xmlns="u:a"/></b></a>', '<a xmlns="u:a"><b xmlns=""><c xmlns="u:a"></c></b></a>'],
    ['<a b:y="1" a:z="2" x="3" xmlns:b="u:1" xmlns:a="u:2"/>', '<a xmlns:a="u:2" xmlns:b="u:1" x="3" b:y="1" a:z="2"></a>'],
    ['<a>x<!-- gone -->y</a>', '<a>xy</a>'],
  ])('%#', (text, expected) => expect(canonical(text)).toBe(expected));

  it('of a part has the namespaces it uses, and those asked for', () => {
    const root = read('<a xmlns:p="u:p" xmlns:q="u:q" xmlns="u:a"><p:b><c/></p:b></a>');
    const part = [...descendants(root)][1]!;
    expect(canonicalText(part)).toBe('<p:b xmlns:p="u:p"><c xmlns="u:a"></c></p:b>');
    expect(canonicalText(part, { inclusive: ['q', '#default', 'unknown'] })).toBe(
      '<p:b xmlns="u:a" xmlns:p="u:p" xmlns:q="u:q"><c></c></p:b>',
    );
  });

  it('is its own canonical text', () => {
    const name = fc.constantFrom('a', 'b', 'p:a', 'q:b');
    const attribute = fc.tuple(
      fc.constantFrom('x', 'y', 'p:x', 'q:y'),
      fc.string({ unit: fc.constantFrom('v', '&amp;', '&#10;', '&lt;', "'", '>') }),
    );
    const node = fc.letrec<{ node: string }>((tie) => ({
      node: fc
        .tuple(
          name,
          fc.uniqueArray(attribute, { selector: ([key]) => key, maxLength: 3 }),
          fc.array(fc.oneof({ depthSize: 'small' }, fc.constantFrom('t', '&gt;', '&#13;'), tie('node')), { maxLength: 3 }),
        )
        .map(
          ([tag, attributes, children]) =>
            `<${tag}${attributes.map(([key, value]) => ` ${key}="${value}"`).join('')}>${children.join('')}</${tag}>`,
        ),
    })).node;
    fc.assert(
      fc.property(node, (inner) => {
        const once = canonical(`<r xmlns:p="u:p" xmlns:q="u:q">${inner}</r>`);
        expect(canonical(once)).toBe(once);
      }),
    );
  });
});
