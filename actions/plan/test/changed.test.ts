import { describe, expect, it } from '@jest/globals';
import { readConfiguration } from '@slipway/configuration';
import { changedServices } from '../src/changed.js';
import { monorepo, MONOREPO } from './samples.js';

const CONFIG = '.github/slipway.yml';

describe('changedServices', () => {
  it.each<readonly [string, readonly string[], readonly string[]]>([
    ['nothing', [], []],
    ['a file of the context', ['services/web/src/server.ts'], ['web']],
    ['a file whose name begins with a dot', ['services/web/.dockerignore'], ['web']],
    ['a folder whose name begins like the context', ['services/website/index.html'], []],
    ['the Dockerfile beside the context', ['docker/api.Dockerfile'], ['api']],
    ['a suite', ['suites/api.yml'], ['api']],
    ['a suite of one service in one environment', ['suites/api-smoke.yml'], ['api']],
    ['a suite of an environment, of services without patterns', ['suites/smoke.yml'], ['web']],
    ['a context that is a submodule', ['services/web'], ['web']],
    ['a file of nobody', ['README.md', 'services/README.md'], []],
    ['files of two', ['services/api/a.ts', 'services/web/a.ts'], ['web', 'api']],
    ['a pattern', ['docs/guide/start.md'], ['docs']],
    ['a pattern that excludes', ['docs/guide/start.draft.md'], []],
    ['a pattern after one that excludes', ['docs/note.draft.md'], ['docs']],
    ['the suite of a service with patterns of its own', ['docs/checks.yml'], ['docs']],
    ['the configuration', [CONFIG], ['web', 'api', 'docs']],
    ['a file of the same name elsewhere', ['docs2/slipway.yml'], []],
  ])('%s', (_name, files, services) => {
    expect(changedServices(monorepo, files, CONFIG)).toEqual(services);
  });

  it.each([
    ['services/web/**', 'services/web/a/b.ts', true],
    ['services/web/**', 'services/website', false],
    ['services/*/*.ts', 'services/web/a.ts', true],
    ['services/*/*.ts', 'services/web/a/b.ts', false],
    ['**/*.ts', 'a.ts', true],
    ['**/*.ts', '.hidden/a.ts', true],
    ['**', '.github/workflows/ci.yml', true],
    ['*.md', 'docs/a.md', false],
    ['services/[a-c]/**', 'services/b/x', true],
    ['services/[a-c]/**', 'services/d/x', false],
    ['a b/**', 'a b/c', true],
    ['./services/web/**', 'services/web/a.ts', true],
  ])("as GitHub reads patterns: '%s' and '%s': %s", (pattern, file, isChange) => {
    const text = MONOREPO.replace(/paths: \[.*\]/, `paths: ['${pattern}']`);
    const found = changedServices(readConfiguration(text, 'slipway.yml'), [file], CONFIG);
    expect(found.includes('docs')).toBe(isChange);
  });

  it.each([
    ['services/web', 'services/web/a/b.ts', true],
    ['services/web/', 'services/web/a/b.ts', true],
    ['./services/web', 'services/web/.a', true],
    ['services/web', 'services/website/a.ts', false],
    ['docs/a.md', 'docs/a.md', true],
    ['services/*/', 'services/web/a.ts', true],
    ['services/*/', 'services/a.ts', false],
  ])("what names a folder means what is in it: '%s' and '%s': %s", (pattern, file, isChange) => {
    const text = MONOREPO.replace(/paths: \[.*\]/, `paths: ['${pattern}']`);
    const found = changedServices(readConfiguration(text, 'slipway.yml'), [file], CONFIG);
    expect(found.includes('docs')).toBe(isChange);
  });

  it('takes away a folder that is named', () => {
    const text = MONOREPO.replace(/paths: \[.*\]/, "paths: [services, '!services/web']");
    const configuration = readConfiguration(text, 'slipway.yml');
    expect(changedServices(configuration, ['services/web/a.ts'], CONFIG)).not.toContain('docs');
    expect(changedServices(configuration, ['services/api/a.ts'], CONFIG)).toContain('docs');
  });

  it.each(['.', './', './services/web/', 'services/web'])("a context may be written '%s'", (context) => {
    const configuration = readConfiguration(
      MONOREPO.replace('context: services/web', `context: ${context}`),
      'slipway.yml',
    );
    expect(changedServices(configuration, ['services/web/a'], CONFIG)).toEqual(['web']);
  });
});
