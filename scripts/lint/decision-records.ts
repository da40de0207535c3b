import { readdirSync, readFileSync } from 'node:fs';

const FOLDER = 'docs/decisions';
const HEADINGS = ['## Context', '## Decision', '## Consequences'];
const MIN_LINES = 15;
const MAX_LINES = 50;

/** Checks the form that docs/decisions/README.md describes, and that no two records share a number. */
export function findRecordProblems(): string[] {
  const names = readdirSync(FOLDER).filter((name) => name !== 'README.md');
  const numbers = names.map((name) => name.slice(0, 3));
  return names.flatMap((name, index) => {
    const problems = checkRecord(name, readFileSync(`${FOLDER}/${name}`, 'utf8'), names);
    if (numbers.indexOf(name.slice(0, 3)) < index) problems.push('its number is taken');
    return problems.map((problem) => `${FOLDER}/${name}: ${problem}`);
  });
}

function checkRecord(name: string, source: string, names: readonly string[]): string[] {
  const number = /^(\d{3})-[a-z0-9-]+\.md$/.exec(name)?.[1];
  if (number === undefined) return ['its name is not NNN-title.md'];
  const lines = source.trimEnd().split('\n');
  const problems: string[] = [];
  if (!lines[0]?.startsWith(`# ${number}. `)) problems.push(`its first line is not "# ${number}. Title"`);
  if (!/^Status: (accepted|superseded by)/i.test(lines[2] ?? '')) problems.push('its third line is not its status');
  const headings = lines.filter((line) => line.startsWith('## '));
  if (headings.join() !== HEADINGS.join()) problems.push(`its headings are not ${HEADINGS.join(', ')}`);
  if (lines.length < MIN_LINES || lines.length > MAX_LINES) {
    problems.push(`it has ${lines.length} lines, not ${MIN_LINES} to ${MAX_LINES}`);
  }
  for (const [, link] of source.matchAll(/\]\((\d{3}-[^)#]+)/g)) {
    if (link && !names.includes(link)) problems.push(`it links to ${link}, which does not exist`);
  }
  return problems;
}
