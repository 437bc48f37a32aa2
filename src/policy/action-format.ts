/** The form of action names in identity policies. */
import type { Statement } from './document';

/** Calls `refuse` with AWS's sentence about the first name that is wrong; Action elements before NotAction ones. */
export function checkActions(statements: readonly Statement[], refuse: (message: string) => void): void {
  for (const not of [false, true]) {
    for (const { actions } of statements) {
      if (actions.not !== not) continue;
      for (const name of actions.names) {
        const problem = actionProblem(name);
        if (problem !== undefined) refuse(problem);
      }
    }
  }
}

/** AWS does not look whether the vendor or its action exist. */
function actionProblem(name: string): string | undefined {
  if (/^\*+$/.test(name)) return undefined;
  const [vendor = '', ...rest] = name.split(':');
  if (rest.length === 0) return 'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.';
  if (rest.length > 1) return 'Actions/Condition can contain only one colon.';
  return vendor === '*' || /^[a-zA-Z0-9.-]+$/.test(vendor) ? undefined : `Vendor ${vendor} is not valid`;
}
