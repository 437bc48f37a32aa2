/** Public keys with which users reach CodeCommit over SSH. */
import type { IAM } from '../../../../generated/api/iam';
import { accessKeyIdOf, defineOperations, fail, type Tx } from '../../../kernel';
import { duplicatePublicKey, invalidPublicKey, settableStatus, unrecognisedPublicKey } from '../credential-errors';
import { type SshKey, SshKeys } from '../credentials-state';
import { wholeSeconds } from '../dates';
import { noSuchEntity, quotaExceeded } from '../errors';
import { requireUser } from '../lookup';
import { type Owner, ownerOf } from '../owner';
import { listedPage } from '../paging';
import { mostSshKeysPerUser } from '../quotas';
import { readSshKey, sshKeyPem } from '../ssh-key-format';

const bits = { least: 2048, most: 16_384 };

const sshKeysOf = (tx: Tx, userId: string): readonly SshKey[] => tx.scan(SshKeys, { prefix: userId });

const requireKey = (tx: Tx, userName: string, id: string): SshKey =>
  tx.get(SshKeys, [requireUser(tx, userName).id, id]) ?? fail(noSuchEntity(`User has no Public Key with id ${id}.`));

function toListed({ id, status, uploadedAt }: SshKey, owner: Owner) {
  return { UserName: owner.name, SSHPublicKeyId: id, Status: status, UploadDate: wholeSeconds(uploadedAt) };
}

function toKey(key: SshKey, owner: Owner, body: string) {
  return { ...toListed(key, owner), Fingerprint: key.fingerprint, SSHPublicKeyBody: body };
}

export const sshKeyOperations = defineOperations<IAM>()({
  UploadSSHPublicKey({ tx, account, now }, { UserName, SSHPublicKeyBody }) {
    const user = requireUser(tx, UserName);
    const read = readSshKey(SSHPublicKeyBody) ?? fail(unrecognisedPublicKey());
    if (read.bits < bits.least || read.bits > bits.most) throw invalidPublicKey();
    const others = sshKeysOf(tx, user.id);
    if (others.some(({ body }) => body === read.line)) throw duplicatePublicKey();
    if (others.length >= mostSshKeysPerUser) throw quotaExceeded('SSHPublicKeysPerUser', mostSshKeysPerUser);
    const { line: body, fingerprint } = read;
    const id = `APKA${accessKeyIdOf('AKIA', account, tx).slice(4)}`;
    const key: SshKey = { id, userId: user.id, body, fingerprint, status: 'Active', uploadedAt: now };
    return { SSHPublicKey: toKey(tx.put(SshKeys, key), user, SSHPublicKeyBody) };
  },

  GetSSHPublicKey({ tx }, { UserName, SSHPublicKeyId, Encoding }) {
    const key = requireKey(tx, UserName, SSHPublicKeyId);
    return { SSHPublicKey: toKey(key, requireUser(tx, UserName), Encoding === 'SSH' ? key.body : sshKeyPem(key.body)) };
  },

  ListSSHPublicKeys(ctx, { UserName, ...page }) {
    const owner = ownerOf(ctx, UserName);
    const { items, end } = listedPage(`ssh ${owner.id}`, page, sshKeysOf(ctx.tx, owner.id));
    return { SSHPublicKeys: items.map((key) => toListed(key, owner)), ...end };
  },

  UpdateSSHPublicKey({ tx }, { UserName, SSHPublicKeyId, Status }) {
    const status = settableStatus(Status);
    tx.put(SshKeys, { ...requireKey(tx, UserName, SSHPublicKeyId), status });
    return {};
  },

  DeleteSSHPublicKey({ tx }, { UserName, SSHPublicKeyId }) {
    tx.delete(SshKeys, requireKey(tx, UserName, SSHPublicKeyId));
    return {};
  },
});
