/** Terraform on policies and lists of resources: what it reads back must be what it wrote. */
import { DynamoDBClient, GetResourcePolicyCommand } from '@aws-sdk/client-dynamodb';
import { GetBucketAclCommand, S3Client } from '@aws-sdk/client-s3';
import { expect } from 'vitest';
import type { Scenario } from './scenario';

const configuration = `
data "aws_caller_identity" "me" {}
data "aws_canonical_user_id" "me" {}

resource "aws_s3_bucket" "logs" {
  bucket = "terraform-logs"
}
resource "aws_s3_bucket_ownership_controls" "logs" {
  bucket = aws_s3_bucket.logs.id
  rule {
    object_ownership = "ObjectWriter"
  }
}
resource "aws_s3_bucket_acl" "logs" {
  bucket = aws_s3_bucket.logs.id
  access_control_policy {
    owner {
      id = data.aws_canonical_user_id.me.id
    }
    grant {
      permission = "FULL_CONTROL"
      grantee {
        type = "CanonicalUser"
        id   = data.aws_canonical_user_id.me.id
      }
    }
    grant {
      permission = "READ"
      grantee {
        type = "CanonicalUser"
        id   = "${'ab'.repeat(32)}"
      }
    }
    grant {
      permission = "WRITE"
      grantee {
        type = "Group"
        uri  = "http://acs.amazonaws.com/groups/s3/LogDelivery"
      }
    }
  }
  depends_on = [aws_s3_bucket_ownership_controls.logs]
}

resource "aws_dynamodb_table" "items" {
  name         = "terraform-items"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  attribute {
    name = "id"
    type = "S"
  }
}
resource "aws_dynamodb_resource_policy" "items" {
  resource_arn = aws_dynamodb_table.items.arn
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::\${data.aws_caller_identity.me.account_id}:root" }
      Action    = ["dynamodb:GetItem"]
      Resource  = aws_dynamodb_table.items.arn
    }]
  })
}

resource "aws_sqs_queue" "jobs" {
  name = "terraform-shared-jobs"
}
resource "aws_sqs_queue_policy" "jobs" {
  queue_url = aws_sqs_queue.jobs.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = "\${data.aws_caller_identity.me.account_id}" }
      Action    = ["sqs:SendMessage", "sqs:ReceiveMessage"]
      Resource  = aws_sqs_queue.jobs.arn
    }]
  })
}
`;

export const policies: Scenario = {
  name: 'policies',
  what: 'policies and ACLs',
  configuration,
  async check({ config }) {
    const { Grants } = await new S3Client(config).send(new GetBucketAclCommand({ Bucket: 'terraform-logs' }));
    expect(Grants).toHaveLength(3);
    const ResourceArn = 'arn:aws:dynamodb:us-east-1:000000000000:table/terraform-items';
    const { Policy } = await new DynamoDBClient(config).send(new GetResourcePolicyCommand({ ResourceArn }));
    expect(Policy).toContain('dynamodb:GetItem');
  },
};
