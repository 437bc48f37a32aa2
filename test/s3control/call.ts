/** Calls of S3 Control by hand: its clients put the account into the host name. */

export interface ControlCall {
  readonly body?: string;
  /** Of the header; the caller's own when absent. */
  readonly account?: string;
}

export async function callControl(url: string, caller: string, method: string, path: string, { body, account = caller }: ControlCall = {}) {
  const answer = await fetch(`${url}/v20180820/${path}`, {
    method,
    headers: {
      'x-amz-account-id': account,
      authorization: `AWS4-HMAC-SHA256 Credential=${caller}/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0`,
    },
    ...(body !== undefined && { body }),
  });
  return { status: answer.status, text: await answer.text() };
}
