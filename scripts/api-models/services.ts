/** The services that Nuvola knows, by the folder names of botocore. */
export const serviceList: readonly string[] = `
accessanalyzer account acm acm-pca apigateway apigatewaymanagementapi apigatewayv2 application-autoscaling autoscaling autoscaling-plans
backup batch budgets ce cloudcontrol cloudformation cloudfront cloudfront-keyvaluestore cloudtrail cloudwatch codebuild codecommit
codeconnections codedeploy codepipeline codestar-connections cognito-identity cognito-idp cognito-sync compute-optimizer config cur
directconnect docdb dynamodb dynamodbstreams ebs ec2 ec2-instance-connect ecr ecr-public ecs efs eks eks-auth elasticache elasticbeanstalk
elb elbv2 events firehose globalaccelerator health iam iam-toolbox identitystore imagebuilder iot iot-data kafka keyspaces kinesis kms lambda logs
mediaconvert organizations pipes pricing ram rds rds-data redshift redshift-data redshift-serverless rekognition resource-groups
resourcegroupstaggingapi route53 route53domains route53resolver s3 s3control savingsplans scheduler schemas sdb secretsmanager
service-quotas servicediscovery serverlessrepo ses sesv2 sns sqs ssm sso sso-admin sso-oidc stepfunctions sts synthetics transcribe
waf waf-regional wafv2 xray
`
  .trim()
  .split(/\s+/)
  .sort();
