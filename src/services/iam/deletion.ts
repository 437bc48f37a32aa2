/** Credentials of other kinds than access keys, which stand in the way of deleting a user. */
import { MfaDevices, type Tx } from '../../kernel';
import { LoginProfiles, ServiceCredentials, SigningCertificates, SshKeys } from './credentials-state';
import type { User } from './state';

/** `delete login profile`: what must be done first; undefined when nothing. As AWS was recorded to say it; of SSH keys it is a guess. */
export function remainingCredential(tx: Tx, { id }: User): string | undefined {
  if (tx.has(LoginProfiles, id)) return 'delete login profile';
  if (tx.scanIndex(SigningCertificates, 'owner', { prefix: id, limit: 1 }).length > 0) return 'delete certificates';
  if (tx.find(MfaDevices, 'principal', [tx.place.account, id])) return 'remove tokens from principal';
  const keys = tx.scan(SshKeys, { prefix: id, limit: 1 }).length;
  return keys + tx.scanIndex(ServiceCredentials, 'user', { prefix: id, limit: 1 }).length > 0 ? 'remove referenced objects' : undefined;
}
