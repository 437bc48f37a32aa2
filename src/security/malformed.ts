/** The answers to credentials that cannot be read: S3's words, and everybody else's. */
import { createHash } from 'node:crypto';
import type { AwsError } from '../kernel/errors';
import { type Credential, type Problem, type SignaturePlace, v4Parameters } from './credential';
import {
  accessDenied,
  type Dialect,
  headerMalformed,
  incompleteSignature,
  invalidArgument,
  missingAuthentication,
  queryParametersError,
  wrongScope,
} from './errors';

const expectedCredential = 'the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".';

/** The answer to a malformed credential. */
export function malformed(problem: Problem, credential: Pick<Credential, 'place'>, dialect: Dialect): AwsError {
  if (dialect !== 's3') return malformedForOthers(problem, credential, dialect);
  return credential.place === 'form' ? malformedForm(problem) : malformedForS3(problem, credential.place === 'query');
}

function malformedForS3(problem: Problem, inQuery: boolean): AwsError {
  const inScope = (detail: string): AwsError =>
    inQuery ? queryParametersError(`Error parsing the X-Amz-Credential parameter; ${detail}`) : headerMalformed(detail);
  switch (problem.kind) {
    case 'scheme':
      return invalidArgument('Unsupported Authorization Type', 'Authorization', problem.header);
    case 'two-mechanisms':
      return invalidArgument(
        'Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter or the Authorization header should be specified',
        'Authorization',
        problem.header,
      );
    case 'missing':
      return headerMalformed('the authorization header requires three components: Credential, SignedHeaders, and Signature.');
    case 'no-date':
      return s3NoDate();
    case 'bad-date':
      return inQuery ? queryParametersError(`X-Amz-Date must be in the ISO8601 Long Format "yyyyMMdd'T'HHmmss'Z'"`) : s3NoDate();
    case 'credential':
      return inScope(expectedCredential);
    case 'scope-date':
      return inScope(scopeDateText(problem.date));
    case 'terminator':
      return inScope(terminatorText(problem.terminator));
    case 'date-differs': {
      const detail = `Invalid credential date "${problem.date}". This date is not the same as X-Amz-Date: "${problem.timestamp.slice(0, 8)}".`;
      return inQuery ? queryParametersError(detail) : headerMalformed(detail);
    }
    case 'algorithm':
      return queryParametersError(`X-Amz-Algorithm only supports "AWS4-HMAC-SHA256 and AWS4-ECDSA-P256-SHA256"`);
    case 'query-missing':
      return problem.names.some((name) => name.startsWith('X-Amz-'))
        ? queryParametersError(
            `Query-string authentication version 4 requires the ${v4Parameters.slice(0, 5).join(', ')}, and X-Amz-Expires parameters.`,
          )
        : s3QueryVersion2Missing();
    case 'expires':
      return queryParametersError(expiresTexts[problem.fault]);
  }
}

const expiresTexts = {
  text: 'X-Amz-Expires should be a number',
  negative: 'X-Amz-Expires must be non-negative',
  large: 'X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 seconds',
};
const scopeDateText = (date: string): string =>
  `incorrect date format "${date}". This date in the credential must be in the format "yyyyMMdd".`;
const terminatorText = (terminator: string): string => `incorrect terminal "${terminator}". This endpoint uses "aws4_request".`;
const s3NoDate = (): AwsError => accessDenied('s3', 'AWS authentication requires a valid Date or x-amz-date header');
const s3QueryVersion2Missing = (): AwsError =>
  accessDenied('s3', 'Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters');

function malformedForm(problem: Problem): AwsError {
  const detail =
    problem.kind === 'scope-date'
      ? scopeDateText(problem.date)
      : problem.kind === 'terminator'
        ? terminatorText(problem.terminator)
        : expectedCredential;
  return invalidArgument(detail, 'X-Amz-Credential', problem.kind === 'credential' ? problem.text : '');
}

function malformedForOthers(problem: Problem, credential: Pick<Credential, 'place'>, dialect: Dialect): AwsError {
  switch (problem.kind) {
    case 'scheme':
      return incompleteSignature(dialect, headerSentences(['Credential', 'Signature', 'SignedHeaders'], problem.header, true));
    case 'two-mechanisms':
      return incompleteSignature(dialect, 'Authorization header and query-string parameters must not both sign a request.');
    case 'missing':
      return incompleteSignature(dialect, headerSentences(problem.names, problem.header, false));
    case 'no-date':
      return incompleteSignature(dialect, headerSentences([], problem.header, true));
    case 'bad-date':
      return incompleteSignature(
        dialect,
        `Date must be in ISO-8601 'basic format'. Got '${problem.timestamp}'. See http://en.wikipedia.org/wiki/ISO_8601`,
      );
    case 'credential':
      return incompleteSignature(
        dialect,
        `Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '${problem.text}'`,
      );
    case 'scope-date':
      return wrongScope(
        dialect,
        `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${problem.date}'.`,
      );
    case 'date-differs':
      return wrongScope(
        dialect,
        `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${problem.date}' != '${problem.timestamp.slice(0, 8)}', from '${problem.timestamp}'.`,
      );
    case 'terminator':
      return wrongScope(dialect, `Credential should be scoped with a valid terminator: 'aws4_request', not '${problem.terminator}'.`);
    case 'algorithm':
      return missingAuthentication(dialect);
    case 'query-missing':
      return incompleteSignature(dialect, querySentences(problem.names, credential.place));
    case 'expires':
      return incompleteSignature(dialect, expiresTexts[problem.fault]);
  }
}

/** One sentence for each component that is missing; AWS shows only a hash of the header, which may hold a secret. */
function headerSentences(names: readonly string[], header: string, dateToo: boolean): string {
  const sentences = names.map((name) => `Authorization header requires '${name}' parameter. `);
  if (dateToo) sentences.push(`Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. `);
  const hash = createHash('sha256').update(header, 'latin1').digest('base64');
  return `${sentences.join('')}(Hashed with SHA-256 and encoded with Base64) Authorization=${hash}`;
}

function querySentences(names: readonly string[], place: SignaturePlace): string {
  const shown = place === 'query-api' ? names : names.filter((name) => name !== 'X-Amz-Expires');
  return `${shown.map((name) => `AWS query-string parameters must include '${name}'.`).join(' ')} Re-examine the query-string parameters.`;
}
