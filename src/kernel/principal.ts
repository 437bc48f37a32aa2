/** Who makes a request. */

export type Principal =
  | { readonly type: 'root'; readonly account: string; readonly arn: string; readonly id: string; readonly accessKeyId: string }
  | {
      readonly type: 'user';
      readonly account: string;
      readonly arn: string;
      readonly id: string;
      readonly userName: string;
      readonly accessKeyId: string;
    }
  | {
      readonly type: 'session';
      readonly account: string;
      readonly arn: string;
      readonly id: string;
      readonly accessKeyId: string;
      readonly roleArn?: string;
      readonly sessionName: string;
      readonly tags?: Readonly<Record<string, string>>;
      readonly expiresAt: number;
      /** Session policies (JSON text) that narrow what the session may do. */
      readonly policies?: readonly string[];
    }
  | { readonly type: 'service'; readonly account: string; readonly arn: string; readonly id: string; readonly service: string }
  | { readonly type: 'anonymous'; readonly account: string; readonly arn: string; readonly id: string };

/** One right that a call needs. A call may need several (CopyObject is a get and a put); all must be allowed. */
export interface AccessNeed {
  /** `s3:GetObject` */
  readonly action: string;
  /** The ARN it is needed on, `*` when the action takes no resource. */
  readonly resource: string;
  /** Condition keys that this request sets, beyond the global ones: `s3:prefix`, `sqs:…`. */
  readonly conditions?: Readonly<Record<string, string | readonly string[]>>;
}
