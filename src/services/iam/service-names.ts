/** Names of services by the prefix of their actions, after their API models. */
const table = `
access-analyzer Access Analyzer
account AWS Account Management
account-access Account Access
acm AWS Certificate Manager
acm-pca AWS Private Certificate Authority
agent-registry Agent Registry
aidevops AWS DevOps Agent Service
aiops AWS AI Ops
airflow Amazon Managed Workflows for Apache Airflow
airflow-serverless AmazonMWAAServerless
amplify AWS Amplify
amplifybackend AmplifyBackend
amplifyuibuilder AWS Amplify UI Builder
aoss OpenSearch Service Serverless
apigateway Amazon API Gateway
app-integrations Amazon AppIntegrations Service
appconfig Amazon AppConfig
appfabric AppFabric
appflow Amazon Appflow
application-autoscaling Application Auto Scaling
application-cost-profiler AWS Application Cost Profiler
application-signals Amazon CloudWatch Application Signals
applicationinsights Amazon CloudWatch Application Insights
appmesh AWS App Mesh
apprunner AWS App Runner
appstream Amazon AppStream
appsync AWS AppSync
aps Amazon Prometheus Service
arc-region-switch ARC - Region switch
arc-zonal-shift AWS ARC - Zonal Shift
artifact AWS Artifact
athena Amazon Athena
auditmanager AWS Audit Manager
autoscaling Auto Scaling
autoscaling-plans AWS Auto Scaling Plans
aws-marketplace AWS Marketplace
b2bi AWS B2B Data Interchange
backup AWS Backup
backup-gateway AWS Backup Gateway
backup-search AWS Backup Search
batch AWS Batch
bcm-dashboards AWS Billing and Cost Management Dashboards
bcm-data-exports AWS Billing and Cost Management Data Exports
bcm-pricing-calculator AWS Billing and Cost Management Pricing Calculator
bcm-recommended-actions AWS Billing and Cost Management Recommended Actions
bedrock Amazon Bedrock
bedrock-agentcore Amazon Bedrock AgentCore
billing AWS Billing
billingconductor AWS Billing Conductor
braket Braket
budgets AWS Budgets
cases Amazon Connect Cases
cassandra Amazon Keyspaces (for Apache Cassandra)
ce AWS Cost Explorer Service
chatbot AWS Chatbot
chime Amazon Chime
cleanrooms AWS Clean Rooms Service
cleanrooms-ml AWS Clean Rooms ML
cloud9 AWS Cloud9
clouddirectory Amazon CloudDirectory
cloudformation AWS CloudFormation
cloudfront Amazon CloudFront
cloudfront-keyvaluestore Amazon CloudFront KeyValueStore
cloudhsm Amazon CloudHSM
cloudsearch Amazon CloudSearch
cloudtrail AWS CloudTrail
cloudtrail-data AWS CloudTrail Data Service
cloudwatch Amazon CloudWatch
codeartifact CodeArtifact
codebuild AWS CodeBuild
codecatalyst Amazon CodeCatalyst
codecommit AWS CodeCommit
codeconnections AWS CodeConnections
codedeploy AWS CodeDeploy
codeguru-profiler Amazon CodeGuru Profiler
codeguru-reviewer Amazon CodeGuru Reviewer
codeguru-security Amazon CodeGuru Security
codepipeline AWS CodePipeline
codestar-connections AWS CodeStar connections
codestar-notifications AWS CodeStar Notifications
cognito-identity Amazon Cognito Identity
cognito-idp Amazon Cognito Identity Provider
cognito-sync Amazon Cognito Sync
comprehend Amazon Comprehend
comprehendmedical AWS Comprehend Medical
compute-optimizer AWS Compute Optimizer
config AWS Config
connect Amazon Connect
connect-campaigns Amazon Connect outbound campaigns
continuum AWS Continuum
controlcatalog AWS Control Catalog
controltower AWS Control Tower
cost-optimization-hub Cost Optimization Hub
cur AWS Cost and Usage Report Service
databrew AWS Glue DataBrew
dataexchange AWS Data Exchange
datapipeline AWS Data Pipeline
datasync AWS DataSync
datazone Amazon DataZone
dax Amazon DAX
deadline AWS Deadline Cloud
detective Amazon Detective
devicefarm AWS Device Farm
devops-guru Amazon DevOps Guru
directconnect AWS Direct Connect
discovery AWS Application Discovery Service
dlm Amazon DLM
dms AWS Database Migration Service
docdb-elastic Amazon DocumentDB Elastic Clusters
drs Elastic Disaster Recovery Service
ds AWS Directory Service
ds-data AWS Directory Service Data
dsql Amazon Aurora DSQL
dynamodb Amazon DynamoDB
ebs Amazon EBS
ec2 Amazon EC2
ec2-instance-connect AWS EC2 Instance Connect
ecr Amazon ECR
ecr-public Amazon ECR Public
ecs Amazon ECS
eks Amazon EKS
eks-auth Amazon EKS Auth
elasticache Amazon ElastiCache
elasticbeanstalk AWS Elastic Beanstalk
elasticfilesystem Amazon Elastic File System
elasticloadbalancing Elastic Load Balancing
elasticmapreduce Amazon EMR
elemental-inference AWS Elemental Inference
emr-containers Amazon EMR Containers
emr-serverless EMR Serverless
end-user-messaging AWS End User Messaging
entityresolution AWS EntityResolution
es Amazon OpenSearch Service
events Amazon EventBridge
evs Amazon Elastic VMware Service
execute-api Amazon API Gateway
firehose Amazon Kinesis Firehose
fis AWS Fault Injection Simulator
fms Firewall Management Service
forecast Amazon Forecast Service
frauddetector Amazon Fraud Detector
freetier AWS Free Tier
fsx Amazon FSx
gamelift Amazon GameLift
gameliftstreams Amazon GameLift Streams
geo Amazon Location Service
geo-maps Amazon Location Service Maps V2
geo-places Amazon Location Service Places V2
geo-routes Amazon Location Service Routes V2
glacier Amazon Glacier
globalaccelerator AWS Global Accelerator
glue AWS Glue
grafana Amazon Managed Grafana
greengrass AWS Greengrass
groundstation AWS Ground Station
guardduty Amazon GuardDuty
health AWS Health APIs and Notifications
health-agent Connect Health
healthlake Amazon HealthLake
iam AWS Identity and Access Management
identitystore AWS SSO Identity Store
imagebuilder EC2 Image Builder
importexport AWS Import/Export
inspector Amazon Inspector
inspector-scan Inspector Scan
inspector2 Inspector2
interconnect Interconnect
internetmonitor Amazon CloudWatch Internet Monitor
invoicing AWS Invoicing
iot AWS IoT
iot-jobs-data AWS IoT Jobs Data Plane
iotdata AWS IoT Data Plane
iotdeviceadvisor AWS IoT Core Device Advisor
iotfleetwise AWS IoT FleetWise
iotmanagedintegrations Managed integrations for AWS IoT Device Management
iotsitewise AWS IoT SiteWise
iotthingsgraph AWS IoT Things Graph
iottwinmaker AWS IoT TwinMaker
iotwireless AWS IoT Wireless
ivs Amazon Interactive Video Service
ivschat Amazon Interactive Video Service Chat
kafka Managed Streaming for Kafka
kafkaconnect Managed Streaming for Kafka Connect
kendra Amazon Kendra
kendra-ranking Amazon Kendra Intelligent Ranking
kinesis Amazon Kinesis
kinesisanalytics Amazon Kinesis Analytics
kinesisvideo Amazon Kinesis Video Streams
kms AWS Key Management Service
lakeformation AWS Lake Formation
lambda AWS Lambda
launchwizard AWS Launch Wizard
lex Amazon Lex
license-manager AWS License Manager
license-manager-linux-subscriptions AWS License Manager Linux Subscriptions
license-manager-user-subscriptions AWS License Manager User Subscriptions
lightsail Amazon Lightsail
logs Amazon CloudWatch Logs
lookoutequipment Amazon Lookout for Equipment
m2 AWS Mainframe Modernization
machinelearning Amazon Machine Learning
macie2 Amazon Macie 2
managedblockchain Amazon Managed Blockchain
managedblockchain-query Amazon Managed Blockchain Query
marketplacecommerceanalytics AWS Marketplace Commerce Analytics
mediaconnect AWS MediaConnect
mediaconvert AWS Elemental MediaConvert
medialive AWS Elemental MediaLive
mediapackage AWS Elemental MediaPackage
mediapackage-vod AWS Elemental MediaPackage VOD
mediapackagev2 AWS Elemental MediaPackage v2
mediastore AWS Elemental MediaStore
mediatailor AWS MediaTailor
medical-imaging AWS Health Imaging
memorydb Amazon MemoryDB
mgh AWS Migration Hub
mgn Application Migration Service
migrationhub-orchestrator AWS Migration Hub Orchestrator
migrationhub-strategy Migration Hub Strategy Recommendations
mobiletargeting Amazon Pinpoint
mpa AWS Multi-party Approval
mq Amazon MQ
neptune-db Amazon Neptune
neptune-graph Amazon Neptune Graph
network-firewall AWS Network Firewall
network-security-manager AWS Network Security Manager Customer API
networkflowmonitor Network Flow Monitor
networkmanager AWS Network Manager
networkmonitor Amazon CloudWatch Network Monitor
notifications AWS User Notifications
notifications-contacts AWS User Notifications Contacts
nova-act Nova Act Service
oam CloudWatch Observability Access Manager
observabilityadmin CloudWatch Observability Admin Service
omics Amazon Omics
organizations AWS Organizations
osis Amazon OpenSearch Ingestion
outposts AWS Outposts
partnercentral Partner Central Revenue Measurement API
partnercentral-account Partner Central Account API
partnercentral-benefits Partner Central Benefits API
partnercentral-channel Partner Central Channel API
partnercentral-selling Partner Central Selling API
payment-cryptography Payment Cryptography Control Plane
pca-connector-ad PcaConnectorAd
pca-connector-scep Private CA Connector for SCEP
pcs AWS Parallel Computing Service
personalize Amazon Personalize
pi AWS Performance Insights
pipes Amazon EventBridge Pipes
polly Amazon Polly
pricing AWS Price List Service
profile Amazon Connect Customer Profiles
proton AWS Proton
qapps QApps
qbusiness QBusiness
quicksight Amazon QuickSight
ram AWS Resource Access Manager
rbin Amazon Recycle Bin
rds Amazon RDS
rds-data AWS RDS DataService
redshift Amazon Redshift
redshift-data Redshift Data API Service
redshift-serverless Redshift Serverless
refactor-spaces AWS Migration Hub Refactor Spaces
rekognition Amazon Rekognition
repostspace AWS re:Post Private
resiliencehub AWS Resilience Hub
resource-explorer-2 AWS Resource Explorer
resource-groups AWS Resource Groups
rolesanywhere IAM Roles Anywhere
route53 Amazon Route 53
route53-recovery-cluster Route53 Recovery Cluster
route53-recovery-control-config AWS Route53 Recovery Control Config
route53-recovery-readiness AWS Route53 Recovery Readiness
route53domains Amazon Route 53 Domains
route53globalresolver Amazon Route 53 Global Resolver
route53profiles Route 53 Profiles
route53resolver Amazon Route 53 Resolver
rtbfabric RTBFabric
rum CloudWatch RUM
s3 Amazon S3
s3-outposts Amazon S3 Outposts
s3files Amazon S3 Files
s3tables Amazon S3 Tables
s3vectors Amazon S3 Vectors
sagemaker Amazon SageMaker
sagemaker-geospatial Amazon SageMaker geospatial capabilities
savingsplans AWS Savings Plans
scheduler Amazon EventBridge Scheduler
schemas Schemas
scn AWS Supply Chain
sdb Amazon SimpleDB
secretsmanager AWS Secrets Manager
security-ir Security Incident Response
securityagent AWS Security Agent
securityhub AWS SecurityHub
securitylake Amazon Security Lake
serverlessrepo AWS Serverless Application Repository
servicecatalog AWS Service Catalog
servicediscovery AWS Cloud Map
servicequotas Service Quotas
ses Amazon SES
shield AWS Shield
signer AWS Signer
signin AWS Sign-In Service
sms-voice Amazon Pinpoint SMS and Voice Service
snow-device-management AWS Snow Device Management
snowball Amazon Snowball
sns Amazon SNS
social-messaging AWS End User Messaging Social
sqs Amazon SQS
ssm Amazon SSM
ssm-contacts AWS Systems Manager Incident Manager Contacts
ssm-guiconnect AWS SSM-GUIConnect
ssm-incidents AWS Systems Manager Incident Manager
ssm-quicksetup AWS Systems Manager QuickSetup
ssm-sap AWS Systems Manager for SAP
sso AWS Single Sign-On Admin
states AWS Step Functions
storagegateway AWS Storage Gateway
sts AWS Security Token Service
support AWS Support
supportapp AWS Support App
sustainability AWS Sustainability
swf Amazon SWF
synthetics Synthetics
tag AWS Resource Groups Tagging API
tax Tax Settings
textract Amazon Textract
thinclient Amazon WorkSpaces Thin Client
timestream Amazon Timestream
timestream-influxdb Timestream InfluxDB
transcribe Amazon Transcribe Service
transfer AWS Transfer Family
translate Amazon Translate
trustedadvisor TrustedAdvisor Public API
verifiedpermissions Amazon Verified Permissions
voiceid Amazon Voice ID
vpc-lattice Amazon VPC Lattice
waf AWS WAF
waf-regional AWS WAF Regional
wafv2 AWS WAFV2
wellarchitected AWS Well-Architected Tool
wickr AWS Wickr Admin API
wisdom Amazon Q in Connect
workdocs Amazon WorkDocs
workmail Amazon WorkMail
workmailmessageflow Amazon WorkMail Message Flow
workspaces Amazon WorkSpaces
workspaces-instances Amazon Workspaces Instances
workspaces-web Amazon WorkSpaces Web
xray AWS X-Ray
`;

/** In order of the prefixes: `s3` to `Amazon S3`. */
export const serviceNames: ReadonlyMap<string, string> = new Map(
  table
    .trim()
    .split('\n')
    .map((line): [string, string] => {
      const at = line.indexOf(' ');
      return [line.slice(0, at), line.slice(at + 1)];
    }),
);
