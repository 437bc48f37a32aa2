/** Terraform, on several configurations at a time: its provider waits for long, half a minute for each queue. */
import { test } from 'vitest';
import { cloudtrail } from './terraform/cloudtrail';
import { credentials } from './terraform/credentials';
import { dynamodb } from './terraform/dynamodb';
import { iam } from './terraform/iam';
import { organizations } from './terraform/organizations';
import { policies } from './terraform/policies';
import { s3 } from './terraform/s3';
import { play } from './terraform/scenario';
import { sns } from './terraform/sns';
import { sqs } from './terraform/sqs';
import { sts } from './terraform/sts';
import { providerMirror } from './terraform/workspace';

const mirror = providerMirror();

/** Those that take longest first. */
const scenarios = [policies, s3, sqs, sns, sts, cloudtrail, iam, credentials, organizations, dynamodb];

test.skipIf(mirror === undefined).concurrent.each(scenarios.map((scenario) => [scenario.what, scenario] as const))(
  'Terraform: %s: applied, unchanged in a second plan, and destroyed (needs terraform and its AWS provider in a local mirror)',
  { timeout: 300_000 },
  (_what, scenario) => play(mirror as string, scenario),
);
