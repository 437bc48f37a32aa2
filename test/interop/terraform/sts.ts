import { expect } from 'vitest';
import type { Scenario } from './scenario';

const configuration = `
provider "aws" {
  alias = "lent"
  assume_role {
    role_arn            = "arn:aws:iam::444455556666:role/path/deployer"
    session_name        = "terraform"
    external_id         = "agreed"
    duration            = "30m"
    source_identity     = "ann"
    tags                = { team = "red" }
    transitive_tag_keys = ["team"]
    policy              = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "*", Resource = "*" }] })
  }
}
data "aws_caller_identity" "own" {}
data "aws_caller_identity" "lent" {
  provider = aws.lent
}
resource "aws_sqs_queue" "lent" {
  provider = aws.lent
  name     = "terraform-lent"
}
output "own" {
  value = data.aws_caller_identity.own.arn
}
output "lent" {
  value = data.aws_caller_identity.lent
}
output "queue" {
  value = aws_sqs_queue.lent.arn
}
`;

export const sts: Scenario = {
  name: 'sts',
  what: 'a provider that assumes a role of another account',
  configuration,
  check({ outputs: { own, lent, queue } }) {
    expect(own).toBe('arn:aws:iam::000000000000:root');
    expect(lent).toMatchObject({ account_id: '444455556666', arn: 'arn:aws:sts::444455556666:assumed-role/deployer/terraform' });
    expect(queue).toBe('arn:aws:sqs:us-east-1:444455556666:terraform-lent');
  },
};
