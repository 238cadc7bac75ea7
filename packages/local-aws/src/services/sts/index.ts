import type { Identities } from '../../iam/identities.js';
import type { AwsService } from '../../service.js';
import { createAssumeRole } from './assume-role.js';
import { callerIdentity } from './caller-identity.js';

/** createStsService returns STS: who the caller is, and who one may become. */
export function createStsService(identities: Identities): AwsService {
  return {
    id: 'sts',
    protocol: { kind: 'query', version: '2011-06-15' },
    operations: {
      GetCallerIdentity: callerIdentity,
      AssumeRole: createAssumeRole(identities),
    },
    state: () => ({}),
    close: () => Promise.resolve(),
  };
}
