import { expect, it } from '@jest/globals';
import { messageOf } from '../src/index.js';

it.each<[string, unknown, string]>([
  ['an error', new Error('It broke.'), 'It broke.'],
  ['another realm’s error', { message: 'It broke there.' }, 'It broke there.'],
  ['a text', 'broken', 'broken'],
  ['nothing', undefined, 'undefined'],
  ['null', null, 'null'],
  [
    'several that say nothing together',
    new AggregateError([new Error('connect ECONNREFUSED ::1:80'), new Error('connect ECONNREFUSED 127.0.0.1:80')]),
    'connect ECONNREFUSED ::1:80, connect ECONNREFUSED 127.0.0.1:80',
  ],
  ['several that say it together', new AggregateError([new Error('one')], 'all of them'), 'all of them'],
])('messageOf tells what %s says', (_title, error, said) => {
  expect(messageOf(error)).toBe(said);
});
