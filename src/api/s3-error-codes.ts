/** S3's error codes that its model lacks, by HTTP status, from the Error Responses page of its API reference and from answers seen there. */
import type { CodesByStatus } from './unmodelled-errors';

export const s3ErrorCodes: CodesByStatus = {
  301: 'PermanentRedirect PermanentRedirectControlError',
  304: 'NotModified',
  307: 'Redirect TemporaryRedirect',
  400: `
    AccessControlListNotSupported AmbiguousGrantByEmailAddress AuthorizationHeaderMalformed AuthorizationQueryParametersError BadDigest
    BucketHasAccessPointsAttached ConnectionClosedByRequester CredentialsNotSupported DeviceNotActiveError EndpointNotFound EntityTooLarge
    EntityTooSmall ExpiredToken IllegalLocationConstraintException IllegalVersioningConfigurationException IncompleteBody IncorrectEndpoint
    IncorrectNumberOfFilesInPostRequest InlineDataTooLarge InvalidAccessPoint InvalidAccessPointAliasError InvalidAddressingHeader
    InvalidArgument InvalidBucketAclWithObjectOwnership InvalidBucketName InvalidBucketOwnerAWSAccountID InvalidChunkSizeError InvalidDigest
    InvalidEncryptionAlgorithmError InvalidHostHeader InvalidHttpMethod InvalidLocationConstraint InvalidPart InvalidPartNumber InvalidPartOrder
    InvalidPolicyDocument InvalidRegion InvalidRequest InvalidRetentionPeriod InvalidSOAPRequest InvalidSessionException InvalidSignature
    InvalidStorageClass InvalidTag InvalidTargetBucketForLogging InvalidToken InvalidURI KMS.DisabledException KMS.InvalidKeyUsageException
    KMS.KMSInvalidStateException KMS.NotFoundException KeyTooLongError MalformedACLError MalformedPOSTRequest MalformedPolicy MalformedXML
    MaxMessageLengthExceeded MaxPostPreDataLengthExceededError MetadataTooLarge MissingAttachment MissingRequestBodyError
    MissingSecurityElement MissingSecurityHeader NoLoggingStatusForKey NotDeviceOwnerError RequestHeaderSectionTooLarge
    RequestIsNotMultiPartContent RequestTimeout RequestTorrentOfBucketError ResponseInterrupted TokenCodeInvalidError TokenRefreshRequired
    TooManyAccessPoints TooManyBuckets TooManyMultiRegionAccessPointregionsError TooManyMultiRegionAccessPoints UnexpectedContent
    UnresolvableGrantByEmailAddress UnsupportedArgument UnsupportedSignature UserKeyMustBeSpecified XAmzContentChecksumMismatch
    XAmzContentSHA256Mismatch`,
  403: `
    AccessDenied AccessForbidden AccountProblem AllAccessDisabled CrossLocationLoggingProhibited InvalidAccessKeyId InvalidObjectState
    InvalidPayer InvalidSecurity MissingAuthenticationToken NotSignedUp ObjectAlreadyInActiveTierError ObjectNotInActiveTierError
    RequestTimeTooSkewed SignatureDoesNotMatch UnauthorizedAccessError`,
  404: `
    MetadataConfigurationNotFound NoSuchAccessPoint NoSuchAccessPointPolicy NoSuchAsyncRequest NoSuchBucket NoSuchBucketPolicy
    NoSuchCORSConfiguration NoSuchConfiguration NoSuchKey NoSuchLifecycleConfiguration NoSuchMultiRegionAccessPoint
    NoSuchObjectLockConfiguration NoSuchOutpost NoSuchPublicAccessBlockConfiguration NoSuchResource NoSuchTagSet NoSuchTagSetError NoSuchUpload
    NoSuchVersion NoSuchWebsiteConfiguration NotFound ObjectLockConfigurationNotFoundError OwnershipControlsNotFoundError
    ReplicationConfigurationNotFoundError ServerSideEncryptionConfigurationNotFoundError`,
  405: 'MethodNotAllowed',
  409: `
    BucketAlreadyExists BucketAlreadyOwnedByYou BucketNotEmpty ClientTokenConflict ConditionalRequestConflict InvalidBucketState
    OperationAborted RestoreAlreadyInProgress`,
  411: 'MissingContentLength',
  412: 'PreconditionFailed',
  416: 'InvalidRange',
  500: 'InternalError',
  501: 'NotImplemented',
  503: 'Busy ServiceUnavailable SlowDown',
};

/** What SelectObjectContent says of a query or of the data, before its stream begins. */
export const s3SelectErrorCodes: CodesByStatus = {
  400: `
    AmbiguousFieldName CSVParsingError CSVUnescapedQuote CastFailed ColumnTooLong EmptyRequestBody EvaluatorBindingDoesNotExist
    EvaluatorInvalidArguments EvaluatorInvalidTimestampFormatPattern EvaluatorInvalidTimestampFormatPatternSymbol
    EvaluatorInvalidTimestampFormatPatternSymbolForParsing EvaluatorInvalidTimestampFormatPatternToken EvaluatorLikePatternInvalidEscapeSequence
    EvaluatorNegativeLimit EvaluatorTimestampFormatPatternDuplicateFields EvaluatorTimestampFormatPatternHourClockAmPmMismatch
    EvaluatorUnterminatedTimestampFormatPatternToken ExpressionTooLong ExternalEvalException IllegalSqlFunctionArgument
    IncorrectSqlFunctionArgumentType IntegerOverflow InvalidCast InvalidColumnIndex InvalidCompressionFormat InvalidDataSource InvalidDataType
    InvalidExpressionType InvalidFileHeaderInfo InvalidJsonType InvalidKeyPath InvalidQuoteFields InvalidRequestParameter InvalidScanRange
    InvalidTableAlias InvalidTextEncoding JSONParsingError LexerInvalidChar LexerInvalidIONLiteral LexerInvalidLiteral LexerInvalidOperator
    LikeInvalidInputs MissingHeaders MissingRequiredParameter MultipleDataSourcesUnsupported NumberFormatError ObjectSerializationConflict
    OverMaxColumn OverMaxParquetBlockSize OverMaxRecordSize ParquetParsingError ParquetUnsupportedCompressionCodec
    ParseAsteriskIsNotAloneInSelectList ParseCannotMixSqbAndWildcardInSelectList ParseCastArity ParseEmptySelect ParseExpected2TokenTypes
    ParseExpectedArgumentDelimiter ParseExpectedDatePart ParseExpectedExpression ParseExpectedIdentForAlias ParseExpectedIdentForAt
    ParseExpectedIdentForGroupName ParseExpectedKeyword ParseExpectedLeftParenAfterCast ParseExpectedLeftParenBuiltinFunctionCall
    ParseExpectedLeftParenValueConstructor ParseExpectedMember ParseExpectedNumber ParseExpectedRightParenBuiltinFunctionCall
    ParseExpectedTokenType ParseExpectedTypeName ParseExpectedWhenClause ParseInvalidContextForWildcardInSelectList ParseInvalidPathComponent
    ParseInvalidTypeParam ParseMalformedJoin ParseMissingIdentAfterAt ParseNonUnaryAgregateFunctionCall ParseSelectMissingFrom
    ParseUnExpectedKeyword ParseUnexpectedOperator ParseUnexpectedTerm ParseUnexpectedToken ParseUnknownOperator ParseUnsupportedAlias
    ParseUnsupportedCallWithStar ParseUnsupportedCase ParseUnsupportedCaseClause ParseUnsupportedLiteralsGroupBy ParseUnsupportedSelect
    ParseUnsupportedSyntax ParseUnsupportedToken TruncatedInput UnrecognizedFormatException UnsupportedFunction UnsupportedParquetType
    UnsupportedRangeHeader UnsupportedScanRangeInput UnsupportedSqlOperation UnsupportedSqlStructure UnsupportedStorageClass UnsupportedSyntax
    UnsupportedTypeForQuerying ValueParseFailure`,
  401: 'UnauthorizedAccess',
};
