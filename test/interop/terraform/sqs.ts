import { expect } from 'vitest';
import type { Scenario } from './scenario';

// The provider watches each queue for half a minute before it believes in it, so there is only one.

const configuration = `
data "aws_caller_identity" "me" {}
resource "aws_sqs_queue" "jobs" {
  name                       = "terraform-jobs"
  visibility_timeout_seconds = 45
  tags                       = { team = "x" }
}
output "account" {
  value = data.aws_caller_identity.me.account_id
}
output "url" {
  value = aws_sqs_queue.jobs.url
}
`;

export const sqs: Scenario = {
  name: 'sqs',
  what: 'a queue',
  configuration,
  check({ server, outputs }) {
    expect(outputs.account).toBe('000000000000');
    expect(outputs.url).toBe(`${server.url}/000000000000/terraform-jobs`);
  },
};
