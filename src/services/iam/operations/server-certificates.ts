/** Certificates with which servers of the account answer: load balancers, distributions. */
import type { IAM } from '../../../../generated/api/iam';
import { defineOperations, fail, type Tx } from '../../../kernel';
import { brokenLink, readCertificate, readCertificates, readPrivateKey, validity } from '../certificates';
import { keyPairMismatch, malformedCertificate } from '../credential-errors';
import { type ServerCertificate, ServerCertificates, serverCertificateArn } from '../credentials-state';
import { wholeSeconds } from '../dates';
import { alreadyExists, nameNotFound, quotaExceeded } from '../errors';
import { nameKey, uniqueId } from '../ids';
import { scannedPage } from '../paging';
import { mostServerCertificates } from '../quotas';
import { exactTags, sortedTags, tagPage } from '../tag-rules';

const requireServerCertificate = (tx: Tx, name: string): ServerCertificate =>
  tx.get(ServerCertificates, nameKey(name)) ?? fail(nameNotFound('Server Certificate', name));

const taken = (name: string) => alreadyExists(`The Server Certificate with name ${name} already exists.`);

function toMetadata(tx: Tx, certificate: ServerCertificate) {
  return {
    Path: certificate.path,
    ServerCertificateName: certificate.name,
    ServerCertificateId: certificate.id,
    Arn: serverCertificateArn(certificate, tx.place),
    UploadDate: wholeSeconds(certificate.uploadedAt),
    Expiration: wholeSeconds(certificate.expiresAt),
  };
}

/** Reads what was uploaded, throws what is wrong with it; when it expires. */
function requireSound(body: string, privateKey: string, chain: string | undefined, now: number): number {
  const certificate =
    readCertificate(body) ?? fail(malformedCertificate('Unable to parse certificate. Please ensure the certificate is in PEM format.'));
  const key = readPrivateKey(privateKey) ?? fail(malformedCertificate('Invalid Private Key.'));
  if (!certificate.checkPrivateKey(key)) throw keyPairMismatch();
  const { from, to } = validity(certificate);
  if (to <= now) {
    throw malformedCertificate("Certificate is no longer valid. The 'Not After' date restriction on the certificate has passed.");
  }
  if (from > now) {
    throw malformedCertificate("Certificate is not yet valid. The 'Not Before' date restriction on the certificate has not passed."); // a guess
  }
  if (chain !== undefined) {
    const broken = brokenLink(certificate, readCertificates(chain) ?? fail(malformedCertificate('Unknown')));
    if (broken !== undefined) {
      throw malformedCertificate(
        `Unable to validate certificate chain. The certificate chain must start with the immediate signing certificate, followed by any intermediaries in order. The index within the chain of the invalid certificate is: ${broken}`,
      );
    }
  }
  return to;
}

export const serverCertificateOperations = defineOperations<IAM>()({
  UploadServerCertificate({ tx, now }, { ServerCertificateName, CertificateBody, PrivateKey, CertificateChain, Path = '/', Tags }) {
    const tags = exactTags.read(Tags);
    if (tx.has(ServerCertificates, nameKey(ServerCertificateName))) throw taken(ServerCertificateName);
    if (tx.scan(ServerCertificates).length >= mostServerCertificates)
      throw quotaExceeded('ServerCertificatesPerAccount', mostServerCertificates);
    const expiresAt = requireSound(CertificateBody, PrivateKey, CertificateChain, now);
    const certificate = {
      name: ServerCertificateName,
      path: Path,
      id: uniqueId('server-certificate', tx),
      body: CertificateBody.trim(),
      chain: CertificateChain?.trim(),
      privateKey: PrivateKey,
      uploadedAt: now,
      expiresAt,
    };
    tx.put(ServerCertificates, certificate, { tags });
    return { ServerCertificateMetadata: toMetadata(tx, certificate), ...(Tags && Tags.length > 0 && { Tags }) };
  },

  GetServerCertificate({ tx }, { ServerCertificateName }) {
    const certificate = requireServerCertificate(tx, ServerCertificateName);
    const tags = sortedTags(tx, serverCertificateArn(certificate, tx.place));
    return {
      ServerCertificate: {
        ServerCertificateMetadata: toMetadata(tx, certificate),
        CertificateBody: certificate.body,
        ...(certificate.chain !== undefined && { CertificateChain: certificate.chain }),
        ...(tags.length > 0 && { Tags: tags }),
      },
    };
  },

  ListServerCertificates({ tx }, { PathPrefix = '/', ...page }) {
    const { items, end } = scannedPage('server-certificates', page, {
      read: (range) => tx.scan(ServerCertificates, range),
      keyOf: (certificate) => nameKey(certificate.name),
      keep: (certificate) => certificate.path.startsWith(PathPrefix),
    });
    return { ServerCertificateMetadataList: items.map((certificate) => toMetadata(tx, certificate)), ...end };
  },

  UpdateServerCertificate({ tx }, { ServerCertificateName, NewServerCertificateName, NewPath }) {
    const certificate = requireServerCertificate(tx, ServerCertificateName);
    const { name, path } = certificate;
    const renamed = { ...certificate, name: NewServerCertificateName ?? name, path: NewPath ?? path };
    if (nameKey(renamed.name) !== nameKey(name) && tx.has(ServerCertificates, nameKey(renamed.name))) throw taken(renamed.name);
    const tags = tx.tagsOf(serverCertificateArn(certificate, tx.place));
    tx.delete(ServerCertificates, certificate);
    tx.put(ServerCertificates, renamed, { tags });
    return {};
  },

  DeleteServerCertificate({ tx }, { ServerCertificateName }) {
    tx.delete(ServerCertificates, requireServerCertificate(tx, ServerCertificateName));
    return {};
  },

  TagServerCertificate({ tx }, { ServerCertificateName, Tags }) {
    exactTags.add(tx, serverCertificateArn(requireServerCertificate(tx, ServerCertificateName), tx.place), Tags);
    return {};
  },

  UntagServerCertificate({ tx }, { ServerCertificateName, TagKeys }) {
    exactTags.remove(tx, serverCertificateArn(requireServerCertificate(tx, ServerCertificateName), tx.place), TagKeys);
    return {};
  },

  ListServerCertificateTags({ tx }, { ServerCertificateName, ...page }) {
    return tagPage(tx, serverCertificateArn(requireServerCertificate(tx, ServerCertificateName), tx.place), page);
  },
});
