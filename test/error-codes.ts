import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { REPOSITORY } from '@slipway/testkit';

/** What ships: whoever reads docs/errors.md met one of these. */
const SHIPPED = [
  'packages/core',
  'packages/runtime',
  'packages/process',
  'packages/aws',
  'packages/oci',
  'packages/http-checks',
  'packages/task-definition',
  'packages/configuration',
  'packages/delivery',
  'packages/deploy',
  'actions',
];

/** Codes are UPPER_SNAKE with the prefix of whoever throws them. */
const CODE =
  /'((?:INPUT|IMAGE|RUN|PROCESS|AWS|OCI|SUITE|CHECKS|BUILD|TEST|PUSH|REGISTER|DEPLOY|ANALYSIS|GITHUB_ID|GITHUB_API|GITHUB_REPOSITORY|CONFIG|PLAN|REPORTS)_[A-Z0-9]+(?:_[A-Z0-9]+)*|UNEXPECTED)'/g;

/** Words of the same form that are not error codes but variables and statuses. */
const NOT_CODES = new Set([
  'AWS_ACCESS_KEY_ID',
  'AWS_CONTAINER_CREDENTIALS_FULL_URI',
  'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
  'AWS_CREDENTIAL_EXPIRATION',
  'AWS_DEFAULT_REGION',
  'AWS_ENDPOINT_URL',
  'AWS_ENDPOINT_URL_ECR',
  'AWS_LAMBDA',
  'AWS_PROFILE',
  'AWS_REGION',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_WEB_IDENTITY_TOKEN_FILE',
  'GITHUB_API_URL',
  'INPUT_',
]);

/** codesInSources finds the error codes in the sources of what ships. */
export async function codesInSources(): Promise<ReadonlySet<string>> {
  const codes = new Set<string>();
  for (const folder of SHIPPED) {
    for (const entry of await readdir(path.join(REPOSITORY, folder), { recursive: true, withFileTypes: true })) {
      const file = path.join(entry.parentPath, entry.name);
      if (!entry.isFile() || !/\/src\/.*\.ts$/.test(file) || file.includes('/node_modules/')) continue;
      for (const [, code] of (await readFile(file, 'utf8')).matchAll(CODE)) {
        if (code !== undefined && !NOT_CODES.has(code)) codes.add(code);
      }
    }
  }
  return codes;
}
