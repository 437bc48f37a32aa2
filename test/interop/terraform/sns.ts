import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { expect } from 'vitest';
import type { Scenario } from './scenario';

const configuration = `
resource "aws_sns_topic" "orders" {
  name              = "terraform-orders"
  display_name      = "Orders"
  signature_version = 2
  tags              = { team = "x" }
  delivery_policy = jsonencode({
    http = { defaultHealthyRetryPolicy = {
      minDelayTarget = 5, maxDelayTarget = 10, numRetries = 4, numMaxDelayRetries = 0,
      numNoDelayRetries = 0, numMinDelayRetries = 0, backoffFunction = "linear"
    }, disableSubscriptionOverrides = false }
  })
}
resource "aws_sns_topic" "ordered" {
  name                        = "terraform-ordered.fifo"
  fifo_topic                  = true
  content_based_deduplication = true
}
resource "aws_sns_topic_policy" "orders" {
  arn = aws_sns_topic.orders.arn
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Sid = "all", Effect = "Allow", Principal = { AWS = "*" }, Action = "SNS:Publish", Resource = aws_sns_topic.orders.arn }]
  })
}
resource "aws_sqs_queue" "orders" {
  name = "terraform-orders"
}
resource "aws_sns_topic_subscription" "orders" {
  topic_arn            = aws_sns_topic.orders.arn
  protocol             = "sqs"
  endpoint             = aws_sqs_queue.orders.arn
  raw_message_delivery = true
  filter_policy        = jsonencode({ kind = ["new", { prefix = "re" }] })
}
resource "aws_sns_topic_subscription" "phone" {
  topic_arn = aws_sns_topic.orders.arn
  protocol  = "sms"
  endpoint  = "+15555550100"
}
resource "aws_sns_platform_application" "app" {
  name                = "terraform-app"
  platform            = "GCM"
  platform_credential = "secret"
}
output "topic" {
  value = aws_sns_topic.orders.arn
}
output "queue" {
  value = aws_sqs_queue.orders.url
}
`;

export const sns: Scenario = {
  name: 'sns',
  what: 'topics, their policy and subscriptions',
  configuration,
  async check({ config, outputs }) {
    const sns = new SNSClient(config);
    for (const kind of ['new', 'renewed', 'old']) {
      const MessageAttributes = { kind: { DataType: 'String', StringValue: kind } };
      await sns.send(new PublishCommand({ TopicArn: String(outputs.topic), Message: kind, MessageAttributes }));
    }
    const received = new ReceiveMessageCommand({ QueueUrl: String(outputs.queue), MaxNumberOfMessages: 10 });
    const { Messages = [] } = await new SQSClient(config).send(received);
    expect(Messages.map(({ Body }) => Body)).toEqual(['new', 'renewed']);
  },
};
