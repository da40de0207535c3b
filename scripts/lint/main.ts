import process from 'node:process';
import { findRecordProblems } from './decision-records.ts';
import { findRefusedTerms } from './refused-terms.ts';

/** The part of `npm run lint` that reads words: refused terms everywhere, the form of decision records. */
const problems = [...findRefusedTerms(), ...findRecordProblems()];
for (const problem of problems) process.stderr.write(`${problem}\n`);
if (problems.length > 0) process.exitCode = 1;
