import { describe, expect, it } from 'vitest';
import {
  accessModeOf,
  bypassesOf,
  defaultSecurity,
  evaluatesPolicies,
  parseAccessMode,
  parseSignatureMode,
  securityFrom,
  signatureModeOf,
  stricter,
  verifiesByDefault,
  withMode,
} from './modes';

const a = '111122223333';
const b = '444455556666';

describe('a mode', () => {
  it('is one of a few words', () => {
    expect([parseSignatureMode('off'), parseSignatureMode('verify')]).toEqual(['off', 'verify']);
    expect([parseAccessMode('off'), parseAccessMode('audit'), parseAccessMode('enforce')]).toEqual(['off', 'audit', 'enforce']);
    expect(() => parseSignatureMode('Verify')).toThrow('signatures=Verify is no mode. Choose off, verify.');
    expect(() => parseAccessMode('')).toThrow('iam= is no mode. Choose off, audit, enforce.');
    expect(() => securityFrom({ iam: 'enforced' as never })).toThrow(RangeError);
    expect(() => securityFrom({ accounts: { '1': { iam: 'audit' } } })).toThrow('1 is no account');
  });

  it('may differ for an account', () => {
    const options = securityFrom({ accounts: { [a]: { signatures: 'verify', iam: 'audit' } } });
    expect([signatureModeOf(options, a), signatureModeOf(options, b)]).toEqual(['verify', 'off']);
    expect([accessModeOf(options, a), accessModeOf(options, b)]).toEqual(['audit', 'off']);
  });

  it('is stricter than another', () => {
    expect([stricter('off', 'audit'), stricter('enforce', 'audit'), stricter('audit', 'off')]).toEqual(['audit', 'enforce', 'audit']);
  });

  it('changes for all, or for an account, which may give it up again', () => {
    let options = withMode(defaultSecurity, { account: a, access: 'enforce' });
    expect([evaluatesPolicies(options), accessModeOf(options, a), accessModeOf(options, b)]).toEqual([true, 'enforce', 'off']);
    options = withMode(options, { access: 'audit' });
    options = withMode(options, { account: a, access: undefined });
    expect([accessModeOf(options, a), accessModeOf(options, b)]).toEqual(['audit', 'audit']);
    expect(options.accounts).toEqual({});
    const verified = securityFrom({ accounts: { [a]: { signatures: 'verify', iam: 'enforce' } } });
    expect(withMode(verified, { account: a, access: undefined }).accounts).toEqual({ [a]: { signatures: 'verify' } });
    expect(evaluatesPolicies(withMode(options, { access: 'off' }))).toBe(false);
  });
});

describe('enforcing', () => {
  it('implies verified signatures, whatever was said of them', () => {
    const all = securityFrom({ iam: 'enforce', signatures: 'off', accounts: { [b]: { iam: 'audit' } } });
    expect([signatureModeOf(all, a), signatureModeOf(all, b), verifiesByDefault(all)]).toEqual(['verify', 'off', true]);
    const one = securityFrom({ accounts: { [a]: { iam: 'enforce', signatures: 'off' } } });
    expect([signatureModeOf(one, a), signatureModeOf(one, b), verifiesByDefault(one)]).toEqual(['verify', 'off', false]);
  });

  it('names whom it does not reach', () => {
    expect(bypassesOf(defaultSecurity)).toEqual([]);
    expect(bypassesOf(securityFrom({ iam: 'audit' }))).toEqual([]);
    expect(bypassesOf(securityFrom({ iam: 'enforce' }))).toEqual(["Nuvola's own endpoints (/_nuvola) obey whoever reaches them."]);
    expect(bypassesOf(securityFrom({ iam: 'audit', accounts: { [a]: { iam: 'enforce' }, [b]: { iam: 'off' } } }))).toEqual([
      'Callers of all accounts that are not set to enforce are only audited.',
      `Callers of account ${b} are not asked for rights on what is their own.`,
      "Nuvola's own endpoints (/_nuvola) obey whoever reaches them.",
    ]);
  });
});
