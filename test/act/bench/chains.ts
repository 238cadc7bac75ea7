import path from 'node:path';
import { CONTAINER, SERVICE } from '@slipway/rehearsal';
import { ROOT } from '../../yaml-documents.js';
import { hasAction, readAction, type BuiltAction } from './built-action.js';

/** What an earlier step of a chain gave out, by the action's name and the output's. */
export type Outputs = (action: string, output: string) => string;

/** A release that a chain delivers. */
export interface Release {
  readonly tag: string;
  readonly cluster: string;
  readonly baseImage: string;
}

/** One step of a chain. */
export interface Step {
  readonly action: BuiltAction;
  readonly inputs: (release: Release, outputs: Outputs) => Readonly<Record<string, string>>;
}

/** Actions that bring a source to a service, one after the other. */
export interface Chain {
  /** Its cluster's name, too. */
  readonly name: string;
  readonly steps: readonly Step[];
}

type Wish = readonly [action: string, inputs: Step['inputs']];

const buildArguments = ({ baseImage, tag }: Release): string => `NODE_IMAGE=${baseImage}\nVERSION=${tag}`;
const definition = { 'task-definition': 'task-definition.json' };

const BUILD_IMAGE: Wish = [
  'build-image',
  (release) => ({ context: '.', version: release.tag, 'build-args': buildArguments(release) }),
];
const built = (of: Outputs) => ({
  'oci-layout': of('build-image', 'oci-layout'),
  digest: of('build-image', 'digest'),
});
const INTEGRATION_TEST: Wish = ['integration-test', (_release, of) => ({ ...built(of), suite: 'checks.yml' })];
const PUSH_AND_REGISTER: readonly Wish[] = [
  ['push-ecr', ({ tag }, of) => ({ ...built(of), repository: SERVICE, tag })],
  [
    'register-task-def',
    (_release, of) => ({
      ...definition,
      ...{ container: CONTAINER, repository: SERVICE, digest: of('push-ecr', 'digest') },
    }),
  ],
];
const deploy = (inputs: Readonly<Record<string, string>>): Wish => [
  'bluegreen-deploy',
  ({ cluster }, of) => ({
    ...{ cluster, service: SERVICE, 'task-definition': of('register-task-def', 'task-definition') },
    ...inputs,
  }),
];

const LOGIN = 'aws-actions/amazon-ecr-login';
const BUILD = 'docker/build-push-action';
const RENDER = 'aws-actions/amazon-ecs-render-task-definition';

/** As their READMEs join them. A provenance is left out, which ours makes only when it is asked to. */
const THEIRS: readonly Wish[] = [
  [LOGIN, () => ({})],
  [
    BUILD,
    (release, of) => ({
      ...{ context: '.', push: 'true', provenance: 'false', 'build-args': buildArguments(release) },
      tags: `${of(LOGIN, 'registry')}/${SERVICE}:${release.tag}`,
    }),
  ],
  [
    RENDER,
    (_release, of) => ({
      ...{ ...definition, 'container-name': CONTAINER },
      image: `${of(LOGIN, 'registry')}/${SERVICE}@${of(BUILD, 'digest')}`,
    }),
  ],
  [
    'aws-actions/amazon-ecs-deploy-task-definition',
    ({ cluster }, of) => ({
      ...{ 'task-definition': of(RENDER, 'task-definition'), cluster, service: SERVICE },
      // Without a limit it looks up to two minutes late.
      ...{ 'wait-for-service-stability': 'true', 'wait-max-delay-seconds': '15' },
    }),
  ],
];

const ownFolder = (action: string): string => path.join(ROOT, 'actions', action);

/** ourChain returns the actions of this repository that do what the others do: without a test, and without proving a drain. */
export function ourChain(): Promise<Chain> {
  return chain('ours', [BUILD_IMAGE, ...PUSH_AND_REGISTER, deploy({ 'prove-drained': 'off' })], ownFolder);
}

/** ourWholeChain returns the chain as deliver.yml has it. */
export function ourWholeChain(): Promise<Chain> {
  return chain('ours-whole', [BUILD_IMAGE, INTEGRATION_TEST, ...PUSH_AND_REGISTER, deploy({})], ownFolder);
}

/** missingIn names the actions of the other chain that a folder does not have, as `OWNER/NAME`. */
export function missingIn(peers: string): readonly string[] {
  return THEIRS.map(([action]) => action).filter((action) => !hasAction(path.join(peers, action)));
}

/** theirChain returns the chain of Docker's and AWS's own actions in a folder. */
export function theirChain(peers: string): Promise<Chain> {
  return chain('theirs', THEIRS, (action) => path.join(peers, action));
}

async function chain(name: string, wishes: readonly Wish[], folderOf: (action: string) => string): Promise<Chain> {
  const steps = wishes.map(async ([action, inputs]) => ({
    action: await readAction(action, folderOf(action)),
    inputs,
  }));
  return { name, steps: await Promise.all(steps) };
}
