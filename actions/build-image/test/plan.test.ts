import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { splitList } from '@slipway/runtime';
import { definition } from '../src/inputs.js';
import { buildArguments, secretLookingNames, unitTestArguments, type BuildOrder } from '../src/plan.js';
import { makeSetting } from './setting.js';

const setting = await makeSetting();
await setting.close();

const GHA = { kind: 'gha', scope: 's', minutes: 3 } as const;

function order(change: Partial<BuildOrder['inputs']> = {}, destination?: BuildOrder['destination']): BuildOrder {
  return {
    inputs: { ...setting.context.inputs, context: '/w/app', ...change },
    labels: { a: 'b=c' },
    file: '/w/app/Dockerfile',
    ...{ cache: { kind: 'none' }, builder: undefined },
    destination: destination ?? { kind: 'engine', reference: '127.0.0.1:1/x:image', idFile: '/t/id' },
  };
}

describe('buildArguments', () => {
  it('loads the image into an engine that cannot export', () => {
    expect(buildArguments(order())).toEqual([
      ...['buildx', 'build', '--progress=plain', '--file=/w/app/Dockerfile', '--provenance=false', '--sbom=false'],
      ...['--load', '--tag=127.0.0.1:1/x:image', '--iidfile=/t/id'],
      ...['--label=a=b=c', '--', '/w/app'],
    ]);
  });

  it('has a builder that can export write the layout', () => {
    const args = buildArguments(order({}, { kind: 'layout', directory: '/t/out', metadataFile: '/t/meta.json' }));
    expect(args).toContain('--output=type=oci,dest=/t/out,tar=false');
    expect(args).toContain('--metadata-file=/t/meta.json');
    expect(args).not.toContain('--load');
  });

  it('quotes a folder whose name would end a CSV field', () => {
    const args = buildArguments(order({}, { kind: 'layout', directory: '/t/a,b"c', metadataFile: '/m' }));
    expect(args).toContain('--output=type=oci,"dest=/t/a,b""c",tar=false');
  });

  it('passes everything that was asked for', () => {
    const inputs = { target: 'final', 'no-cache': true, pull: true, 'build-args': { VERSION: '1=2' } };
    const args = buildArguments({ ...order(inputs), builder: 'mine' });
    for (const arg of ['--target=final', '--builder=mine', '--no-cache', '--pull', '--build-arg=VERSION=1=2']) {
      expect(args).toContain(arg);
    }
  });

  it('leaves several keys of one agent together', () => {
    const ssh = splitList('default, deploy=/k,/l', definition.inputs.ssh.begins);
    expect(ssh).toEqual(['default', 'deploy=/k,/l']);
    expect(buildArguments(order({ ssh }))).toContain('--ssh=deploy=/k,/l');
  });

  it('passes platforms, contexts, agents and annotations', () => {
    const args = buildArguments(
      order({
        platforms: ['linux/amd64', 'linux/arm64'],
        'build-contexts': { shared: '../shared' },
        ssh: ['default', 'deploy=/k'],
        annotations: { 'org.example': 'x' },
      }),
    );
    expect(args).toEqual(
      expect.arrayContaining([
        ...[
          '--platform=linux/amd64,linux/arm64',
          '--build-context=shared=../shared',
          '--ssh=default',
          '--ssh=deploy=/k',
        ],
        ...['--annotation=org.example=x', '--annotation=index:org.example=x'],
      ]),
    );
  });

  it('passes where secrets are, and never what they are', () => {
    const args = buildArguments(
      order({
        secrets: { npm: 'very secret' },
        'secret-envs': { pip: 'PIP_TOKEN' },
        'secret-files': { rc: '/w/a,b' },
      }),
    );
    expect(args).toContain('--secret=id=npm,env=SLIPWAY_BUILD_SECRET_0');
    expect(args).toContain('--secret=id=pip,env=PIP_TOKEN');
    expect(args).toContain('--secret=id=rc,"src=/w/a,b"');
    expect(args.join(' ')).not.toContain('very secret');
  });

  it.each([
    [GHA, ['--cache-from=type=gha,scope=s,timeout=3m', '--cache-to=type=gha,scope=s,mode=max,ignore-error=true']],
    [{ kind: 'registry', reference: 'r/x:cache' }, ['--cache-from=type=registry,ref=r/x:cache', 'ignore-error=true']],
    [{ kind: 'local', folder: '/c' }, ['--cache-from=type=local,src=/c', 'dest=/c,mode=max,ignore-error=true']],
  ] as const)('keeps layers in %j, and never lets that fail the build', (cache, told) => {
    const args = buildArguments({ ...order(), cache }).join(' ');
    for (const part of told) expect(args).toContain(part);
  });

  it('asks for the times of the commit where the build is to be reproducible', () => {
    const destination = { kind: 'layout', directory: '/t', metadataFile: '/m' } as const;
    const args = buildArguments({ ...order({}, destination), sourceDateEpoch: 1_700_000_000 });
    expect(args).toContain('--build-arg=SOURCE_DATE_EPOCH=1700000000');
    expect(args).toContain('--output=type=oci,dest=/t,tar=false,rewrite-timestamp=true');
  });

  it.each([
    ['off', 'false', '--provenance=false'],
    ['max', 'true', '--provenance=mode=max'],
  ] as const)('attests what was asked for: %s', (provenance, sbom, told) => {
    const args = buildArguments(order({ provenance, sbom: sbom === 'true' }));
    expect(args).toContain(told);
    expect(args).toContain(`--sbom=${sbom}`);
  });

  it('lets the unit tests read the cache too, and write none', () => {
    const args = unitTestArguments({ ...order(), cache: GHA }, 'unit');
    expect(args.filter((arg) => arg.startsWith('--cache'))).toEqual(['--cache-from=type=gha,scope=s,timeout=3m']);
  });

  it('builds the unit tests of their stage for nobody', () => {
    const args = unitTestArguments(order({ target: 'final', 'build-args': { A: '1' } }), 'unit');
    expect(args).toContain('--target=unit');
    expect(args).toContain('--build-arg=A=1');
    expect(args).toContain('--output=type=cacheonly');
    expect(args).not.toContain('--target=final');
    expect(args).not.toContain('--load');
  });

  it('never turns a value into an option of its own', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ minLength: 1 }), fc.string()), (map) => {
        const plain = buildArguments({ ...order(), labels: {} });
        const args = buildArguments({ ...order({ 'build-args': map }), labels: map });
        const added = args.filter((arg) => !plain.includes(arg));
        expect(added.every((arg) => arg.startsWith('--label=') || arg.startsWith('--build-arg='))).toBe(true);
        expect(args).toHaveLength(plain.length + 2 * Object.keys(map).length);
      }),
    );
  });
});

describe('secretLookingNames', () => {
  it('finds whole words only', () => {
    const names = ['NPM_TOKEN', 'db_password', 'API_KEY', 'TOKENIZER', 'VERSION', 'SECRETARY'];
    expect(secretLookingNames(Object.fromEntries(names.map((name) => [name, 'x'])))).toEqual([
      ...['NPM_TOKEN', 'db_password', 'API_KEY'],
    ]);
  });
});
