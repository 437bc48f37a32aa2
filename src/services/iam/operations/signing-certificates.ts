/** X.509 certificates whose keys sign requests of users, and of root. */
import type { IAM } from '../../../../generated/api/iam';
import { defineOperations, fail, type Tx } from '../../../kernel';
import { certificateId, readCertificate, validity } from '../certificates';
import { duplicateCertificate, malformedCertificate, settableStatus } from '../credential-errors';
import { type SigningCertificate, SigningCertificates } from '../credentials-state';
import { wholeSeconds } from '../dates';
import { noSuchEntity, quotaExceeded } from '../errors';
import { type Owner, ownerOf } from '../owner';
import { listedPage } from '../paging';
import { mostSigningCertificatesPerUser } from '../quotas';

const signingCertificatesOf = (tx: Tx, ownerId: string): readonly SigningCertificate[] =>
  tx.scanIndex(SigningCertificates, 'owner', { prefix: ownerId });

function requireSigningCertificate(tx: Tx, owner: Owner, id: string): SigningCertificate {
  const certificate = tx.get(SigningCertificates, id);
  return certificate?.ownerId === owner.id ? certificate : fail(noSuchEntity(`The Certificate with id ${id} cannot be found.`));
}

function toCertificate({ id, body, status, uploadedAt }: SigningCertificate, owner: Owner) {
  return { UserName: owner.name, CertificateId: id, CertificateBody: body, Status: status, UploadDate: wholeSeconds(uploadedAt) };
}

export const signingCertificateOperations = defineOperations<IAM>()({
  UploadSigningCertificate(ctx, { UserName, CertificateBody }) {
    const { tx, now } = ctx;
    const owner = ownerOf(ctx, UserName);
    const certificate = readCertificate(CertificateBody);
    if (!certificate || validity(certificate).to <= now) throw malformedCertificate(`Certificate ${CertificateBody} is malformed.`);
    const id = certificateId(certificate);
    const known = tx.get(SigningCertificates, id);
    if (known && known.ownerId !== owner.id) throw duplicateCertificate();
    // Recorded: a second upload answers Active and changes nothing, not even the status of one that is not.
    if (known) return { Certificate: toCertificate({ ...known, status: 'Active' }, owner) };
    if (signingCertificatesOf(tx, owner.id).length >= mostSigningCertificatesPerUser)
      throw quotaExceeded('CertificatesPerUser', mostSigningCertificatesPerUser);
    const uploaded = { id, ownerId: owner.id, body: CertificateBody, status: 'Active', uploadedAt: now } as const;
    return { Certificate: toCertificate(tx.put(SigningCertificates, uploaded), owner) };
  },

  ListSigningCertificates(ctx, { UserName, ...page }) {
    const owner = ownerOf(ctx, UserName);
    const { items, end } = listedPage(`signing ${owner.id}`, page, signingCertificatesOf(ctx.tx, owner.id));
    return { Certificates: items.map((certificate) => toCertificate(certificate, owner)), ...end };
  },

  UpdateSigningCertificate(ctx, { UserName, CertificateId, Status }) {
    const status = settableStatus(Status);
    const certificate = requireSigningCertificate(ctx.tx, ownerOf(ctx, UserName), CertificateId);
    ctx.tx.put(SigningCertificates, { ...certificate, status });
    return {};
  },

  DeleteSigningCertificate(ctx, { UserName, CertificateId }) {
    ctx.tx.delete(SigningCertificates, requireSigningCertificate(ctx.tx, ownerOf(ctx, UserName), CertificateId));
    return {};
  },
});
