import process from 'node:process';
import { findRecordProblems } from './decision-records.ts';
import { findReferenceProblems } from './document-references.ts';
import { findRefusedTerms } from './refused-terms.ts';

/** The part of `npm run lint` that reads words: refused terms, the form of decision records, references of documents. */
const problems = [...findRefusedTerms(), ...findRecordProblems(), ...findReferenceProblems()];
for (const problem of problems) process.stderr.write(`${problem}\n`);
if (problems.length > 0) process.exitCode = 1;
