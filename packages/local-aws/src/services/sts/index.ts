import type { AwsService } from '../../service.js';
import { createAssumeRole } from './assume-role.js';
import { callerIdentity } from './caller-identity.js';
import { createAssumeRoleWithWebIdentity, type WebIdentityParts } from './web-identity.js';

/** createStsService returns STS: who the caller is, and who one may become. */
export function createStsService(parts: WebIdentityParts): AwsService {
  return {
    id: 'sts',
    protocol: { kind: 'query', version: '2011-06-15' },
    operations: {
      GetCallerIdentity: callerIdentity,
      AssumeRole: createAssumeRole(parts.identities),
      AssumeRoleWithWebIdentity: createAssumeRoleWithWebIdentity(parts),
    },
    state: () => ({}),
    close: () => Promise.resolve(),
  };
}
