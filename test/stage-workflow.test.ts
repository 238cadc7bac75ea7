import { describe, expect, it } from '@jest/globals';
import { DEPLOY_SETTINGS, MAX_CELLS, readConfiguration } from '@slipway/configuration';
import { definition as rollback } from '../actions/rollback/src/inputs.js';
import { definition as deploy } from '../actions/bluegreen-deploy/src/inputs.js';
import { matricesOf } from '../actions/plan/src/matrices.js';
import { parseCapacityProviders, parseTask, parseVolumes } from '../packages/deploy/src/inputs/structures.js';
import { loadOwnCode } from './own-code.js';
import { inputsOf, jobIn, jobsIn, ofCell } from './own-jobs.js';
import { asList, asMap } from './yaml-documents.js';
import { jobsOf, usesOf } from './yaml-rules.js';

/** What slipway.yml says in other words, and the workflow itself. */
const IN_OTHER_WORDS = [
  ...['cluster', 'service', 'task-definition', 'aws-region', 'role-to-assume', 'allowed-account-ids'],
  ...['github-deployment', 'github-environment', 'github-commit', 'environment-url'],
];

/** What is no setting of an environment, and why. */
const NO_SETTINGS: Readonly<Record<string, readonly string[]>> = {
  'of one run, and not of an environment': ['mode', 'dry-run', 'force-new-deployment'],
  'the job holds credentials and runs nothing of the repository': ['command', 'command-minutes'],
  'how the service is set up, once, where its load balancer is described': [
    ...['alternate-target-group-arn', 'production-listener-rule-arn', 'test-listener-rule-arn'],
    ...['infrastructure-role-arn', 'enable-ecs-managed-tags', 'propagate-tags'],
  ],
  'the default is what every run of these workflows needs': [
    ...['role-session-name', 'github-token', 'poll-interval-seconds'],
  ],
};

const { workflows } = await loadOwnCode();
const { steps } = jobIn('stage.yml', 'deploy');
const given = inputsOf(steps.find((step) => usesOf(step) === '$/actions/bluegreen-deploy'));
const settings = Object.keys(DEPLOY_SETTINGS);

describe('the settings of slipway.yml', () => {
  it.each(settings)('%s reaches bluegreen-deploy', (name) => {
    expect(given[name]).toBe(`\${{ matrix.${name} }}`);
  });

  it('are all inputs of bluegreen-deploy, but for those that have a reason', () => {
    const others = Object.values(NO_SETTINGS).flat();
    const all = [...settings, ...IN_OTHER_WORDS, ...others];
    expect(all.sort()).toEqual(Object.keys(deploy.inputs).sort());
    expect(Object.keys(given).sort()).toEqual([...settings, ...IN_OTHER_WORDS].sort());
  });

  it('that are structures are read by bluegreen-deploy as they are written', () => {
    const structures = `
    before-traffic-task: { command: [npm, run, migrate], environment: { DRY: false, RETRIES: 3 }, timeout-minutes: 10 }
    capacity-provider-strategy: [{ capacityProvider: FARGATE_SPOT, weight: 3 }, { capacityProvider: FARGATE, base: 1 }]
    volume-configurations: [{ name: data, managedEBSVolume: { sizeInGiB: 20 } }]
`;
    const text = `services:\n  web: { suite: s.yml, task-definition: t.json }\nenvironments:\n  live:\n    account: 111122223333\n    region: eu-central-1\n    role: arn:aws:iam::111122223333:role/d\n    cluster: c${structures}branches: { main: [live] }\n`;
    const [cell = {}] = matricesOf(readConfiguration(text, 'slipway.yml'), ['web'], ['live']).stages[0]?.cells ?? [];
    expect(parseTask(cell['before-traffic-task'] ?? '')).toEqual({
      command: ['npm', 'run', 'migrate'],
      environment: { DRY: 'false', RETRIES: '3' },
      'timeout-minutes': 10,
    });
    expect(parseCapacityProviders(cell['capacity-provider-strategy'] ?? '')).toEqual([
      { capacityProvider: 'FARGATE_SPOT', weight: 3 },
      { capacityProvider: 'FARGATE', base: 1 },
    ]);
    expect(parseVolumes(cell['volume-configurations'] ?? '')).toEqual([
      { name: 'data', managedEBSVolume: { sizeInGiB: 20 } },
    ]);
  });
});

describe('how long a deployment may take', () => {
  it.each([
    ['deliver.yml', deploy],
    ['promote.yml', deploy],
    ['rollback.yml', rollback],
  ] as const)('is the same by the inputs of %s as by slipway.yml and by the action', (file, { inputs }) => {
    const call = asMap(asMap(asMap(workflows.get(file)?.root)['on'])['workflow_call']);
    expect(asMap(asMap(call['inputs'])['timeout-minutes'])['default']).toBe(inputs['timeout-minutes'].default);
  });
});

describe('the stages', () => {
  it('runs stage after stage, each when all before it has succeeded', () => {
    const stages = jobsIn('deliver.yml').filter(({ job }) => usesOf(job) === '$/.github/workflows/stage.yml');
    expect(stages.map(({ id, job }) => ({ id, needs: job['needs'], cells: inputsOf(job)['cells'] }))).toEqual(
      [1, 2, 3, 4].map((stage) => ({
        id: `stage-${stage}`,
        needs: ['plan', 'push', ...(stage > 1 ? [`stage-${stage - 1}`] : [])],
        cells: `\${{ needs.plan.outputs.stage-${stage} }}`,
      })),
    );
    for (const { id, job } of stages) {
      expect(String(job['if'])).toContain(`needs.plan.outputs.${id} != ''`);
      // A stage whose jobs were dropped or cancelled has not succeeded either, though the run goes on.
      const [, , before] = asList(job['needs']);
      if (typeof before === 'string') expect(String(job['if'])).toContain(`needs.${before}.result == 'success'`);
    }
  });

  it('begins, copies, registers and deploys as steps of one job, and hands over what that came to', () => {
    expect(jobIn('stage.yml', 'deploy').steps.map((step) => usesOf(step).split('@')[0])).toEqual([
      'actions/download-artifact',
      '$/actions/plan',
      'actions/checkout',
      'actions/download-artifact',
      '$/actions/push-ecr',
      '$/actions/register-task-def',
      '$/actions/bluegreen-deploy',
      'actions/upload-artifact',
    ]);
  });

  it('takes back what a failed stage deployed, from the revision that it deployed', () => {
    const deployed = jobIn('stage.yml', 'deployed');
    expect(deployed.job['needs']).toBe('deploy');
    // A service that was cancelled in its line, or with the run, has not succeeded: what stands beside it goes back.
    expect(deployed.job['if']).toBe(
      '${{ always() && contains(fromJSON(\'["failure", "cancelled"]\'), needs.deploy.result) }}',
    );
    // Nobody is asked to approve that there is nothing to take back.
    expect(deployed.job).not.toHaveProperty('environment');
    const { job, steps } = jobIn('stage.yml', 'take-back');
    expect([job['needs'], job['if']]).toEqual([
      'deployed',
      "${{ always() && needs.deployed.result == 'success' && needs.deployed.outputs.taken-back != '' }}",
    ]);
    expect(asMap(job['strategy'])['matrix']).toBe('${{ fromJSON(needs.deployed.outputs.taken-back) }}');
    const rollback = steps.find((step) => usesOf(step) === '$/actions/rollback');
    expect(inputsOf(rollback)).toMatchObject({ reports: '${{ runner.temp }}/slipway-result' });
  });

  it('takes back where the plan says, and by the role that it names, whatever the artifacts of the run hold', () => {
    const { job } = jobIn('stage.yml', 'take-back');
    // Of the artifacts comes which of the services go back, by their places in the plan, and nothing else.
    const asked = new Set(JSON.stringify(job).match(/(?:include\[)?matrix\.[\w-]+/g));
    expect([...asked].sort()).toEqual(['include[matrix.at', 'matrix.service']);
  });

  it('asks the first service for nothing that another one of the environment may have otherwise', () => {
    const asked = JSON.stringify(jobsIn('stage.yml').map(({ job }) => job)).matchAll(/include\[0\]\.([\w-]+)/g);
    const members = new Set([...asked].map(([, member = '']) => member));
    expect([...members]).toEqual(expect.arrayContaining(['account', 'region', 'role', 'github-environment']));
    // However long a session may be, the role says, which they have in common.
    members.delete('role-duration-seconds');
    const read = (differs: string) =>
      readConfiguration(
        `services:\n  web: { suite: s.yml, task-definition: t.json }\nenvironments:\n  live:\n    account: 111122223333\n    region: eu-central-1\n    role: arn:aws:iam::111122223333:role/d\n    cluster: c\n    services: { web: { ${differs} } }\nbranches: { main: [live] }\n`,
        'slipway.yml',
      );
    expect(Object.keys(read('cluster: other').services)).toEqual(['web']);
    for (const member of members) expect(() => read(`${member}: other`)).toThrow(`'${member}'`);
  });

  it('knows the results of its services by one name each, whatever the environments and services are called', () => {
    const names = (id: string, action: string, input: string) =>
      jobIn('stage.yml', id)
        .steps.filter((step) => usesOf(step).startsWith(`actions/${action}-artifact@`))
        .map((step) => ofCell(inputsOf(step)[input]));
    const result = 'slipway-result-${{ cell.environment }}.${{ cell.service }}';
    const takenBack = 'slipway-taken-back-${{ cell.environment }}.';
    expect([names('deploy', 'upload', 'name'), names('take-back', 'download', 'name')]).toEqual([[result], [result]]);
    expect(names('deployed', 'download', 'pattern')).toEqual(['slipway-result-${{ cell.environment }}.*']);
    expect(names('take-back', 'upload', 'name')).toEqual([
      `${takenBack}\${{ cell.service }}-\${{ github.run_attempt }}`,
    ]);
    expect(names('deploy', 'download', 'pattern')[0]).toBe(`${takenBack}*`);
    // What stands between the two is part of no service's name.
    expect(() => readConfiguration('services: { a.b: {} }', 'slipway.yml')).toThrow(/is not a name/);
  });

  it('hands over what came of each service also when the run is cancelled, with whose it is', () => {
    const pathsOf = (id: string) =>
      String(inputsOf(jobIn('stage.yml', id).steps.at(-1))['path'])
        .trim()
        .split('\n');
    expect(jobIn('stage.yml', 'deploy').steps.at(-1)?.['if']).toBe(
      "${{ always() && steps.begin.outputs.report != '' }}",
    );
    // In whichever of them it ended: that one's says why.
    const ours = jobIn('stage.yml', 'deploy').steps.filter((step) => usesOf(step).startsWith('$/'));
    expect(pathsOf('deploy')).toEqual(ours.map(({ id }) => `\${{ steps.${String(id)}.outputs.report }}`));
    // By the result that was taken back, and its own report.
    expect(pathsOf('take-back')).toEqual(['${{ runner.temp }}/slipway-result', '${{ steps.rollback.outputs.report }}']);
  });

  it('asks of what is deployed there, and by what it is shown there, whether a later run has overtaken it', () => {
    const { job, steps } = jobIn('stage.yml', 'deploy');
    const begin = inputsOf(steps.find(({ id }) => id === 'begin'));
    const asked = ['source-environment', 'github-environment', 'cluster', 'ecs-service'];
    expect(asked.map((name) => begin[name])).toEqual(asked.map((name) => `\${{ matrix.${name} }}`));
    expect([given['github-environment'], given['cluster'], given['service']]).toEqual(
      asked.slice(1).map((name) => begin[name]),
    );
    // The line of one deployment at a time: what a later run deploys is told when this one begins.
    expect([asMap(job['permissions'])['deployments'], job['concurrency']]).toEqual(['write', expect.anything()]);
  });

  it('knows in which attempt everything was planned', () => {
    const given = ['deploy', 'deployed'].flatMap((id) =>
      jobIn('stage.yml', id).steps.filter((step) => usesOf(step) === '$/actions/plan'),
    );
    expect(given.map((step) => inputsOf(step)['attempt'])).toEqual(given.map(() => '${{ inputs.attempt }}'));
    for (const { job } of [...jobsIn('deliver.yml'), ...jobsIn('promote.yml')])
      if (usesOf(job) === '$/.github/workflows/stage.yml')
        expect(inputsOf(job)['attempt']).toBe('${{ needs.plan.outputs.attempt }}');
  });
});

/** Linux starts no program with an environment variable of more than 128 KiB (MAX_ARG_STRLEN); a full stage has more. */
describe('what a step is given', () => {
  const WHOLE = /inputs\.cells|outputs\.(?:images|pushes|stage-\d|taken-back)\b/g;
  const PART =
    /^(?:join\(fromJSON\(inputs\.cells\)\.include\.\*\.service, ','\)|fromJSON\(inputs\.cells\)\.include\[(?:0|matrix\.at)\]\.[\w-]+)$/;
  const values = [...workflows.values()].flatMap((file) =>
    jobsOf(file).flatMap(({ id, job, steps }) =>
      [{ env: job['env'] }, ...steps].flatMap((step) =>
        [step['with'], step['env']].flatMap((map) =>
          Object.values(asMap(map)).map((value) => ({ id, text: String(value) })),
        ),
      ),
    ),
  );
  const ofMatrices = values.filter(({ text }) => text.search(WHOLE) >= 0);

  it('is of a matrix of the plan one cell of it, or the names alone', () => {
    expect(ofMatrices.map(({ id }) => id)).toEqual(expect.arrayContaining(['deploy', 'deployed', 'take-back']));
    for (const { id, text } of ofMatrices)
      for (const [, expression = ''] of text.matchAll(/\$\{\{ (.*?) \}\}/g))
        if (expression.search(WHOLE) >= 0) expect([id, expression]).toEqual([id, expect.stringMatching(PART)]);
  });

  it('has room, of the largest stage that there may be', () => {
    const names = Array.from({ length: MAX_CELLS }, () => 'x'.repeat(63));
    expect(names.join(',').length).toBeLessThan(128 * 1024 - 'INPUT_SERVICES='.length);
  });
});
