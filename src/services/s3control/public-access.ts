/** Block Public Access for all buckets of an account: kept here, told to S3, which acts on it. */
import type { S3Control } from '../../../generated/api/s3control';
import { awsError, collection, defineOperations, fail, type TxContext } from '../../kernel';
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
    return { PublicAccessBlockConfiguration: ctx.tx.get(PublicAccessBlocks, 'account') ?? fail(notFound()) };
  },

  DeletePublicAccessBlock(ctx, input) {
    requireOwnAccount(ctx, input);
    ctx.tx.delete(PublicAccessBlocks, {});
    tell(ctx, undefined);
    return {};
  },
});

function tell(ctx: TxContext, configuration: Configuration | undefined): void {
  ctx.tx.emit('s3control.public-access', { configuration }, { key: ctx.account });
}

function requireOwnAccount(ctx: TxContext, { AccountId: account }: { readonly AccountId: string }): void {
  if (account !== ctx.account) throw accessDenied();
}
