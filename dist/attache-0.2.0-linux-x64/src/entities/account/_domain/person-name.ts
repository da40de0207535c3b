import { withoutInvisible } from '#shared/text/without-invisible.ts';

/** As the form has it. A name stands beside each message of its owner, in every page and event. */
export const MAX_NAME_LENGTH = 100;

/** A name as it is kept: one line, nothing invisible; null when none is left of it, or too much. */
export function cleanPersonName(sent: string): string | null {
  const name = withoutInvisible(sent.replace(/\s+/gu, ' ')).trim();
  return name === '' || name.length > MAX_NAME_LENGTH ? null : name;
}
