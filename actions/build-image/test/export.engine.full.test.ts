import { readFile, utimes } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { childrenOf, endOf, GREEN, makeBuildScene, toldBy, type BuildScene } from './build-scene.js';
import { ENSURE_TIMEOUT_MS } from './container-builder.js';
import { FAILING, FAILING_LINE, filesHolding } from './every-byte.js';
import { EXPORTING_BUILDERS, type ExportingBuilder } from './exporting-builders.js';

/** What a builder can do that writes the layout itself, and the engine's own on its older image store cannot. */
describe.each(EXPORTING_BUILDERS)('%s', (_kind, start) => {
  let builder: ExportingBuilder;
  beforeAll(async () => {
    builder = await start();
  }, ENSURE_TIMEOUT_MS);
  afterAll(() => builder.close(), 60_000);

  let scene: BuildScene;
  beforeEach(async () => {
    scene = await makeBuildScene(builder.chosenBy);
  });
  afterEach(() => scene.close());

  it('builds the unit tests first, and then the image, of several stages', async () => {
    const script = (text: string) => JSON.stringify(['node', '-e', text]);
    const say = (code: number) => script(`console.log('4 passing'); process.exit(${code})`);
    const compile = script("require('fs').writeFileSync('/out', require('fs').readFileSync('/in') + ' compiled')");
    const dockerfile = (code: number) =>
      `ARG BASE\nFROM \${BASE} AS unit\nRUN ${say(code)}\nFROM \${BASE} AS work\nCOPY hello.txt /in\nRUN ${compile}\nFROM scratch\nCOPY --from=work /out /\n`;
    const inputs = { 'build-args': `BASE=${builder.base}`, 'unit-test-target': 'unit', 'no-cache': 'true' };
    const end = await scene.build({ dockerfile: dockerfile(0), inputs });
    expect(endOf(end)).toEqual(GREEN);
    expect(end.stdout).toMatch(/4 passing/);
    expect(await filesHolding(end.outputs['oci-layout'] ?? '/nowhere', 'hello\n compiled')).toHaveLength(1);
    const bad = await scene.build({ dockerfile: dockerfile(2), inputs });
    expect(bad.errors.at(-1)).toMatch(/^BUILD_UNIT_TESTS_FAILED: The stage 'unit' failed/);
    expect(bad.outputs['digest']).toBeUndefined();
  }, 120_000);

  it('builds several platforms into one index, without emulation', async () => {
    const inputs = { platforms: 'linux/amd64, linux/arm64', annotations: 'org.example.team=web' };
    const end = await scene.build({ inputs });
    expect(endOf(end)).toEqual(GREEN);
    expect(end.outputs['platforms']).toBe('linux/amd64\nlinux/arm64');
    expect(end.outputs['image-id']).toBeUndefined();
    const children = await childrenOf(end);
    expect(children.map(({ platform }) => platform?.['architecture'])).toEqual(['amd64', 'arm64']);
    const index = path.join(end.outputs['oci-layout'] ?? '', 'blobs/sha256', (end.outputs['digest'] ?? '').slice(7));
    expect(JSON.parse(await readFile(index, 'utf8'))).toMatchObject({ annotations: { 'org.example.team': 'web' } });
  }, 120_000);

  it('gives the same digest on another day, when that is asked for', async () => {
    const inputs = { reproducible: 'true', 'no-cache': 'true' };
    const first = await scene.build({ inputs });
    expect(endOf(first)).toEqual(GREEN);
    const later = new Date(Date.now() + 86_400_000);
    await utimes(path.join(scene.workspace, 'hello.txt'), later, later);
    const second = await scene.build({ inputs });
    expect(second.outputs['digest']).toBe(first.outputs['digest']);
    const without = await scene.build({ inputs: { 'no-cache': 'true' } });
    expect(without.outputs['digest']).not.toBe(first.outputs['digest']);
  }, 120_000);

  it('attests how it was built only when that is asked for, and without secrets', async () => {
    const plain = await scene.build();
    expect(await childrenOf(plain)).toEqual([]);
    const dockerfile = 'FROM scratch\nCOPY hello.txt /\nARG PUBLIC\n';
    const inputs = { provenance: 'max', secrets: 'npm=a very secret value', 'build-args': 'PUBLIC=yes' };
    const attested = await scene.build({ dockerfile, inputs });
    expect(endOf(attested)).toEqual(GREEN);
    expect(attested.outputs['platforms']).toBe('linux/amd64');
    const children = await childrenOf(attested);
    expect(children).toHaveLength(2);
    const layout = attested.outputs['oci-layout'] ?? '/nowhere';
    expect(await filesHolding(layout, 'a very secret value')).toEqual([]);
    expect(await filesHolding(layout, 'PUBLIC')).not.toEqual([]);
    expect(toldBy(attested)).not.toContain('a very secret value');
  }, 120_000);

  it('hands a secret to the step that asks, and keeps it out of every byte', async () => {
    const read =
      "const fs = require('fs'); const read = fs.readFileSync('/run/secrets/npm', 'utf8'); fs.writeFileSync('/length', 'length ' + read.length); console.log(read)";
    const run = `RUN --mount=type=secret,id=npm ${JSON.stringify(['node', '-e', read])}`;
    const dockerfile = `ARG BASE\nFROM \${BASE} AS work\n${run}\nFROM scratch\nCOPY --from=work /length /\n`;
    const secrets = 'npm=a very secret value';
    const inputs = { 'build-args': `BASE=${builder.base}`, secrets, provenance: 'max', 'no-cache': 'true' };
    const end = await scene.build({ dockerfile, inputs });
    expect(endOf(end)).toEqual(GREEN);
    const layout = end.outputs['oci-layout'] ?? '/nowhere';
    expect(await filesHolding(layout, 'a very secret value')).toEqual([]);
    expect(await filesHolding(layout, 'length 19')).not.toEqual([]);
    expect(toldBy(end)).not.toContain('a very secret value');
  }, 120_000);

  it.each(['', 'linux/amd64, linux/arm64'])(
    'names the line of a step that failed, for platforms %j',
    async (platforms) => {
      const inputs = { 'build-args': `BASE=${builder.base}`, secrets: 'npm=x', platforms };
      const end = await scene.build({ dockerfile: FAILING, inputs });
      const [onTheFile] = end.commands.filter(({ name }) => name === 'error');
      expect(onTheFile?.properties).toMatchObject({ file: 'Dockerfile', line: FAILING_LINE });
      expect(onTheFile?.message).toMatch(/exit code: 3[^]*error TS1: broken/);
    },
    120_000,
  );

  it('keeps layers in a folder between builds', async () => {
    const inputs = { cache: 'local', 'cache-to': '.cache' };
    expect(endOf(await scene.build({ inputs }))).toEqual(GREEN);
    const index = await readFile(path.join(scene.workspace, '.cache/index.json'), 'utf8');
    expect(JSON.parse(index)).toMatchObject({ manifests: [expect.anything()] });
    const again = await scene.build({ inputs });
    expect(endOf(again)).toEqual(GREEN);
    expect(again.stdout).toMatch(/importing cache manifest from local/);
  }, 120_000);
});
