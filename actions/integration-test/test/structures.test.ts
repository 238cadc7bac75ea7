import { expect, it } from '@jest/globals';
import { parseCommand, parseContainerCommand, parsePorts, parseServices } from '../src/structures.js';

it('reads what is right', () => {
  expect(parseCommand('[npm, run, "test:e2e"]')).toEqual(['npm', 'run', 'test:e2e']);
  expect(parseContainerCommand('- serve\n- ""')).toEqual(['serve', '']);
  expect(parsePorts(['9090', '65535', '9090'])).toEqual([9090, 65_535]);
  expect(parseServices('[{ name: db, image: "postgres:16", port: 5432 }]')).toEqual([
    { name: 'db', image: 'postgres:16', port: 5432, environment: {}, timeoutSeconds: 60 },
  ]);
});

it.each<[string, () => unknown, string]>([
  [
    'a line of a shell',
    () => parseCommand('npm test'),
    "'command' cannot be used: it must be a list (line 1, column 1).",
  ],
  ['a number', () => parseCommand('[wait, 5]'), "'[1]' must be a text: put it in quotes (line 1, column 8)."],
  ['a truth', () => parseCommand('[true]'), "'[0]' must be a text: put it in quotes"],
  ['an empty program', () => parseCommand('[""]'), 'it must begin with a program'],
  ['no program', () => parseCommand('[]'), 'it has no word in it'],
  ['no YAML', () => parseContainerCommand('[a, [b'), "'container-command' cannot be used: Flow sequence"],
  [
    'no port',
    () => parsePorts(['1', '80x', '9/udp', '70000']),
    "'80x', '9/udp', '70000' must be a whole number from 1 to",
  ],
  [
    'a key that is none',
    () => parseServices('- { name: db, image: x, port: 1, enviroment: {} }'),
    "unknown key 'enviroment'; did you mean 'environment'?",
  ],
  ['a missing port', () => parseServices('[{ name: db, image: x }]'), "'[0].port' is missing"],
  [
    'a port too high',
    () => parseServices('[{ name: db, image: x, port: 70000 }]'),
    "'[0].port' must be a whole number from 1 to 65535",
  ],
  [
    'a value that is no text',
    () => parseServices('[{ name: db, image: x, port: 1, environment: { A: 12345 } }]'),
    "'[0].environment.A' must be a text: put it in quotes",
  ],
  [
    'one name twice',
    () => parseServices('[{ name: db, image: x, port: 1 }, { name: db, image: x, port: 1 }]'),
    'it must have a name of its own for each service',
  ],
])('refuses %s, and says where it stands and what is right', (_, parse, message) => {
  expect(parse).toThrow(expect.objectContaining({ code: 'INPUT_INVALID', message: expect.stringContaining(message) }));
  expect(parse).toThrow(expect.objectContaining({ hint: expect.stringContaining('such as') }));
});

it('never shows the value of a variable', () => {
  const text = '[{ name: db, image: x, port: 1, environment: { A: 12345 }, command: [12345] }]';
  expect(() => parseServices(text)).toThrow(expect.objectContaining({ message: expect.not.stringContaining('12345') }));
});
