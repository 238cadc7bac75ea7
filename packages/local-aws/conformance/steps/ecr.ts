import {
  BatchGetImageCommand,
  CreateRepositoryCommand,
  DeleteRepositoryCommand,
  DescribeImageScanFindingsCommand,
  DescribeImagesCommand,
  DescribeRepositoriesCommand,
  GetAuthorizationTokenCommand,
  GetLifecyclePolicyCommand,
  ListImagesCommand,
  PutImageCommand,
  PutImageTagMutabilityCommand,
  PutLifecyclePolicyCommand,
  StartImageScanCommand,
} from '@aws-sdk/client-ecr';
import { step, type Stage, type Step } from '../step.js';

const name = ({ prefix }: Stage): string => `${prefix}/web`;
const none = ({ prefix }: Stage): string => `${prefix}/none`;
const tagged = { imageTag: 'v1' };
/** An index refers to nothing that would have to be pushed first. */
const INDEX = JSON.stringify({
  schemaVersion: 2,
  mediaType: 'application/vnd.oci.image.index.v1+json',
  manifests: [],
});

const POLICY = JSON.stringify({
  rules: [
    {
      rulePriority: 1,
      selection: { tagStatus: 'untagged', countType: 'imageCountMoreThan', countNumber: 10 },
      action: { type: 'expire' },
    },
  ],
});

/** ECR_STEPS are the calls of ECR. */
export const ECR_STEPS: readonly Step[] = [
  step('ecr:GetAuthorizationToken', 'of the account', ({ ecr }) => ecr.send(new GetAuthorizationTokenCommand({}))),
  step('ecr:CreateRepository', 'a new one', (s) =>
    s.ecr.send(new CreateRepositoryCommand({ repositoryName: name(s), imageTagMutability: 'IMMUTABLE' })),
  ),
  step('ecr:CreateRepository', 'a second time', (s) =>
    s.ecr.send(new CreateRepositoryCommand({ repositoryName: name(s) })),
  ),
  step('ecr:CreateRepository', 'of a name that cannot be', (s) =>
    s.ecr.send(new CreateRepositoryCommand({ repositoryName: 'No_Such_Name!' })),
  ),
  step('ecr:DescribeRepositories', 'by name', (s) =>
    s.ecr.send(new DescribeRepositoriesCommand({ repositoryNames: [name(s)] })),
  ),
  step('ecr:DescribeRepositories', 'one that is not', (s) =>
    s.ecr.send(new DescribeRepositoriesCommand({ repositoryNames: [none(s)] })),
  ),
  step('ecr:PutImageTagMutability', 'back to mutable', (s) =>
    s.ecr.send(new PutImageTagMutabilityCommand({ repositoryName: name(s), imageTagMutability: 'MUTABLE' })),
  ),
  step('ecr:ListImages', 'of an empty repository', (s) =>
    s.ecr.send(new ListImagesCommand({ repositoryName: name(s) })),
  ),
  step('ecr:PutImage', 'an index', (s) =>
    s.ecr.send(new PutImageCommand({ repositoryName: name(s), imageManifest: INDEX, imageTag: 'v1' })),
  ),
  step('ecr:PutImage', 'the same under the same tag', (s) =>
    s.ecr.send(new PutImageCommand({ repositoryName: name(s), imageManifest: INDEX, imageTag: 'v1' })),
  ),
  step('ecr:PutImage', 'into a repository that is not', (s) =>
    s.ecr.send(new PutImageCommand({ repositoryName: none(s), imageManifest: INDEX, imageTag: 'v1' })),
  ),
  step('ecr:ListImages', 'of one image', (s) => s.ecr.send(new ListImagesCommand({ repositoryName: name(s) }))),
  step('ecr:DescribeImages', 'by tag', (s) =>
    s.ecr.send(new DescribeImagesCommand({ repositoryName: name(s), imageIds: [tagged] })),
  ),
  step('ecr:DescribeImages', 'by a tag that is not', (s) =>
    s.ecr.send(new DescribeImagesCommand({ repositoryName: name(s), imageIds: [{ imageTag: 'none' }] })),
  ),
  step('ecr:BatchGetImage', 'by tag', (s) =>
    s.ecr.send(new BatchGetImageCommand({ repositoryName: name(s), imageIds: [tagged] })),
  ),
  step('ecr:BatchGetImage', 'by a tag that is not', (s) =>
    s.ecr.send(new BatchGetImageCommand({ repositoryName: name(s), imageIds: [{ imageTag: 'none' }] })),
  ),
  step('ecr:GetLifecyclePolicy', 'before there is one', (s) =>
    s.ecr.send(new GetLifecyclePolicyCommand({ repositoryName: name(s) })),
  ),
  step('ecr:PutLifecyclePolicy', 'of one rule', (s) =>
    s.ecr.send(new PutLifecyclePolicyCommand({ repositoryName: name(s), lifecyclePolicyText: POLICY })),
  ),
  step('ecr:GetLifecyclePolicy', 'as it was put', (s) =>
    s.ecr.send(new GetLifecyclePolicyCommand({ repositoryName: name(s) })),
  ),
  step('ecr:DescribeImageScanFindings', 'before a scan', (s) =>
    s.ecr.send(new DescribeImageScanFindingsCommand({ repositoryName: name(s), imageId: tagged })),
  ),
  step('ecr:StartImageScan', 'by tag', (s) =>
    s.ecr.send(new StartImageScanCommand({ repositoryName: name(s), imageId: tagged })),
  ),
  step('ecr:DescribeImageScanFindings', 'after a scan', (s) =>
    s.ecr.send(new DescribeImageScanFindingsCommand({ repositoryName: name(s), imageId: tagged })),
  ),
  step('ecr:DeleteRepository', 'one that has images', (s) =>
    s.ecr.send(new DeleteRepositoryCommand({ repositoryName: name(s) })),
  ),
  step('ecr:DeleteRepository', 'by force', (s) =>
    s.ecr.send(new DeleteRepositoryCommand({ repositoryName: name(s), force: true })),
  ),
  step('ecr:DeleteRepository', 'one that is not', (s) =>
    s.ecr.send(new DeleteRepositoryCommand({ repositoryName: name(s) })),
  ),
];
