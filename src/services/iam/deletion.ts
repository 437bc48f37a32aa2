/** Credentials of other kinds than access keys, which stand in the way of deleting a user. */
import { MfaDevices, type Tx } from '../../kernel';
import { LoginProfiles, ServiceCredentials, SigningCertificates, SshKeys } from './credentials-state';
import type { User } from './state';

/** `delete login profile`: what must be done first; undefined when nothing. Those of SSH keys and service credentials are guesses. */
export function remainingCredential(tx: Tx, { id }: User): string | undefined {
  if (tx.has(LoginProfiles, id)) return 'delete login profile';
  if (tx.scanIndex(SigningCertificates, 'owner', { prefix: id, limit: 1 }).length > 0) return 'delete signing certificates';
  if (tx.scan(SshKeys, { prefix: id, limit: 1 }).length > 0) return 'delete ssh public keys';
  if (tx.scanIndex(ServiceCredentials, 'user', { prefix: id, limit: 1 }).length > 0) return 'delete service specific credentials';
  return tx.find(MfaDevices, 'principal', [tx.place.account, id]) ? 'delete MFA device' : undefined;
}
