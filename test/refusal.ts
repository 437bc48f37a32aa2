/** How calls that are refused are told from each other. */

interface Refusal {
  readonly name: string;
  readonly message: string;
  /** In this process. */
  readonly code?: string;
  /** In Organizations. */
  readonly Reason?: string;
}

/** `Code REASON: sentence` of the error a call ends with, the code without its "Exception". */
export async function refusal(call: Promise<unknown>): Promise<string> {
  return (await fullRefusal(call)).replace(/^(\w+)Exception\b/, '$1');
}

/** The same with the whole code. */
export async function fullRefusal(call: Promise<unknown>): Promise<string> {
  try {
    await call;
  } catch (error) {
    const { name, code = name, message, Reason } = error as Refusal;
    return `${code}${Reason === undefined ? '' : ` ${Reason}`}: ${message}`;
  }
  return 'no error';
}
