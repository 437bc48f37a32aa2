import { DescribeTrailsCommand } from '@aws-sdk/client-cloudtrail';
import { ListBucketsCommand } from '@aws-sdk/client-s3';
import { CreateQueueCommand } from '@aws-sdk/client-sqs';
import { expect } from 'vitest';
import { clients } from '../../cloudtrail/cloud';
import { admin } from '../../system/admin-call';
import type { Scenario } from './scenario';

const configuration = `
data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}

resource "aws_s3_bucket" "logs" {
  bucket        = "terraform-trail-logs"
  force_destroy = true
}
data "aws_iam_policy_document" "logs" {
  statement {
    sid       = "AWSCloudTrailAclCheck"
    effect    = "Allow"
    actions   = ["s3:GetBucketAcl"]
    resources = [aws_s3_bucket.logs.arn]
    principals {
      type        = "Service"
      identifiers = ["cloudtrail.amazonaws.com"]
    }
  }
  statement {
    sid       = "AWSCloudTrailWrite"
    effect    = "Allow"
    actions   = ["s3:PutObject"]
    resources = ["\${aws_s3_bucket.logs.arn}/audit/AWSLogs/\${data.aws_caller_identity.current.account_id}/*"]
    principals {
      type        = "Service"
      identifiers = ["cloudtrail.amazonaws.com"]
    }
    condition {
      test     = "StringEquals"
      variable = "s3:x-amz-acl"
      values   = ["bucket-owner-full-control"]
    }
  }
}
resource "aws_s3_bucket_policy" "logs" {
  bucket = aws_s3_bucket.logs.id
  policy = data.aws_iam_policy_document.logs.json
}
resource "aws_sns_topic" "files" {
  name = "terraform-trail-files"
}
resource "aws_cloudtrail" "main" {
  depends_on                    = [aws_s3_bucket_policy.logs]
  name                          = "terraform-main"
  s3_bucket_name                = aws_s3_bucket.logs.id
  s3_key_prefix                 = "audit"
  sns_topic_name                = aws_sns_topic.files.name
  include_global_service_events = true
  is_multi_region_trail         = true
  enable_log_file_validation    = true
  tags                          = { team = "x" }
  event_selector {
    read_write_type           = "All"
    include_management_events = true
    data_resource {
      type   = "AWS::S3::Object"
      values = ["\${aws_s3_bucket.logs.arn}/data/"]
    }
  }
}
resource "aws_cloudtrail" "queues" {
  depends_on     = [aws_s3_bucket_policy.logs]
  name           = "terraform-queues"
  s3_bucket_name = aws_s3_bucket.logs.id
  s3_key_prefix  = "audit"
  enable_logging = false
  advanced_event_selector {
    name = "messages"
    field_selector {
      field  = "eventCategory"
      equals = ["Data"]
    }
    field_selector {
      field  = "resources.type"
      equals = ["AWS::SQS::Queue"]
    }
    field_selector {
      field       = "resources.ARN"
      starts_with = ["arn:aws:sqs:us-east-1:"]
    }
  }
}
output "arn" {
  value = aws_cloudtrail.main.arn
}
`;

export const cloudtrail: Scenario = {
  name: 'cloudtrail',
  what: 'trails with selectors',
  configuration,
  async check({ server, config }) {
    const here = clients({ ...config, forcePathStyle: true });
    const { trailList = [] } = await here.trail.send(new DescribeTrailsCommand({}));
    expect(trailList.map(({ Name }) => Name).sort()).toEqual(['terraform-main', 'terraform-queues']);
    await here.sqs.send(new CreateQueueCommand({ QueueName: 'terraform-trailed' }));
    await admin(server.url, 'clock/advance', { ms: 300_000 });
    const keys = await here.keys('audit/AWSLogs/000000000000/CloudTrail/', 'terraform-trail-logs');
    const events = await Promise.all(keys.map(async (key) => (await here.unzip(key, 'terraform-trail-logs')).json.Records));
    expect(events.flat().map(({ eventName }) => eventName)).toContain('CreateQueue');
  },
  async checkGone({ config }) {
    const here = clients({ ...config, forcePathStyle: true });
    expect((await here.trail.send(new DescribeTrailsCommand({}))).trailList).toEqual([]);
    expect((await here.s3.send(new ListBucketsCommand({}))).Buckets ?? []).toEqual([]);
  },
};
