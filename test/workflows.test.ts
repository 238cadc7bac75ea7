import { describe, expect, it } from '@jest/globals';
import { readConfiguration } from '@slipway/configuration';
import { actionNames, loadOwnCode } from './own-code.js';
import { inputsOf, jobIn } from './own-jobs.js';
import {
  asList,
  asMap,
  exampleWorkflows,
  markdownFiles,
  yamlBlocksIn,
  yamlFilesIn,
  type YamlFile,
  type YamlMap,
} from './yaml-documents.js';
import { expressionProblems, gateProblems, usesProblems } from './yaml-references.js';
import {
  thirdPartyUses,
  CONSUMER_RULES,
  jobsOf,
  SNIPPET_RULES,
  usesOf,
  WORKFLOW_RULES,
  type Job,
  type YamlRule,
} from './yaml-rules.js';

const own = await loadOwnCode();
const workflows = yamlFilesIn('.github/workflows');
const consumers = exampleWorkflows();
const snippets = markdownFiles().flatMap(yamlBlocksIn);

const cases = (files: readonly YamlFile[], rules: readonly YamlRule[]) =>
  files.flatMap((file) => rules.map((rule) => ({ file, rule, name: file.name, what: rule.name })));

describe('our own code', () => {
  it('has a definition for every action', () => {
    expect([...own.actions.keys()]).toEqual(actionNames());
    for (const [name, definition] of own.actions) expect(definition.name).toBe(name);
  });

  it('hands over outputs that are there', () => {
    const handedOver = [...own.actions].flatMap(([name, { inputs }]) =>
      Object.entries(inputs).flatMap(([input, spec]) =>
        (spec.handedOver ?? []).map((from) => ({ to: `${name} ${input}`, ...from })),
      ),
    );
    expect(handedOver.length).toBeGreaterThan(5);
    const missing = handedOver.filter(({ action, output }) => !(output in asMap(own.actions.get(action)?.outputs)));
    expect(missing).toEqual([]);
  });

  it('has the workflows that consumers call', () => {
    expect([...own.workflows.keys()]).toEqual(expect.arrayContaining(['ci.yml', 'deliver.yml', 'promote.yml']));
  });
});

describe('a workflow', () => {
  it.each(cases(workflows, WORKFLOW_RULES))('$name: $what', ({ file, rule }) => {
    expect(rule.problems(file)).toEqual([]);
  });

  it.each(cases(consumers, CONSUMER_RULES))('$name: $what', ({ file, rule }) => {
    expect(rule.problems(file)).toEqual([]);
  });

  it.each([...workflows, ...consumers])(
    '$name uses our code as it is, and speaks of nothing that is not there',
    (file) => {
      expect(file.errors).toEqual([]);
      expect([...usesProblems(file, own), ...expressionProblems(file, own)]).toEqual([]);
    },
  );

  it('names every third-party action by one commit everywhere', () => {
    const files = [...workflows, ...consumers, ...snippets];
    const commits = new Map<string, Set<string>>();
    for (const { action, commit } of files.flatMap(thirdPartyUses)) {
      commits.set(action, (commits.get(action) ?? new Set()).add(commit));
    }
    expect([...commits].filter(([, used]) => used.size > 1)).toEqual([]);
  });
});

/** The jobs of one of our workflows. */
const oursIn = (steps: readonly YamlMap[]) => steps.map(usesOf).filter((uses) => uses.startsWith('$/'));
const permissionsOf = ({ job }: Job) => Object.keys(asMap(job['permissions']));

describe('the pipeline', () => {
  it('runs what the repository says in a job that can get no credentials', () => {
    const { job, steps } = jobIn('image.yml', 'image');
    expect(oursIn(steps)).toEqual(['$/actions/build-image', '$/actions/integration-test']);
    expect(job['permissions']).toEqual({ contents: 'read' });
    const callers = ['deliver.yml', 'verify.yml'].map((name) => jobIn(name, 'image'));
    for (const caller of callers) {
      expect(usesOf(caller.job)).toBe('$/.github/workflows/image.yml');
      expect(caller.job['permissions']).toEqual({ contents: 'read' });
    }
    const builders = [...own.workflows.values()]
      .flatMap(jobsOf)
      .filter(({ steps: all }) => oursIn(all).includes('$/actions/build-image'));
    expect(builders).toHaveLength(1);
  });

  it('pushes what was tested in a job that has credentials, and nothing of the repository', () => {
    const push = jobIn('deliver.yml', 'push');
    expect(permissionsOf(push)).toEqual(['id-token']);
    expect(push.steps.map((step) => usesOf(step).split('@')[0])).toEqual([
      'actions/download-artifact',
      'actions/download-artifact',
      '$/actions/push-ecr',
      'actions/upload-artifact',
    ]);
    const [pushes] = push.steps.filter((step) => usesOf(step) === '$/actions/push-ecr');
    expect(inputsOf(pushes)).toMatchObject({ reports: '${{ runner.temp }}/slipway-tested' });
    for (const input of ['digest', 'tag']) expect(Object.keys(inputsOf(pushes))).not.toContain(input);
  });

  it('may ask for past runs where it finds out what changed since the last delivery, and nowhere else', () => {
    const asking = [...workflows, ...consumers]
      .filter(({ name }) => /(?:deliver|promote|rollback|verify)\.yml$/.test(name))
      .filter((file) => jobsOf(file).some((job) => permissionsOf(job).includes('actions')));
    expect(asking.length).toBeGreaterThan(2);
    // Without it every push delivers everything, with no more than a warning.
    expect(jobIn('deliver.yml', 'plan').job['permissions']).toEqual({ contents: 'read', actions: 'read' });
    expect(asking.map(({ name }) => name.split('/').at(-1))).toEqual(asking.map(() => 'deliver.yml'));
  });

  it('asks for a token for no job that runs a command', () => {
    const runs = [...own.workflows.values()].flatMap(jobsOf).filter(({ steps }) => steps.some((step) => 'run' in step));
    for (const job of runs) expect(permissionsOf(job)).not.toContain('id-token');
  });

  it('promotes and delivers through the same stage, so that both wait in one line', () => {
    const { job } = jobIn('promote.yml', 'stage');
    expect(usesOf(job)).toBe('$/.github/workflows/stage.yml');
    expect(inputsOf(job)['commit']).toBe('${{ needs.evidence.outputs.revision }}');
    const { group, queue } = asMap(jobIn('stage.yml', 'deploy').job['concurrency']);
    expect(queue).toBe('max');
    for (const part of ['account', 'region', 'cluster', 'ecs-service'])
      expect(group).toContain(`\${{ matrix.${part} }}`);
  });

  it('looks at what a promotion would do in a job that changes nothing, before anybody approves', () => {
    const { job, steps } = jobIn('promote.yml', 'evidence');
    const [evidence] = steps.filter((step) => usesOf(step) === '$/actions/register-task-def');
    expect(inputsOf(evidence)).toMatchObject({ 'dry-run': true, 'source-evidence': true });
    // A person who calls the workflow may ask for more than slipway.yml does; the button asks for nothing.
    expect(inputsOf(evidence)['source-baked-minutes']).toBe(
      '${{ inputs.source-baked-minutes || fromJSON(needs.plan.outputs.cell).source-baked-minutes }}',
    );
    // What it has to prove there, and against what the target runs, where this job may look.
    const cell = { 'target-role': 'plan-role', cluster: 'plan-cluster', service: 'plan-service' };
    for (const [input, member] of Object.entries({ ...cell, 'source-verify': 'source-verify' }))
      expect(inputsOf(evidence)[input]).toBe(`\${{ fromJSON(needs.plan.outputs.cell).${member} }}`);
    expect(asMap(job['environment'])['name']).toContain('source-github-environment');
    expect(asList(jobIn('promote.yml', 'stage').job['needs'])).toContain('evidence');
  });
});

describe('the jobs that call AWS', () => {
  const steps = [...own.workflows.values()]
    .flatMap((file) => jobsOf(file).map((job) => ({ file: file.name, ...job })))
    .filter((job) => permissionsOf(job).includes('id-token'))
    .flatMap(({ file, id, steps: all }) => all.map((step) => ({ where: `${file} ${id}`, step, uses: usesOf(step) })));
  const takers = steps.filter(({ uses }) =>
    Object.hasOwn(asMap(own.actions.get(uses.replace('$/actions/', ''))?.inputs), 'role-to-assume'),
  );

  it('are those of the stages, the push, the evidence and the rollback', () => {
    expect([...new Set(takers.map(({ where }) => where.replace(/^.*\//, '')))].sort()).toEqual([
      'deliver.yml push',
      'promote.yml evidence',
      'rollback.yml rollback',
      'stage.yml deploy',
      'stage.yml take-back',
    ]);
  });

  it.each(takers)('$where: $uses takes the role by itself, in one account', ({ step }) => {
    const inputs = inputsOf(step);
    // With two identities, each is assumed as it is.
    const roles = 'source-role' in inputs ? ['source-role', 'target-role'] : ['role-to-assume'];
    for (const input of [...roles, 'aws-region', 'allowed-account-ids']) expect(inputs[input]).toMatch(/^\$\{\{ /);
  });

  it('are each in an environment, whose rules hold, and make no deployment by that', () => {
    const callers = [...own.workflows.values()]
      .flatMap(jobsOf)
      .filter((job) => usesOf(job.job) === '' && permissionsOf(job).includes('id-token'))
      // Our own release signs; it calls no AWS.
      .filter(({ steps }) => steps.some((step) => usesOf(step).startsWith('$/')));
    expect(callers.length).toBeGreaterThan(3);
    for (const { id, job } of callers) {
      expect([id, job['environment']]).toEqual([id, { name: expect.stringContaining('${{'), deployment: false }]);
    }
  });

  it('run where their environment says, on labels or on several of them', () => {
    const cellOf = {
      matrix: 'matrix.runner',
      stage: 'fromJSON(inputs.cells).include[matrix.at].runner',
      promote: 'fromJSON(needs.plan.outputs.cell).source-runner',
    };
    const rollback = "inputs.deploy-runner || fromJSON(needs.plan.outputs.cell || '{}').runner";
    const runsOn = (runner: string): string =>
      `\${{ startsWith(${runner}, '[') && fromJSON(${runner}) || ${runner} || 'ubuntu-24.04' }}`;
    const all = ['deliver.yml push', 'stage.yml deploy', 'stage.yml take-back', 'promote.yml evidence'];
    const found = [...all, 'rollback.yml rollback'].map((where) => {
      const [file = '', id = ''] = where.split(' ');
      return [where, jobIn(file, id).job['runs-on']];
    });
    expect(found).toEqual([
      ...all.slice(0, 2).map((where) => [where, runsOn(cellOf.matrix)]),
      ['stage.yml take-back', runsOn(cellOf.stage)],
      ['promote.yml evidence', runsOn(cellOf.promote)],
      ['rollback.yml rollback', runsOn(rollback)],
    ]);
  });

  it('leave no keys in the environment of other steps', () => {
    expect(steps.map(({ uses }) => uses).join()).not.toContain('configure-aws-credentials');
  });
});

describe('rollback.yml', () => {
  it('waits for no delivery: it has to be able to stop one', () => {
    const groupOf = ({ job }: Job): string => String(asMap(job['concurrency'])['group']);
    const rollback = jobIn('rollback.yml', 'rollback');
    expect(groupOf(rollback)).toMatch(/^slipway-rollback-/);
    expect(groupOf(jobIn('stage.yml', 'deploy'))).not.toMatch(/^slipway-rollback-/);
    expect(permissionsOf(rollback)).toEqual(['contents', 'id-token', 'deployments', 'statuses']);
  });

  it('has no job before it where the inputs say all: it is pressed in an outage', () => {
    expect(jobIn('rollback.yml', 'plan').job['if']).toBe("inputs.cluster == ''");
    expect(jobIn('rollback.yml', 'rollback').job['if']).toContain('!failure() && !cancelled()');
  });
});

describe('ci.yml', () => {
  it('has one job that waits for every other one', () => {
    expect(gateProblems(own.workflows.get('ci.yml') as YamlFile, 'ci-ok')).toEqual([]);
  });
});

describe('release.yml', () => {
  const jobs = jobsOf(own.workflows.get('release.yml') as YamlFile);

  it('signs in a job that runs no command, approved by a person, and publishes what was signed', () => {
    const signing = jobs.filter((job) => permissionsOf(job).includes('id-token'));
    expect(signing.map(({ id, job, steps }) => [id, job['environment'], steps.some((step) => 'run' in step)])).toEqual([
      ['attest', 'release', false],
    ]);
    const publishing = jobs.filter(({ job }) => asMap(job['permissions'])['contents'] === 'write');
    expect(publishing.map(({ id, job }) => [id, job['needs']])).toEqual([['publish', 'attest']]);
  });

  it('takes nothing from a cache, in no job', () => {
    const uses = jobs.flatMap(({ steps }) => steps).filter((step) => usesOf(step).startsWith('actions/setup-node@'));
    expect(uses.map((step) => inputsOf(step)['package-manager-cache'])).toEqual([false]);
    expect(jobs.flatMap(({ steps }) => steps.map(usesOf)).join()).not.toMatch(/actions\/cache/);
  });
});

describe('dependabot.yml', () => {
  it('lets every update rest for a week', () => {
    const [dependabot] = yamlFilesIn('.github').filter(({ name }) => name === '.github/dependabot.yml');
    const updates = asList(asMap(dependabot?.root)['updates']).map(asMap);
    expect(updates.map((update) => [update['package-ecosystem'], update['cooldown']])).toEqual([
      ['npm', { 'default-days': 7 }],
      ['github-actions', { 'default-days': 7 }],
    ]);
  });
});

describe('the YAML of the docs', () => {
  it('is there', () => {
    expect(snippets.length).toBeGreaterThan(0);
  });

  it.each(snippets)('$name is YAML and uses our code as it is', (snippet) => {
    expect(snippet.errors).toEqual([]);
    expect(usesProblems(snippet, own)).toEqual([]);
    // A part of a workflow may speak of steps that are not shown.
    expect(jobsOf(snippet).length > 0 ? expressionProblems(snippet, own) : []).toEqual([]);
  });

  it('shows configurations that can be read, one of them in the README', () => {
    const shown = snippets.filter(({ root }) => Object.hasOwn(asMap(root), 'environments'));
    expect(shown.map(({ name }) => name).join()).toContain('README.md');
    for (const { name, text } of shown) expect(Object.keys(readConfiguration(text, name).services)).not.toEqual([]);
  });

  it.each(snippets)('$name shows nothing that we would not do ourselves', (snippet) => {
    expect(SNIPPET_RULES.flatMap((rule) => rule.problems(snippet))).toEqual([]);
  });
});
