/** Service-linked roles: what each service calls its own, which policy it hangs on it, and whether there may be several. */
import { upperFirst } from '../../kernel';

interface LinkedService {
  /** `AWSServiceRoleForAutoScaling`. */
  readonly roleName: string;
  /** Name of the managed policy of AWS; absent where we do not know it. */
  readonly policy?: string;
  readonly description?: string;
  /** May have a suffix, so that there are several. */
  readonly takesSuffix: boolean;
}

/** As the guides of the services call them ("Using service-linked roles"): [role name after its common beginning, policy]. */
const known: Readonly<Record<string, readonly [name: string, policy?: string]>> = {
  'access-analyzer.amazonaws.com': ['AccessAnalyzer', 'AccessAnalyzerServiceRolePolicy'],
  'apidestinations.events.amazonaws.com': ['AmazonEventBridgeApiDestinations', 'AmazonEventBridgeApiDestinationsServiceRolePolicy'],
  'autoscaling.amazonaws.com': ['AutoScaling', 'AutoScalingServiceRolePolicy'],
  'backup.amazonaws.com': ['Backup', 'AWSBackupServiceLinkedRolePolicyForBackup'],
  'batch.amazonaws.com': ['Batch', 'BatchServiceRolePolicy'],
  'cloud9.amazonaws.com': ['AWSCloud9', 'AWSCloud9ServiceRolePolicy'],
  'cloudtrail.amazonaws.com': ['CloudTrail', 'CloudTrailServiceRolePolicy'],
  'codestar-notifications.amazonaws.com': ['CodeStarNotifications', 'AWSCodeStarNotificationsServiceRolePolicy'],
  'config.amazonaws.com': ['Config', 'AWSConfigServiceRolePolicy'],
  'connect.amazonaws.com': ['AmazonConnect', 'AmazonConnectServiceLinkedRolePolicy'],
  'dax.amazonaws.com': ['DAX', 'DAXServiceRolePolicy'],
  'delivery.logs.amazonaws.com': ['LogDelivery', 'AWSServiceRoleForLogDeliveryPolicy'],
  'dynamodb.application-autoscaling.amazonaws.com': [
    'ApplicationAutoScaling_DynamoDBTable',
    'AWSApplicationAutoscalingDynamoDBTablePolicy',
  ],
  'ec2fleet.amazonaws.com': ['EC2Fleet', 'AWSEC2FleetServiceRolePolicy'],
  'ecs.amazonaws.com': ['ECS', 'AmazonECSServiceRolePolicy'],
  'ecs.application-autoscaling.amazonaws.com': ['ApplicationAutoScaling_ECSService', 'AWSApplicationAutoscalingECSServicePolicy'],
  'eks-fargate.amazonaws.com': ['AmazonEKSForFargate', 'AmazonEKSForFargateServiceRolePolicy'],
  'eks-nodegroup.amazonaws.com': ['AmazonEKSNodegroup', 'AWSServiceRoleForAmazonEKSNodegroup'],
  'eks.amazonaws.com': ['AmazonEKS', 'AmazonEKSServiceRolePolicy'],
  'elasticache.amazonaws.com': ['ElastiCache', 'ElastiCacheServiceRolePolicy'],
  'elasticbeanstalk.amazonaws.com': ['ElasticBeanstalk', 'AWSElasticBeanstalkServiceRolePolicy'],
  'elasticfilesystem.amazonaws.com': ['AmazonElasticFileSystem', 'AmazonElasticFileSystemServiceRolePolicy'],
  'elasticloadbalancing.amazonaws.com': ['ElasticLoadBalancing', 'AWSElasticLoadBalancingServiceRolePolicy'],
  'elasticmapreduce.amazonaws.com': ['EMRCleanup', 'AmazonEMRCleanupPolicy'],
  'email.cognito-idp.amazonaws.com': ['AmazonCognitoIdpEmailService', 'AmazonCognitoIdpEmailServiceRolePolicy'],
  'es.amazonaws.com': ['AmazonElasticsearchService', 'AmazonElasticsearchServiceRolePolicy'],
  'events.amazonaws.com': ['CloudWatchEvents', 'CloudWatchEventsServiceRolePolicy'],
  'globalaccelerator.amazonaws.com': ['GlobalAccelerator', 'AWSGlobalAcceleratorSLRPolicy'],
  'guardduty.amazonaws.com': ['AmazonGuardDuty', 'AmazonGuardDutyServiceRolePolicy'],
  'inspector2.amazonaws.com': ['AmazonInspector2', 'AmazonInspector2ServiceRolePolicy'],
  'kafka.amazonaws.com': ['Kafka', 'KafkaServiceRolePolicy'],
  'lakeformation.amazonaws.com': ['LakeFormationDataAccess', 'LakeFormationDataAccessServiceRolePolicy'],
  'lambda.application-autoscaling.amazonaws.com': [
    'ApplicationAutoScaling_LambdaConcurrency',
    'AWSApplicationAutoscalingLambdaConcurrencyPolicy',
  ],
  'lex.amazonaws.com': ['LexBots'],
  'lexv2.amazonaws.com': ['LexV2Bots', 'AmazonLexV2BotPolicy'],
  'logger.cloudfront.amazonaws.com': ['CloudFrontLogger', 'AWSCloudFrontLogger'],
  'macie.amazonaws.com': ['AmazonMacie', 'AmazonMacieServiceRolePolicy'],
  'maintenance.elasticbeanstalk.amazonaws.com': ['ElasticBeanstalkMaintenance', 'AWSElasticBeanstalkMaintenance'],
  'managedupdates.elasticbeanstalk.amazonaws.com': ['ElasticBeanstalkManagedUpdates', 'AWSElasticBeanstalkManagedUpdatesServiceRolePolicy'],
  'member.org.stacksets.cloudformation.amazonaws.com': [
    'CloudFormationStackSetsOrgMember',
    'CloudFormationStackSetsOrgMemberServiceRolePolicy',
  ],
  'memorydb.amazonaws.com': ['MemoryDB', 'MemoryDBServiceRolePolicy'],
  'network-firewall.amazonaws.com': ['NetworkFirewall', 'AWSNetworkFirewallServiceRolePolicy'],
  'opensearchservice.amazonaws.com': ['AmazonOpenSearchService', 'AmazonOpenSearchServiceRolePolicy'],
  'ops.apigateway.amazonaws.com': ['APIGateway', 'APIGatewayServiceRolePolicy'],
  'organizations.amazonaws.com': ['Organizations', 'AWSOrganizationsServiceTrustPolicy'],
  'pullthroughcache.ecr.amazonaws.com': ['ECRPullThroughCache', 'AWSECRPullThroughCache_ServiceRolePolicy'],
  'ram.amazonaws.com': ['ResourceAccessManager', 'AWSResourceAccessManagerServiceRolePolicy'],
  'rds.amazonaws.com': ['RDS', 'AmazonRDSServiceRolePolicy'],
  'rds.application-autoscaling.amazonaws.com': ['ApplicationAutoScaling_RDSCluster', 'AWSApplicationAutoscalingRDSClusterPolicy'],
  'redshift.amazonaws.com': ['Redshift', 'AmazonRedshiftServiceLinkedRolePolicy'],
  'replication.dynamodb.amazonaws.com': ['DynamoDBReplication', 'DynamoDBReplicationServiceRolePolicy'],
  'replication.ecr.amazonaws.com': ['ECRReplication', 'ECRReplicationServiceRolePolicy'],
  'replicator.lambda.amazonaws.com': ['LambdaReplicator', 'AWSLambdaReplicator'],
  'resource-explorer-2.amazonaws.com': ['ResourceExplorer', 'AWSResourceExplorerServiceRolePolicy'],
  'route53resolver.amazonaws.com': ['Route53Resolver', 'Route53ResolverServiceRolePolicy'],
  'securityhub.amazonaws.com': ['SecurityHub', 'AWSSecurityHubServiceRolePolicy'],
  'shield.amazonaws.com': ['AWSShield', 'AWSShieldServiceRolePolicy'],
  'spot.amazonaws.com': ['EC2Spot', 'AWSEC2SpotServiceRolePolicy'],
  'spotfleet.amazonaws.com': ['EC2SpotFleet', 'AWSEC2SpotFleetServiceRolePolicy'],
  'ssm.amazonaws.com': ['AmazonSSM', 'AmazonSSMServiceRolePolicy'],
  'sso.amazonaws.com': ['SSO', 'AWSSSOServiceRolePolicy'],
  'stacksets.cloudformation.amazonaws.com': ['CloudFormationStackSetsOrgAdmin', 'CloudFormationStackSetsOrgAdminServiceRolePolicy'],
  'support.amazonaws.com': ['Support', 'AWSSupportServiceRolePolicy'],
  'transitgateway.amazonaws.com': ['VPCTransitGateway', 'AWSVPCTransitGatewayServiceRolePolicy'],
  'trustedadvisor.amazonaws.com': ['TrustedAdvisor', 'AWSTrustedAdvisorServiceRolePolicy'],
  'wafv2.amazonaws.com': ['WAFV2Logging', 'WAFV2LoggingServiceRolePolicy'],
};

/** Services whose pages say that they take a suffix. Those we do not know may as well. */
const takingSuffix = new Set(['autoscaling.amazonaws.com', 'connect.amazonaws.com', 'lexv2.amazonaws.com']);

const description: Readonly<Record<string, string>> = {
  'autoscaling.amazonaws.com': 'Default Service-Linked Role enables access to AWS Services and Resources used or managed by Auto Scaling',
};

/** Undefined for what cannot be the name of a service. */
export function linkedService(service: string): LinkedService | undefined {
  const row = Object.hasOwn(known, service) ? known[service] : undefined;
  if (row) {
    const [name, policy] = row;
    return {
      roleName: `AWSServiceRoleFor${name}`,
      ...(policy !== undefined && { policy }),
      ...(Object.hasOwn(description, service) && { description: description[service] as string }),
      takesSuffix: takingSuffix.has(service),
    };
  }
  const labels = /^([a-z0-9-]+(?:\.[a-z0-9-]+)*)\.amazonaws\.com(?:\.cn)?$/.exec(service)?.[1];
  // Most services are called after the last label: a rule of thumb for services that are not in the table.
  return labels === undefined
    ? undefined
    : { roleName: `AWSServiceRoleFor${labels.split(/[.-]/).map(upperFirst).join('')}`, takesSuffix: true };
}

/** The services of the table. */
export const knownLinkedServices: readonly string[] = Object.keys(known);
