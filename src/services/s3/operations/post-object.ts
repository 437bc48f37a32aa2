/** PostObject: a browser uploads a file with an HTML form (S3 API reference, "POST Object"). */
import { AwsError, escapeXml, extendedRequestId, type IoContext, io, type RequestBody } from '../../../kernel';
import { writeNeeds } from '../access';
import { requireAclAllowed } from '../acl-rules';
import { receiveChunks } from '../bodies';
import { entityTooLarge, entityTooSmall, invalidArgument, malformedForm, preconditionFailed } from '../errors';
import { refuseCustomerKey, requireBucket } from '../find';
import { boundaryOf, readForm, type UploadForm } from '../form';
import { type TraitInput, traitsOf } from '../metadata';
import { announce } from '../notices';
import { algorithms, defaultAlgorithm, givenChecksum } from '../object-checksum';
import { requireKey } from '../object-key';
import { writeObject, writtenVersion } from '../writes';

interface FormRequest {
  /** `/bucket`, as on the wire. */
  readonly Path: string;
  readonly Body: RequestBody | undefined;
}

/** An own operation: it is not in the model, so it answers on the wire itself. */
interface FormAnswer {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: string | undefined;
}

export const postObject = io(async (ctx: IoContext, input: FormRequest): Promise<FormAnswer> => {
  const boundary = boundaryOf(ctx.request.headers['content-type']);
  if (boundary === undefined) throw preconditionFailed('Bucket POST must be of the enclosure-type multipart/form-data');
  if (!input.Body) throw malformedForm();
  // Bucket names have no character that would have to be decoded; one that has is no bucket's.
  const bucketName = input.Path.split('/')[1] ?? '';
  const form = await readForm(input.Body, boundary);
  const fields = withFileName(form);
  const given = fields.get('key') ?? '';
  if (given === '')
    throw invalidArgument(
      "Bucket POST must contain a field named 'key'.  If it is specified, please check the order of the fields.",
      'key',
      '',
    );
  const key = requireKey(given);
  const permit = await ctx.request.checkForm?.({ fields, bucket: bucketName, key });
  const traitInput = traitInputOf(fields);
  const traits = traitsOf(traitInput);
  refuseCustomerKey(ctx, {
    Bucket: bucketName,
    Key: key,
    SSECustomerAlgorithm: fields.get('x-amz-server-side-encryption-customer-algorithm'),
  });
  const principal = permit?.principal ?? ctx.principal;
  const written = { ...traitInput, Bucket: bucketName, Key: key };
  await ctx.transact((tx, inner) => {
    const bucket = requireBucket(ctx, tx, bucketName);
    for (const need of writeNeeds(written, ctx.place, ctx.request)) inner.authorise(need, principal);
    requireAclAllowed(principal, tx, bucket, written);
  });

  const claimed = claimedChecksum(fields);
  const algorithm = claimed?.algorithm ?? defaultAlgorithm;
  const { minBytes = 0, maxBytes = Number.POSITIVE_INFINITY } = permit ?? {};
  const body = await receiveChunks(ctx, bounded(form.file, maxBytes), algorithm);
  const { size, md5: etag, blob } = body;
  const checksum = { algorithm, type: 'FULL_OBJECT', value: body.checksum ?? '' } as const;
  try {
    if (size < minBytes) throw entityTooSmall({ ProposedSize: size, MinSizeAllowed: minBytes });
    if (claimed && claimed.value !== checksum.value)
      throw new AwsError('BadDigest', `The ${algorithm} you specified did not match the calculated checksum.`, { status: 400 });
    const { VersionId: version } = await ctx.transact((tx) => {
      const bucket = requireBucket(ctx, tx, bucketName);
      const object = writeObject(tx, bucket, traits, { key, size, etag, checksum, blobId: blob?.id });
      announce({ principal, request: ctx.request }, tx, bucket, 'ObjectCreated:Post', object);
      return writtenVersion(tx, bucket, object);
    });
    return answerOf(ctx, fields, { bucket: bucketName, key, etag, version });
  } catch (error) {
    await body.discard();
    throw error;
  }
});

/** "The variable ${filename} is automatically replaced with the name of the file provided by the user and is recognized by all form fields." */
function withFileName({ fields, fileName }: UploadForm): Map<string, string> {
  return new Map([...fields].map(([name, value]) => [name, name === 'policy' ? value : value.replace(/\$\{filename\}/g, () => fileName)]));
}

function traitInputOf(fields: ReadonlyMap<string, string>): TraitInput {
  const own = [...fields].filter(([name]) => name.startsWith('x-amz-meta-'));
  const metadata = Object.fromEntries(own.map(([name, value]) => [name.slice('x-amz-meta-'.length), value]));
  return {
    CacheControl: fields.get('cache-control'),
    ContentDisposition: fields.get('content-disposition'),
    ContentEncoding: fields.get('content-encoding'),
    ContentLanguage: fields.get('content-language'),
    ContentType: fields.get('content-type'),
    ...(fields.has('expires') && { Expires: fields.get('expires') }),
    WebsiteRedirectLocation: fields.get('x-amz-website-redirect-location'),
    Metadata: metadata,
    StorageClass: fields.get('x-amz-storage-class'),
    ServerSideEncryption: fields.get('x-amz-server-side-encryption'),
    SSEKMSKeyId: fields.get('x-amz-server-side-encryption-aws-kms-key-id'),
    ACL: fields.get('acl'),
    Tagging: taggingOf(fields.get('tagging')),
  };
}

/** Forms carry tags as the XML of PutObjectTagging; here as the header's text, so that one set of rules holds for both. */
function taggingOf(xml: string | undefined): string | undefined {
  if (xml === undefined) return undefined;
  const tags = [...xml.matchAll(/<Tag>\s*<Key>([^<]*)<\/Key>\s*<Value>([^<]*)<\/Value>\s*<\/Tag>/g)];
  if (tags.length === 0 && !/<TagSet\s*\/>|<TagSet>\s*<\/TagSet>/.test(xml))
    throw malformedForm('The XML you provided was not well-formed or did not validate against our published schema');
  return tags
    .map(([, key = '', value = '']) => `${encodeURIComponent(unescapeXml(key))}=${encodeURIComponent(unescapeXml(value))}`)
    .join('&');
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function unescapeXml(text: string): string {
  return text.replace(/&(amp|lt|gt|quot|apos);/g, (_, name: string) => entities[name] ?? '');
}

function claimedChecksum(fields: ReadonlyMap<string, string>) {
  return givenChecksum(
    Object.fromEntries(algorithms.map((algorithm) => [`Checksum${algorithm}`, fields.get(`x-amz-checksum-${algorithm.toLowerCase()}`)])),
  );
}

async function* bounded(chunks: AsyncIterable<Uint8Array>, maxBytes: number): AsyncGenerator<Uint8Array> {
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.length;
    if (size > maxBytes) throw entityTooLarge(size, maxBytes);
    yield chunk;
  }
}

interface Uploaded {
  readonly bucket: string;
  readonly key: string;
  readonly etag: string;
  readonly version: string | undefined;
}

function answerOf(ctx: IoContext, fields: ReadonlyMap<string, string>, { bucket, key, etag, version }: Uploaded): FormAnswer {
  const location = `${ctx.request.baseUrl}/${bucket}/${encodeURIComponent(key)}`;
  const headers: Record<string, string> = {
    'x-amz-request-id': ctx.request.id,
    'x-amz-id-2': extendedRequestId(ctx.request.id),
    ETag: `"${etag}"`,
    Location: location,
    'x-amz-server-side-encryption': 'AES256',
    ...(version !== undefined && { 'x-amz-version-id': version }),
  };
  const redirect = fields.get('success_action_redirect') ?? fields.get('redirect');
  // "If Amazon S3 cannot interpret the URL, it acts as if the field is not present."
  if (redirect !== undefined && URL.canParse(redirect)) {
    const url = new URL(redirect);
    url.search += `${url.search === '' ? '?' : '&'}bucket=${encodeURIComponent(bucket)}&key=${encodeURIComponent(key)}&etag=${encodeURIComponent(`"${etag}"`)}`;
    return { status: 303, headers: { ...headers, Location: url.href }, body: undefined };
  }
  const status = Number(fields.get('success_action_status'));
  if (status === 200) return { status, headers, body: undefined };
  if (status !== 201) return { status: 204, headers, body: undefined };
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<PostResponse><Location>${escapeXml(location)}</Location><Bucket>${escapeXml(bucket)}</Bucket><Key>${escapeXml(key)}</Key><ETag>&quot;${etag}&quot;</ETag></PostResponse>`;
  return { status, headers: { ...headers, 'Content-Type': 'application/xml' }, body };
}
