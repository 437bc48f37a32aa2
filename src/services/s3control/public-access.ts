/** Block Public Access for all buckets of an account: kept here, told to S3, which acts on it. */
import type { S3Control } from '../../../generated/api/s3control';
import { accountRules, awsError, collection, defineOperations, fail, type TxContext } from '../../kernel';
import { accessDenied, requireElement } from './errors';

type Configuration = S3Control['PutPublicAccessBlock']['input']['PublicAccessBlockConfiguration'];

/** One to an account. */
const PublicAccessBlocks = collection<Configuration>({
  name: 's3control/public-access-block',
  version: 1,
  scope: 'account',
  key: () => 'account',
});

export const state = [PublicAccessBlocks];

const notFound = () =>
  awsError<S3Control>('NoSuchPublicAccessBlockConfiguration', 'The public access block configuration was not found', { status: 404 });

export const publicAccess = defineOperations<S3Control>()({
  PutPublicAccessBlock(ctx, input) {
    requireOwnAccount(ctx, input);
    refuseImposed(ctx);
    const { BlockPublicAcls, IgnorePublicAcls, BlockPublicPolicy, RestrictPublicBuckets } = requireElement(
      input.PublicAccessBlockConfiguration,
    );
    const configuration = {
      BlockPublicAcls: BlockPublicAcls ?? false,
      IgnorePublicAcls: IgnorePublicAcls ?? false,
      BlockPublicPolicy: BlockPublicPolicy ?? false,
      RestrictPublicBuckets: RestrictPublicBuckets ?? false,
    };
    ctx.tx.put(PublicAccessBlocks, configuration);
    tell(ctx, configuration);
    return {};
  },

  GetPublicAccessBlock(ctx, input) {
    requireOwnAccount(ctx, input);
    return { PublicAccessBlockConfiguration: imposedOn(ctx) ?? ctx.tx.get(PublicAccessBlocks, 'account') ?? fail(notFound()) };
  },

  DeletePublicAccessBlock(ctx, input) {
    requireOwnAccount(ctx, input);
    refuseImposed(ctx);
    ctx.tx.delete(PublicAccessBlocks, {});
    tell(ctx, undefined);
    return {};
  },
});

/** What an S3 policy of the account's organization says: all four settings as one. What the account said itself is kept for later. */
function imposedOn({ tx, account }: TxContext): Configuration | undefined {
  const imposed = accountRules(tx, account)?.publicAccessBlock;
  if (imposed === undefined) return undefined;
  const isOn = imposed === 'all';
  return { BlockPublicAcls: isOn, IgnorePublicAcls: isOn, BlockPublicPolicy: isOn, RestrictPublicBuckets: isOn };
}

/** "You'll get an Access Denied (403) error when the account is managed by organization-level Block Public Access policies." */
function refuseImposed(ctx: TxContext): void {
  if (imposedOn(ctx)) throw accessDenied();
}

function tell(ctx: TxContext, configuration: Configuration | undefined): void {
  ctx.tx.emit('s3control.public-access', { configuration }, { key: ctx.account });
}

function requireOwnAccount(ctx: TxContext, { AccountId: account }: { readonly AccountId: string }): void {
  if (account !== ctx.account) throw accessDenied();
}
