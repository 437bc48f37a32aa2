/** DynamoDB's numbers: 38 significant decimal digits between 1E-130 and 9.99…E+125, kept as plain decimal text. */
import { notNumeric, numberOverflow, numberUnderflow, tooManyDigits } from './errors';

const maxDigits = 38;
const maxExponent = 125;
const minExponent = -130;

/** `±d.ddd × 10^exponent`, without leading or trailing zeros; zero has no digits. */
interface Decimal {
  readonly negative: boolean;
  readonly digits: string;
  readonly exponent: number;
}

const zero: Decimal = { negative: false, digits: '', exponent: 0 };
/** What is normal as it stands, as far as that is seen at a glance. */
const canonical = /^(?:0|-?[1-9]\d{0,14}(?:\.\d{0,15}[1-9])?|-?0\.\d{0,15}[1-9])$/;
const exactDigits = 15;
const numeric = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/;

/** Whether a text is the one that stands for its number, as far as that is seen at a glance. */
export function plainNumber(text: string): boolean {
  return canonical.test(text);
}

/** The one text that stands for a number: plain decimal, no leading or trailing zeros. Throws for what is no number, or none that fits. */
export function normaliseNumber(text: string): string {
  return canonical.test(text) ? text : formatDecimal(fitting(parseDecimal(text)));
}

function parseDecimal(text: string): Decimal {
  if (text === '') throw notNumeric(undefined);
  const match = numeric.exec(text);
  const whole = match?.[2] ?? '';
  const fraction = match?.[3] ?? '';
  if (match === null || whole.length + fraction.length === 0) throw notNumeric(text);
  return decimal(match[1] === '-', whole + fraction, whole.length - 1 + Number(match[4] ?? 0));
}

/** From digits of which the first counts `10^exponent`; takes zeros off both ends. */
function decimal(negative: boolean, digits: string, exponent: number): Decimal {
  let start = 0;
  while (start < digits.length && digits.charCodeAt(start) === 48) start++;
  let end = digits.length;
  while (end > start && digits.charCodeAt(end - 1) === 48) end--;
  return start === end ? zero : { negative, digits: digits.slice(start, end), exponent: exponent - start };
}

function fitting(number: Decimal): Decimal {
  if (number.exponent > maxExponent) throw numberOverflow();
  if (number.exponent < minExponent) throw numberUnderflow();
  if (number.digits.length > maxDigits) throw tooManyDigits();
  return number;
}

function formatDecimal({ negative, digits, exponent }: Decimal): string {
  if (digits === '') return '0';
  const sign = negative ? '-' : '';
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`;
  if (digits.length <= exponent + 1) return sign + digits + '0'.repeat(exponent + 1 - digits.length);
  return `${sign}${digits.slice(0, exponent + 1)}.${digits.slice(exponent + 1)}`;
}

/**
 * Text of characters 0x20–0x7e whose order is the numbers' order: a letter for the sign, two for the exponent, then the digits.
 * Negative numbers have the complements of both, and an end that sorts after every digit.
 */
export function orderedNumber(text: string): string {
  const { negative, digits, exponent } = parseDecimal(text);
  if (digits === '') return 'o';
  const level = negative ? maxExponent - exponent : exponent - minExponent;
  const head = (negative ? 'n' : 'p') + String.fromCharCode(0x20 + (level >> 4), 0x20 + (level & 15));
  if (!negative) return head + digits;
  let complement = '';
  for (let i = 0; i < digits.length; i++) complement += String.fromCharCode(105 - digits.charCodeAt(i));
  return `${head}${complement}~`;
}

/** Below, at or above 0 as `a` is below, equal to or above `b`; both normalised. */
export function compareNumbers(a: string, b: string): number {
  if (a === b) return 0;
  // doubles tell numbers of 15 digits apart
  if (a.length < 16 && b.length < 16) return Number(a) - Number(b);
  return orderedNumber(a) < orderedNumber(b) ? -1 : 1;
}

/** `a + b` or `a - b`, normalised; throws when the result does not fit. */
export function addNumbers(a: string, b: string, sign: 1 | -1 = 1): string {
  const places = Math.max(placesOf(a), placesOf(b));
  if (isShort(a, places) && isShort(b, places)) return addShort(a, b, sign, places);
  const left = parseDecimal(a);
  const right = parseDecimal(b);
  const lowest = Math.min(lastPlace(left), lastPlace(right));
  const sum = scaled(left, lowest) + BigInt(sign) * scaled(right, lowest);
  const text = String(sum < 0n ? -sum : sum);
  return formatDecimal(fitting(decimal(sum < 0n, text, text.length - 1 + lowest)));
}

/** Whether a number has at most 15 digits as a multiple of this many places, so that doubles hold it and sums of it exactly. */
function isShort(text: string, places: number): boolean {
  return text.length + places - placesOf(text) <= exactDigits;
}

function addShort(a: string, b: string, sign: 1 | -1, places: number): string {
  if (places === 0) return String(Number(a) + sign * Number(b));
  const sum = inPlaces(a, places) + sign * inPlaces(b, places);
  const digits = String(Math.abs(sum)).padStart(places + 1, '0');
  let end = digits.length;
  while (end > digits.length - places && digits.charCodeAt(end - 1) === 48) end--;
  const whole = digits.slice(0, digits.length - places);
  return `${sum < 0 ? '-' : ''}${whole}${end > whole.length ? '.' : ''}${digits.slice(whole.length, end)}`;
}

/** Digits behind the point. */
function placesOf(text: string): number {
  const point = text.indexOf('.');
  return point < 0 ? 0 : text.length - point - 1;
}

function inPlaces(text: string, places: number): number {
  return Number(text.replace('.', '')) * 10 ** (places - placesOf(text));
}

/** The power of ten of the last digit. */
function lastPlace({ digits, exponent }: Decimal): number {
  return digits === '' ? 0 : exponent - digits.length + 1;
}

function scaled(number: Decimal, place: number): bigint {
  if (number.digits === '') return 0n;
  const value = BigInt(number.digits) * 10n ** BigInt(lastPlace(number) - place);
  return number.negative ? -value : value;
}

/** Bytes that a normalised number counts: two digits a byte, aligned to even powers of ten, one for the exponent, one for a minus. */
export function numberSize(text: string): number {
  if (text.length === 1) return text === '0' ? 1 : 2;
  const start = text.charCodeAt(0) === 45 ? 1 : 0;
  const dot = text.indexOf('.');
  const whole = dot < 0 ? text.length : dot;
  let first = start;
  let last = text.length - 1;
  if (dot < 0) while (text.charCodeAt(last) === 48) last--;
  if (text.charCodeAt(start) === 48) for (first = dot + 1; text.charCodeAt(first) === 48; ) first++;
  const digits = last - first + 1 - (dot > first ? 1 : 0);
  // The power of ten of the first digit; only whether it is even counts.
  const exponent = first < whole ? whole - first - 1 : whole - first;
  const pairs = Math.floor((digits + (exponent % 2 === 0 ? 1 : 0) + 1) / 2);
  return 1 + pairs + start;
}
