import { changed, FULL } from './samples.js';

/** A name, a text that is wrong in one way, where that is, and a part of what is said. */
export type Malformed = readonly [name: string, text: string, position: string, part: string];

const many = Array.from({ length: 257 }, (_, at) => `  s${at}: { suite: c.yml, task-definition: t.json }`).join('\n');
const MANY = `services:\n${many}\nenvironments:\n  a: { account: 111122223333, region: eu-central-1, role: arn:aws:iam::111122223333:role/d, cluster: c }\nbranches:\n  main: [a]\n`;
const BOMB = `a: &a [x, x, x, x, x, x, x, x, x, x]\nb: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a]\nc: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b]\nd: [*c, *c, *c, *c, *c, *c, *c, *c, *c, *c]\n`;

/** What is no YAML, or none that is read. */
export const UNREADABLE: readonly Malformed[] = [
  ['an open bracket', changed('develop: [staging]', 'develop: [staging'), '46:1', ''],
  ['tabs', 'services:\n\tweb: {}\n', '2:1', ''],
  ['a wrong indentation', changed('    context: services/worker', '   context: services/worker'), '17:13', ''],
  ['a key twice', changed('  worker:\n    context', '  web:\n    context'), '16:3', 'unique'],
  ['two documents', `${FULL}---\n${FULL}`, '46:1', 'multiple documents'],
  ['a tag', changed('develop: [staging]', 'develop: !!set [staging]'), '45:12', ''],
  ['an alias to nothing', changed('develop: [staging]', 'develop: *stages'), '45:12', "no anchor '&stages'"],
  ['an anchor that holds itself', changed('develop: [staging]', 'develop: &x [*x]'), '45:16', 'may not hold itself'],
  ['a bomb of aliases', BOMB, '1:1', 'alias'],
  ['a prototype', changed('  develop', '  __proto__'), '45:3', '__proto__'],
  ['a key that is a list', changed('  develop', '  ? [a]\n  '), '45:5', 'a key must be a text'],
  ['collections in depth', `services: ${'['.repeat(80)}${']'.repeat(80)}`, '1:73', 'too deeply'],
  ['more than a person writes', `# ${'x'.repeat(1024 * 1024)}\n${FULL}`, '1:1', 'may have 1 MiB'],
];

/** What the JSON Schema refuses, too. */
export const MISSHAPEN: readonly Malformed[] = [
  ['an empty text', '', '1:1', 'must be a map'],
  ['a text alone', 'hello', '1:1', 'must be a map'],
  ['a list', '- a\n- b\n', '1:1', 'must be a map'],
  ['a document that ends early', FULL.slice(0, FULL.indexOf('environments')), '1:1', "'environments' is missing"],
  ['no services', changed('services:\n  web', 'x-services:\n  web'), '1:1', "unknown key 'x-services'"],
  ['empty services', 'services: {}\nenvironments: {}\nbranches: {}\n', '1:11', 'at least one service'],
  ['services as a list', 'services: [web]\nenvironments: {}\nbranches: {}\n', '1:11', 'services'],
  ['a service of nothing', changed('  worker:\n', '  other:\n  worker:\n'), '16:9', 'services.other'],
  ['no label', changed('    port: 8080', '    runner: []'), '9:13', 'a label, or a list of labels'],
  [
    'a label that reads as a list',
    changed('    port: 8080', "    runner: '[x]'"),
    '9:13',
    'a label, or a list of labels',
  ],
  ['an unknown key', changed('    port: 8080', '    prt: 8080'), '9:5', "did you mean 'port'?"],
  ['a key of elsewhere', changed('    port: 8080', '    account: 8080'), '9:5', "unknown key 'account'"],
  ['an unknown key at the top', `${FULL}secrets: {}\n`, '46:1', "unknown key 'secrets'"],
  [
    'an unknown key of an override',
    changed('{ service: web-live', '{ srvice: web-live'),
    '41:14',
    "did you mean 'service'?",
  ],
  ['an override that is true', changed('worker: false', 'worker: true'), '42:15', 'false to leave it out'],
  ['a name with capitals', changed('  worker:\n    context', '  Worker:\n    context'), '16:3', 'is not a name'],
  [
    'a name that is taken',
    changed('  worker:\n    context', '  all:\n    context'),
    '16:3',
    "'all' and 'changed' are taken",
  ],
  ['an environment with a blank', changed('  production:\n', "  'pro duction':\n"), '30:3', 'is not a name'],
  ['a context outside', changed('context: services/web\n', 'context: ../web\n'), '3:14', 'inside the repository'],
  ['an absolute context', changed('context: services/web\n', 'context: /web\n'), '3:14', 'inside the repository'],
  ['a suite outside', changed('suite: services/web/', 'suite: services/../../'), '8:12', 'inside the repository'],
  [
    'a suite that is missing',
    changed('    suite: services/web/checks.yml\n', ''),
    '3:5',
    "'services.web.suite' is missing",
  ],
  [
    'a service of the test without a port',
    changed('port: 8080', 'test-services: [{ name: db, image: postgres }]'),
    '9:21',
    "'services.web.test-services[0].port' is missing",
  ],
  [
    'a service of the test that is no host name',
    changed('port: 8080', 'test-services: [{ name: Db_1, image: postgres, port: 5432 }]'),
    '9:29',
    'must be a host name',
  ],
  ['a port that is a text', changed('port: 8080', 'port: http'), '9:11', 'whole number from 1 to 65535'],
  ['a port that is too high', changed('port: 8080', 'port: 65536'), '9:11', 'whole number from 1 to 65535'],
  ['a variable of two lines', changed('KIND: web', 'KIND: "a\\nb"'), '14:36', 'a text on one line'],
  ['a variable that is a list', changed('KIND: web', 'KIND: [web]'), '14:36', 'a text on one line'],
  ['a variable of nothing', changed('KIND: web', 'KIND: '), '14:37', 'a text on one line'],
  ['a variable with an equals sign', changed('KIND: web', "'A=B': web"), '14:30', "neither blanks nor '='"],
  ['a deployability of another word', changed('root: warn', 'root: maybe'), '11:40', 'error'],
  [
    'an account that lost a zero',
    changed('account: 111122223333', 'account: 011122223333'),
    '23:14',
    'put it in quotes',
  ],
  ['an account that is too short', changed("account: '444455556666'", "account: '44445555'"), '31:14', '12 digits'],
  [
    'a region that is none',
    changed('region: eu-central-1\n    role: arn:aws:iam::4', 'region: europe\n    role: arn:aws:iam::4'),
    '32:13',
    'an AWS region',
  ],
  [
    'a role that is none',
    changed('role: arn:aws:iam::444455556666:role/deliver', 'role: deliver'),
    '33:11',
    "must be a role's ARN",
  ],
  ['no cluster', changed('    cluster: staging\n', ''), '23:5', "'environments.staging.cluster' is missing"],
  ['an address that is none', changed('https://staging.example.com', 'staging.example.com'), '29:10', 'https://'],
  ['a share that is too small', changed('canary-percent: 2.5', 'canary-percent: 0'), '37:21', 'from 0.1 to 100'],
  ['alarms as a text', changed('alarms: [all-5xx]', 'alarms: all-5xx'), '38:13', 'must be a list'],
  ['no alarm in the list', changed('alarms: [all-5xx]', 'alarms: []'), '38:13', 'alarms'],
  ['an alarm with a comma', changed('alarms: [all-5xx]', "alarms: ['a,b']"), '38:14', 'without commas'],
  ['a pattern of another language', changed("'!**/*.md'", "'**/*.{md,txt}'"), '15:30', 'must be a pattern of paths'],
  ['a pattern with stars in a word', changed("'!**/*.md'", "'!**.md'"), '15:30', 'must be a pattern of paths'],
  ['a pattern by way of ..', changed("'!**/*.md'", "'../web/**'"), '15:30', "without '..'"],
  ['patterns that only exclude', changed("[services/web/**, '!**/*.md']", "['!**/*.md']"), '15:12', "without '!'"],
  [
    'a timeout that no job keeps',
    changed('strategy: canary', 'strategy: canary\n    timeout-minutes: 331'),
    '37:22',
    'from 1 to 330',
  ],
  ['a branch that drives nothing', changed('develop: [staging]', 'develop: []'), '45:12', 'at least one environment'],
  [
    'a branch of five stages',
    changed('develop: [staging]', 'develop: [staging, staging, staging, staging, staging]'),
    '45:12',
    'may name 4 environments',
  ],
];

/** What no single member can tell: only the reader knows. */
export const CONTRADICTORY: readonly Malformed[] = [
  [
    'a branch of a nameless environment',
    changed('  develop', `  ${'b'.repeat(20)}: [a]\n  develop`),
    '45:26',
    "no environment 'a'",
  ],
  [
    'a zero that leads',
    changed('RETRIES: 3', 'RETRIES: 007'),
    '10:52',
    "is '007', which YAML reads as 7: put it in quotes",
  ],
  ['a zero that ends', changed("version: '1.10'", 'version: 1.10'), '39:34', "is '1.10', which YAML reads as 1.1"],
  [
    'a number that is written otherwise',
    changed('canary-percent: 2.5', 'canary-percent: 10.0'),
    '37:21',
    "is '10.0', which YAML reads as 10: write 10",
  ],
  ['a port that is hexadecimal', changed('port: 8080', 'port: 0x1F90'), '9:11', 'write 8080'],
  ['a setting that shouts', changed('strategy: canary', 'strategy: canary\n    analysis: True'), '37:15', 'write true'],
  ['a hexadecimal number', changed('RETRIES: 3', 'RETRIES: 0x10'), '10:52', 'which YAML reads as 16'],
  [
    'a role of another account',
    changed('role: arn:aws:iam::444455556666:role', 'role: arn:aws:iam::999955556666:role'),
    '33:11',
    'belongs to account 999955556666',
  ],
  [
    'a push role of another account',
    changed('11122223333:role/push', '11122223334:role/push'),
    '26:16',
    "'push-role' belongs to account",
  ],
  [
    'a plan-role of another account',
    changed('    cluster: production\n', '    plan-role: arn:aws:iam::111122223333:role/p\n    cluster: production\n'),
    '34:16',
    "'plan-role' belongs to account",
  ],
  [
    'no role to read by',
    changed('    read-role: arn:aws:iam::111122223333:role/read\n', ''),
    '22:3',
    "add 'read-role' to 'staging'",
  ],
  [
    'a share of three decimals',
    changed('canary-percent: 2.5', 'canary-percent: 2.555'),
    '37:21',
    'one decimal at most',
  ],
  [
    'bakes that are longer than the deployment may take',
    changed('strategy: canary', 'strategy: canary\n    canary-bake-minutes: 30\n    bake-minutes: 30'),
    '30:3',
    "would wait 30 minutes by 'canary-bake-minutes' and 30 minutes by 'bake-minutes', and is taken back after 60",
  ],
  [
    'a bake of one service that is longer than it may take',
    changed('web: { service: web-live,', 'web: { service: web-live, bake-minutes: 90,'),
    '41:7',
    "would wait 90 minutes by 'bake-minutes'",
  ],
  ['an override of nobody', changed('worker: false', 'nobody: false'), '42:7', "there is no service 'nobody'"],
  [
    'a stage twice',
    changed('develop: [staging]', 'develop: [staging, staging]'),
    '45:22',
    "a stage of 'develop' already",
  ],
  ['a stage that is nowhere', changed('develop: [staging]', 'develop: [qa]'), '45:13', "there is no environment 'qa'"],
  [
    'a stage without services',
    changed(
      'web: { service: web-live, alarms: [web-5xx, web-slow], container-environment: { STAGE: live } }',
      'web: false',
    ),
    '44:19',
    "no service is delivered to 'production'",
  ],
  [
    'one ECS service twice',
    changed('    url: https://staging.example.com\n', '    services: { worker: { service: web } }\n'),
    '29:17',
    'the same ECS service',
  ],
  [
    'one repository twice',
    changed('    url: https://staging.example.com\n', '    services: { worker: { repository: web } }\n'),
    '29:17',
    'the same repository',
  ],
  ['more cells than a matrix has', MANY, '262:10', "'a' has 257 services"],
  ['more images than a matrix has', MANY, '262:3', "'main' has 257 services"],
];
