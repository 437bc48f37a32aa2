import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findLine, tableModel } from './table-model';

const facts = {
  serviceId: 'Parcel',
  fullName: 'Parcel',
  apiVersion: '1',
  protocols: ['json'],
  endpointPrefix: 'parcel',
  signingName: 'parcel',
} as const;

const table = `["codes",{"Box.Gone":"BoxNotFound"}]
["operation OpenBox",{"input":"OpenBoxRequest","output":"Box","errors":["BoxNotFound"]}]
["operation SealBox",{"method":"PUT","uri":"/{Id}","status":202,"input":"Broken"}]
["shape Box",{"members":{"Id":"BoxId","Inside":["Box","inside",{"box":true}]}}]
["shape BoxId",{"type":"string","max":9}]
["shape BoxNotFound",{"error":{"code":"Box.Gone","status":404}}]
["shape Broken",{"members":{"Id":["BoxId","Id",{"location":"uri"}],"Other":this is no JSON}}]
["shape OpenBoxRequest",{"members":{"Id":["BoxId","i"]},"required":["Id"]}]
["waiter BoxOpen",{"operation":"OpenBox","delay":1,"maxAttempts":2,"acceptors":[]}]
`;

describe('tableModel', () => {
  it('reads its text on first need, once', () => {
    let reads = 0;
    const model = tableModel('parcel', facts, () => {
      reads++;
      return table;
    });
    expect(model.serviceId).toBe('Parcel');
    expect(reads).toBe(0);
    expect(model.operationNames).toEqual(['OpenBox', 'SealBox']);
    expect([...model.waiters().keys()]).toEqual(['BoxOpen']);
    expect(reads).toBe(1);
  });

  it('parses a line only when it is asked for', () => {
    const model = tableModel('parcel', facts, () => table);
    const seal = model.operation('SealBox');
    expect(seal).toMatchObject({ method: 'PUT', uri: '/{Id}', status: 202, errors: [] });
    expect(() => seal?.input).toThrow(SyntaxError);
    expect(model.operation('OpenBox')?.output?.name).toBe('Box');
  });

  it('interns shapes, so that recursive ones are cycles', () => {
    const box = tableModel('parcel', facts, () => table).shape('Box');
    expect(box.members?.get('Inside')).toMatchObject({ locationName: 'inside', box: true });
    expect(box.members?.get('Inside')?.shape).toBe(box);
    expect(box.members?.get('Id')?.shape).toMatchObject({ name: 'BoxId', type: 'string', max: 9 });
  });

  it('finds errors by shape name and by wire code', () => {
    const model = tableModel('parcel', facts, () => table);
    for (const code of ['Box.Gone', 'BoxNotFound']) {
      expect(model.error(code)).toMatchObject({ code: 'Box.Gone', status: 404, fault: 'Sender', shape: { name: 'BoxNotFound' } });
    }
    expect(model.error('ValidationException')).toEqual({ code: 'ValidationException', status: 400, fault: 'Sender' });
    expect(model.error('Box')).toBeUndefined();
  });
});

describe('findLine', () => {
  it('finds every key of a sorted table, and nothing else', () => {
    const name = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,5}$/);
    fc.assert(
      fc.property(fc.uniqueArray(name, { maxLength: 40 }), name, (names, other) => {
        const keys = names.map((key) => `shape ${key}`).sort();
        const text = keys.map((key) => `["${key}",{}]\n`).join('');
        for (const key of keys) expect(findLine(text, key)).toBe(`["${key}",{}]`);
        if (!names.includes(other)) expect(findLine(text, `shape ${other}`)).toBeUndefined();
      }),
    );
  });
});
