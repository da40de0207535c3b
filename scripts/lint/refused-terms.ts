import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseTermList, type TermList } from './term-list.ts';

const LIST = 'scripts/lint/refused-terms.txt';
const SCOPE = ['src', 'tests', 'scripts', 'bench', 'tools', 'docs', 'prisma', 'README.md', 'CONTRIBUTING.md'];
const TEXT_FILE = /\.(tsx?|m[jt]s|md|css|sql|sh|txt)$/;

/** One line per refused term in the repository: place, term, and what to write instead. */
export function findRefusedTerms(): string[] {
  const list = parseTermList(readFileSync(LIST, 'utf8'));
  return findFiles(list.isIgnored).flatMap((file) => {
    // The first line is the path itself, so that file names are checked too.
    const found = list.findTerms(`${file}\n${readFileSync(file, 'utf8')}`, file.endsWith('.md'));
    return found.map(
      ({ line, found, replacement }) => `${file}:${Math.max(1, line - 1)}: "${found}": write ${replacement} (${LIST})`,
    );
  });
}

/** Every text file of the scope that the list does not leave out, as a path from the repository's root. */
function findFiles(isIgnored: TermList['isIgnored']): string[] {
  const files: string[] = [];
  const visit = (path: string) => {
    const stats = statSync(path, { throwIfNoEntry: false });
    if (!stats || isIgnored(path)) return;
    if (stats.isDirectory()) for (const name of readdirSync(path)) visit(join(path, name));
    else if (TEXT_FILE.test(path)) files.push(path);
  };
  for (const root of SCOPE) visit(root);
  return files;
}
