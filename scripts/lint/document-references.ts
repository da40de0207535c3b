import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const TEST_FOLDERS = ['src', 'tests', 'scripts'];
/** `name.test` "title of a test or describe block", where the name may have leading folders to tell files apart. */
const TEST_REFERENCE = /`([\w/.-]+\.test)` "([^"]+)"/g;
const LINK = /\]\(([^)\s#]+)[^)]*\)/g;

/**
 * Checks the documents against the repository: every test they name exists, every table with a column `test` names one
 * (or says `open`) in each row, and every relative link leads to a file.
 */
export function findReferenceProblems(): string[] {
  const tests = findTests();
  const documents = ['README.md', ...list('docs').filter((file) => file.endsWith('.md'))];
  return documents.flatMap((file) => {
    const source = readFileSync(file, 'utf8');
    const problems = [...checkTests(source, tests), ...checkTables(source), ...checkLinks(file, source)];
    return problems.map((problem) => `${file}: ${problem}`);
  });
}

/** Contents of every test file, by path without the ending. */
function findTests(): Map<string, string> {
  const files = TEST_FOLDERS.flatMap(list).filter((file) => /\.test\.tsx?$/.test(file));
  return new Map(files.map((file) => [file.replace(/\.tsx?$/, ''), readFileSync(file, 'utf8')]));
}

function checkTests(source: string, tests: ReadonlyMap<string, string>): string[] {
  return [...source.matchAll(TEST_REFERENCE)].flatMap(([, name = '', title = '']) => {
    const found = [...tests.keys()].filter((path) => path === name || path.endsWith(`/${name}`));
    if (found.length === 0) return [`there is no ${name}`];
    if (found.length > 1) return [`${name} may be any of ${found.join(', ')}: name its folder`];
    const quoted = new RegExp(`['"\`]${title.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}['"\`]`);
    return quoted.test(tests.get(found[0] ?? '') ?? '') ? [] : [`${name} has no test "${title}"`];
  });
}

function checkTables(source: string): string[] {
  const problems: string[] = [];
  let isInTable = false;
  for (const line of source.split('\n')) {
    if (/^\|.*\| test \|$/.test(line)) isInTable = true;
    else if (!line.startsWith('|')) isInTable = false;
    else if (isInTable && !/^\| ---|`[\w/.-]+\.test` "|\| open \|$/.test(line)) {
      problems.push(`a row without a test: ${line.slice(0, 80)}`);
    }
  }
  return problems;
}

function checkLinks(file: string, source: string): string[] {
  const text = source.replaceAll(/^```.*?^```/gms, '');
  return [...text.matchAll(LINK)].flatMap(([, target = '']) =>
    /^[a-z]+:/.test(target) || existsSync(join(dirname(file), target)) ? [] : [`the link ${target} leads nowhere`],
  );
}

function list(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}
