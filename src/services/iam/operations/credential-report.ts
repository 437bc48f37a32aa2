/** The report on everybody's credentials, as a table. */
import type { IAM } from '../../../../generated/api/iam';
import { AccessKeys, accountProfile, awsError, defineOperations, fail, MfaDevices, rootOf, type Tx, type TxContext } from '../../../kernel';
import { CredentialReports, LoginProfiles, PasswordPolicies, type PasswordPolicy, SigningCertificates } from '../credentials-state';
import { wholeSeconds } from '../dates';
import { keysOf } from '../keys';
import { findRootProfile } from '../root-profile';
import { Users, userArn } from '../state';

/** "You can generate a credential report as often as once every four hours" (IAM User Guide, "Generate credential reports"). */
const keptMs = 4 * 3_600_000;
const dayMs = 86_400_000;

/** As AWS answers it; the guide tells of one more, for credentials beyond two, which nobody can have. */
const columns = [
  ...['user', 'arn', 'user_creation_time'],
  ...['password_enabled', 'password_last_used', 'password_last_changed', 'password_next_rotation', 'mfa_active'],
  ...[1, 2].flatMap((n) => [
    ...[`access_key_${n}_active`, `access_key_${n}_last_rotated`, `access_key_${n}_last_used_date`],
    ...[`access_key_${n}_last_used_region`, `access_key_${n}_last_used_service`],
  ]),
  ...[1, 2].flatMap((n) => [`cert_${n}_active`, `cert_${n}_last_rotated`]),
];

const none = 'N/A';
/** What the report says of passwords that were never used, as all are here: nobody signs in. */
const unused = 'no_information';
const unsupported = 'not_supported';
/** `2026-09-11T13:14:43Z` */
const dateText = (ms: number) => new Date(wholeSeconds(ms)).toISOString().replace('.000', '');

interface Holder {
  readonly id: string;
  readonly name: string;
  readonly arn: string;
  readonly createdAt: number;
  readonly password: readonly string[];
}

export const credentialReportOperations = defineOperations<IAM>()({
  /** The work is done at once; that it was begun is told first, as clients expect it. */
  GenerateCredentialReport(ctx) {
    const { tx, now } = ctx;
    const last = tx.get(CredentialReports, 'report');
    // One from a time to come was made before the clock was set back.
    if (last && last.generatedAt <= now && now - last.generatedAt <= keptMs) return { State: 'COMPLETE' };
    tx.put(CredentialReports, { csv: reportOf(ctx), generatedAt: now });
    const why = last ? 'The last report is out of date.' : 'No report exists.'; // the first is a guess
    return { State: 'STARTED', Description: `${why} Starting a new report generation task` };
  },

  /** AWS answers both errors without a sentence. */
  GetCredentialReport({ tx, now }) {
    const report = tx.get(CredentialReports, 'report') ?? fail(awsError<IAM>('ReportNotPresent', 'There is no credential report.'));
    if (now - report.generatedAt > keptMs) throw awsError<IAM>('ReportExpired', 'The credential report is older than four hours.');
    return { Content: Buffer.from(report.csv), ReportFormat: 'text/csv', GeneratedTime: wholeSeconds(report.generatedAt) };
  },
});

/** Root first, then the users by name. */
function reportOf(ctx: TxContext): string {
  const { tx, account, partition } = ctx;
  const root: Holder = {
    id: account,
    name: '<root_account>',
    arn: rootOf(account, partition).arn,
    createdAt: accountProfile(tx, account).createdAt,
    password: findRootProfile(tx) ? ['true', unused, unsupported, unsupported] : ['false', none, none, unsupported],
  };
  const policy = tx.get(PasswordPolicies, 'policy');
  const users = tx.scan(Users).map((user) => ({ ...user, arn: userArn(user, tx.place), password: passwordCells(tx, user.id, policy) }));
  return [columns, ...[root, ...users].map((holder) => rowOf(ctx, holder))].map((cells) => cells.map(quoted).join(',')).join('\n');
}

/** Names have no quotes and no line ends, but may have commas. */
function quoted(cell: string): string {
  return cell.includes(',') ? `"${cell}"` : cell;
}

function rowOf(ctx: TxContext, { id, name, arn, createdAt, password }: Holder): readonly string[] {
  const hasMfa = ctx.tx.find(MfaDevices, 'principal', [ctx.account, id]) !== undefined;
  return [name, arn, dateText(createdAt), ...password, String(hasMfa), ...keyCells(ctx, id), ...certificateCells(ctx.tx, id)];
}

function passwordCells(tx: Tx, userId: string, policy: PasswordPolicy | undefined): readonly string[] {
  const profile = tx.get(LoginProfiles, userId);
  if (!profile) return ['false', none, none, none];
  const next = policy?.maxAgeDays === undefined ? none : dateText(profile.changedAt + policy.maxAgeDays * dayMs);
  return ['true', unused, dateText(profile.changedAt), next];
}

/** In the order of their ids, as recorded. */
function keyCells({ tx, uses }: TxContext, ownerId: string): readonly string[] {
  const keys = [...keysOf(tx, ownerId)].sort((a, b) => (a.accessKeyId < b.accessKeyId ? -1 : 1));
  return [0, 1].flatMap((n) => {
    const key = keys[n];
    if (!key) return ['false', none, none, none, none];
    const use = uses.ofKey(tx, key.accessKeyId);
    const isActive = tx.get(AccessKeys, key.accessKeyId)?.active === true;
    // "N/A when the last used service is not Region-specific, such as Amazon S3"
    const region = use === undefined || use.service === 's3' ? none : use.region;
    return [String(isActive), dateText(key.createdAt), use ? dateText(use.at) : none, region, use?.service ?? none];
  });
}

/** Those that are off first, as recorded. */
function certificateCells(tx: Tx, ownerId: string): readonly string[] {
  const certificates = [...tx.scanIndex(SigningCertificates, 'owner', { prefix: ownerId })].sort(
    (a, b) => Number(a.status === 'Active') - Number(b.status === 'Active'),
  );
  return [0, 1].flatMap((n) => {
    const certificate = certificates[n];
    return certificate ? [String(certificate.status === 'Active'), dateText(certificate.uploadedAt)] : ['false', none];
  });
}
