/** What everybody can ask without a trail: the history of events, and the keys that digests are signed with. */
import { X509Certificate } from 'node:crypto';
import type { CloudTrail } from '../../../../generated/api/cloudtrail';
import { defineOperations } from '../../../kernel';
import { signerName } from '../digest';
import { timesInvalid } from '../errors';
import { lookUpEvents } from '../lookup-events';

export const eventOperations = defineOperations<CloudTrail>()({
  LookupEvents: ({ tx }, input) => lookUpEvents(tx, input),

  /** One key per region, made when first needed; it is the key of every time. */
  ListPublicKeys(ctx, { StartTime, EndTime }) {
    if (StartTime !== undefined && EndTime !== undefined && StartTime > EndTime) throw timesInvalid();
    const key = ctx.tx.signingKey(signerName(ctx.region));
    const certificate = new X509Certificate(key.certificate);
    return {
      PublicKeyList: [
        {
          Value: certificate.publicKey.export({ type: 'pkcs1', format: 'der' }),
          ValidityStartTime: Math.min(Date.parse(certificate.validFrom), StartTime ?? ctx.now),
          ValidityEndTime: Math.max(Date.parse(certificate.validTo), EndTime ?? ctx.now),
          Fingerprint: key.id,
        },
      ],
    };
  },
});
