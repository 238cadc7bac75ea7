import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { jobIn } from './own-jobs.js';
import { asMap, ROOT } from './yaml-documents.js';

const text = readFileSync(path.join(ROOT, 'docs/pipeline.md'), 'utf8');
const SCOPES = /\b(?:actions|contents|deployments|id-token|statuses)\b/g;

/** The rows of the table that says what each job may. */
const rows = [...text.matchAll(/^\| `([\w-]+)` *\| ([\w. ]+?) *\| ([^|]+?) *\| [^|]+\|$/gm)]
  .map(([, job = '', file = '', may = '']) => ({ job, file, may }))
  .filter(({ file }) => file === 'every workflow' || file.endsWith('.yml'));

const grantedTo = (file: string, job: string): readonly string[] =>
  Object.keys(asMap(jobIn(file, job).job['permissions'])).sort();
const namedIn = (may: string): readonly string[] => [...may.matchAll(SCOPES)].map(([scope]) => scope).sort();

describe('what docs/pipeline.md says that a job may', () => {
  it('is there for each job that does something', () => {
    const jobs = ['plan', 'image', 'push', 'deploy', 'verified', 'take-back', 'evidence', 'rollback'];
    expect(rows.map(({ job }) => job).sort()).toEqual(jobs.sort());
  });

  it.each(rows.filter(({ file }) => file !== 'every workflow'))('is what $file grants to $job', (row) => {
    expect(namedIn(row.may)).toEqual(grantedTo(row.file, row.job));
  });

  it.each(['deliver.yml', 'promote.yml', 'rollback.yml', 'verify.yml'])('is what %s grants to its plan', (file) => {
    const plan = rows.find(({ job }) => job === 'plan');
    const [always = '', only = ''] = (plan?.may ?? '').split('; in deliver.yml');
    expect(namedIn(file === 'deliver.yml' ? `${always} ${only}` : always)).toEqual(grantedTo(file, 'plan'));
  });
});
