import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { CreateRepositoryCommand } from '@aws-sdk/client-ecr';
import { layoutStorage, OciLayout, startRegistry, type RunningRegistry } from '@slipway/oci';
import { docker } from '@slipway/process';
import { watchPrograms } from '@slipway/testkit';
import { KEYS, openScene, type Scene } from './scene.js';

const SECRET = 'a-password-that-nobody-may-see';
const AUTH = Buffer.from(`robot:${SECRET}`).toString('base64');
const name = `slipway-push-${randomUUID()}`;

let scene: Scene;
let registry: RunningRegistry;

beforeAll(async () => {
  scene = await openScene();
  const layout = await OciLayout.create(path.join(scene.folder, 'registry'));
  registry = await startRegistry({ storage: layoutStorage(layout), authorize: (given) => given === `Basic ${AUTH}` });
  await writeFile(path.join(scene.folder, 'file.txt'), name);
  await writeFile(path.join(scene.folder, 'Dockerfile'), 'FROM scratch\nCOPY file.txt /\n');
  const built = await docker({ args: ['build', '--quiet', `--tag=${name}`, scene.folder], timeoutMs: 60_000 });
  expect(built.stderr).toBe('');
}, 60_000);
afterAll(async () => {
  await docker({ args: ['image', 'rm', '--force', name] });
  await registry.close();
  await scene.close();
});

it('no program that a push starts gets a secret, as an argument or in its environment', async () => {
  await mkdir(path.join(scene.folder, '.docker'));
  await writeFile(
    path.join(scene.folder, '.docker/config.json'),
    JSON.stringify({ credHelpers: { [registry.host]: 'robot' } }),
  );
  const answer = JSON.stringify({ Username: 'robot', Secret: SECRET });
  const programs = await watchPrograms(path.join(scene.folder, 'watched'), {
    docker: undefined,
    'docker-credential-robot': `printf '%s' '${answer}'`,
  });
  await scene.ecr.send(new CreateRepositoryCommand({ repositoryName: 'shop/web' }));
  const { stdout: id } = await docker({ args: ['image', 'inspect', '--format', '{{.Id}}', name] });
  const end = await scene.push(
    { image: name, digest: id.trim(), repository: 'shop/web', 'also-push-to': `${registry.host}/org/app` },
    { environment: { PATH: programs.path, ACTIONS_ID_TOKEN_REQUEST_TOKEN: SECRET } },
  );
  expect(end.errors).toEqual([]);
  const masked = end.commands.filter((command) => command.name === 'add-mask').map(({ message }) => message);
  expect(masked).toEqual(expect.arrayContaining([SECRET, AUTH]));
  const starts = await programs.starts();
  expect(new Set(starts.map(({ program }) => program))).toEqual(new Set(['docker', 'docker-credential-robot']));
  for (const { program, args, environment } of starts) {
    for (const secret of [...masked, KEYS.secretAccessKey]) {
      expect([program, args.join('\0').includes(secret), environment.includes(secret)]).toEqual([
        program,
        false,
        false,
      ]);
    }
    expect(environment).not.toMatch(/\b(?:AWS|INPUT|ACTIONS|GITHUB)_/);
  }
}, 60_000);
