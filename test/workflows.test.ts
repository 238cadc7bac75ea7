import { describe, expect, it } from '@jest/globals';
import { actionNames, loadOwnCode } from './own-code.js';
import { asList, asMap, markdownFiles, yamlBlocksIn, yamlFilesIn, type YamlFile } from './yaml-documents.js';
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
const consumers = yamlFilesIn('examples/consumer');
const snippets = markdownFiles().flatMap(yamlBlocksIn);

const cases = (files: readonly YamlFile[], rules: readonly YamlRule[]) =>
  files.flatMap((file) => rules.map((rule) => ({ file, rule, name: file.name, what: rule.name })));

describe('our own code', () => {
  it('has a definition for every action', () => {
    expect([...own.actions.keys()]).toEqual(actionNames());
    for (const [name, definition] of own.actions) expect(definition.name).toBe(name);
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

describe('deliver.yml', () => {
  const jobs = jobsOf(own.workflows.get('deliver.yml') as YamlFile);

  it('runs the five actions in order', () => {
    const ours = jobs.flatMap(({ steps }) => steps.map(usesOf)).filter((uses) => uses.startsWith('$/'));
    expect(ours).toEqual([
      '$/actions/build-image',
      '$/actions/integration-test',
      '$/actions/push-ecr',
      '$/actions/register-task-def',
      '$/actions/bluegreen-deploy',
    ]);
  });

  it('runs what the repository says in a job that can get no credentials', () => {
    const builds = jobs.filter(({ steps }) => steps.some((step) => usesOf(step) === '$/actions/build-image'));
    expect(builds.map(({ id, job }) => [id, job['permissions']])).toEqual([['image', { contents: 'read' }]]);
  });

  it('waits in the same line as promote.yml', () => {
    const [deploy] = jobs.filter(({ id }) => id === 'deploy');
    const [promotion] = jobsOf(own.workflows.get('promote.yml') as YamlFile);
    expect(deploy?.job['concurrency']).toBeDefined();
    expect(promotion?.job['concurrency']).toEqual(deploy?.job['concurrency']);
  });
});

describe('the workflows that call AWS', () => {
  const names = ['deliver.yml', 'promote.yml', 'rollback.yml'];
  /** Of the jobs that can get a token. */
  const stepsOf = (name: string) =>
    jobsOf(own.workflows.get(name) as YamlFile)
      .filter(({ job }) => Object.hasOwn(asMap(job['permissions']), 'id-token'))
      .flatMap(({ steps }) => steps);
  const inputsOf = (step: unknown) => asMap(asMap(step)['with']);

  it.each(names)(
    '%s: every step takes the role by itself, so that no keys are in the environment of others',
    (name) => {
      const takers = stepsOf(name).filter((step) => {
        const [, action = ''] = usesOf(step).split('$/actions/');
        return Object.hasOwn(asMap(own.actions.get(action)?.inputs), 'role-to-assume');
      });
      expect(takers.length).toBeGreaterThan(0);
      for (const step of takers) expect(inputsOf(step)['role-to-assume']).toBe('${{ inputs.role-to-assume }}');
      expect(stepsOf(name).map(usesOf).join()).not.toContain('configure-aws-credentials');
    },
  );

  it('deliver.yml and promote.yml deploy in the same way', () => {
    const [delivery, promotion] = ['deliver.yml', 'promote.yml'].map((name) =>
      stepsOf(name).find((step) => usesOf(step) === '$/actions/bluegreen-deploy'),
    );
    expect(inputsOf(promotion)).toEqual(inputsOf(delivery));
  });
});

describe('verify.yml', () => {
  it('builds and tests as deliver.yml does, and can get no credentials', () => {
    const [image] = jobsOf(own.workflows.get('verify.yml') as YamlFile);
    const delivery = jobsOf(own.workflows.get('deliver.yml') as YamlFile).find(({ id }) => id === 'image');
    expect(image?.steps).toEqual(delivery?.steps.slice(0, 3));
    expect(image?.job['permissions']).toEqual({ contents: 'read' });
  });
});

describe('rollback.yml', () => {
  it('waits for no delivery: it has to be able to stop one', () => {
    const [rollback] = jobsOf(own.workflows.get('rollback.yml') as YamlFile);
    const [promotion] = jobsOf(own.workflows.get('promote.yml') as YamlFile);
    const groupOf = (job: Job | undefined): string => String(asMap(job?.job['concurrency'])['group']);
    expect(groupOf(rollback)).not.toBe(groupOf(promotion));
    expect(groupOf(rollback)).toContain('${{ inputs.service }}');
    expect(rollback?.job['permissions']).toEqual({ 'id-token': 'write' });
  });
});

describe('ci.yml', () => {
  it('has one job that waits for every other one', () => {
    expect(gateProblems(own.workflows.get('ci.yml') as YamlFile, 'ci-ok')).toEqual([]);
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

  it.each(snippets)('$name shows nothing that we would not do ourselves', (snippet) => {
    expect(SNIPPET_RULES.flatMap((rule) => rule.problems(snippet))).toEqual([]);
  });
});
