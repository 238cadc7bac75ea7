import type { KnownDifference } from '../known-differences.js';

/** STS_AND_ECR_DIFFERENCES are the differences to moto in sts and ecr. */
export const STS_AND_ECR_DIFFERENCES: readonly KnownDifference[] = [
  {
    operation: 'sts:GetCallerIdentity',
    member: 'Arn',
    kind: 'another value',
    verdict: 'both are right',
    reason: 'Every access key is a user of that name here; moto has one user of its own.',
    document: 'STS/latest/APIReference/API_GetCallerIdentity.html',
  },
  {
    operation: 'sts:GetCallerIdentity',
    member: 'UserId',
    kind: 'another value',
    verdict: 'both are right',
    reason: 'As above.',
    document: 'STS/latest/APIReference/API_GetCallerIdentity.html',
  },
  {
    operation: 'ecr:GetAuthorizationToken',
    member: 'authorizationData[].authorizationToken',
    kind: 'another value',
    verdict: 'both are right',
    reason: 'A secret of each.',
    document: 'AmazonECR/latest/APIReference/API_AuthorizationData.html',
  },
  {
    operation: 'ecr:GetAuthorizationToken',
    member: 'authorizationData[].proxyEndpoint',
    kind: 'another value',
    verdict: 'both are right',
    reason: 'The registry is real, and on loopback.',
    document: 'AmazonECR/latest/APIReference/API_AuthorizationData.html',
  },
  {
    operation: 'ecr:*',
    member: '*repositoryUri',
    kind: 'another value',
    verdict: 'both are right',
    reason: 'The registry is real, and on loopback.',
    document: 'AmazonECR/latest/APIReference/API_Repository.html',
  },
  {
    operation: 'ecr:*',
    member: '*imageDigest',
    kind: 'another value',
    verdict: 'the judge is wrong',
    reason: "moto's digest is not that of the manifest's bytes.",
    document: 'AmazonECR/latest/APIReference/API_Image.html',
  },
  {
    operation: 'ecr:PutImage',
    member: '',
    kind: 'another error',
    verdict: 'the judge is wrong',
    reason: 'moto fails with HTTP 500 where a repository does not exist.',
    document: 'AmazonECR/latest/APIReference/API_PutImage.html',
  },
  {
    operation: 'ecr:DescribeImages',
    member: 'imageDetails[].imageSizeInBytes',
    kind: 'only local-aws has it',
    verdict: 'the judge is wrong',
    reason: 'moto does not tell the size of an index.',
    document: 'AmazonECR/latest/APIReference/API_ImageDetail.html',
  },
];
