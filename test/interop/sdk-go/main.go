// The SDK for Go v2 against Nuvola, configured by the environment alone.
package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

func must[T any](value T, err error) T {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	return value
}

func check(what string, holds bool) {
	if !holds {
		fmt.Fprintln(os.Stderr, "not so:", what)
		os.Exit(1)
	}
}

func main() {
	ctx := context.Background()
	settings := must(config.LoadDefaultConfig(ctx))
	identity := must(sts.NewFromConfig(settings).GetCallerIdentity(ctx, nil))
	check("identity", *identity.Account == "000000000000")

	store := s3.NewFromConfig(settings)
	bucket, key := aws.String("go-bucket"), aws.String("a b/é+")
	must(store.CreateBucket(ctx, &s3.CreateBucketInput{Bucket: bucket}))
	check("waiter", s3.NewBucketExistsWaiter(store).Wait(ctx, &s3.HeadBucketInput{Bucket: bucket}, 20*time.Second) == nil)
	large := bytes.Repeat([]byte("0123456789abcdef"), 200_000)
	must(store.PutObject(ctx, &s3.PutObjectInput{Bucket: bucket, Key: key, Body: bytes.NewReader(large)}))
	object := must(store.GetObject(ctx, &s3.GetObjectInput{Bucket: bucket, Key: key}))
	check("body", bytes.Equal(must(io.ReadAll(object.Body)), large))
	_, err := store.GetObject(ctx, &s3.GetObjectInput{Bucket: bucket, Key: aws.String("absent")})
	var noSuchKey *s3types.NoSuchKey
	check("NoSuchKey", errors.As(err, &noSuchKey))

	queues := sqs.NewFromConfig(settings)
	queue := must(queues.CreateQueue(ctx, &sqs.CreateQueueInput{QueueName: aws.String("go-queue")})).QueueUrl
	must(queues.SendMessage(ctx, &sqs.SendMessageInput{QueueUrl: queue, MessageBody: aws.String("hello")}))
	received := must(queues.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{QueueUrl: queue, WaitTimeSeconds: 5}))
	check("message", len(received.Messages) == 1 && *received.Messages[0].Body == "hello")
	_, err = queues.GetQueueUrl(ctx, &sqs.GetQueueUrlInput{QueueName: aws.String("absent")})
	var absent *sqstypes.QueueDoesNotExist
	check("QueueDoesNotExist", errors.As(err, &absent))
	fmt.Println("done")
}
