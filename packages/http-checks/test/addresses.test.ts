import { describe, expect, it } from '@jest/globals';
import { isLoopback, isRefusedAddress, refusedAmong } from '../src/addresses.js';
import { sendRequest } from '../src/index.js';

describe('isRefusedAddress', () => {
  it.each([
    '169.254.169.254',
    '169.254.170.2',
    '169.254.170.23',
    '168.63.129.16',
    '0.0.0.0',
    'fd00:ec2::254',
    '[fd00:ec2::23]',
    'fe80::1%eth0',
    '::ffff:169.254.169.254',
    '::ffff:a9fe:a9fe',
    '64:ff9b::a9fe:a9fe',
    '::',
  ])('refuses %s', (address) => expect(isRefusedAddress(address)).toBe(true));

  it.each(['127.0.0.1', '::1', '10.0.0.1', '172.17.0.2', '93.184.216.34', '2606:4700::1', 'localhost'])(
    'lets %s through',
    (address) => expect(isRefusedAddress(address)).toBe(false),
  );
});

describe('isLoopback', () => {
  it.each(['127.0.0.1', '127.8.9.10', '::1', '[::1]', '::ffff:127.0.0.1', '::ffff:7f00:1', 'localhost', 'a.localhost'])(
    'is true of %s',
    (host) => expect(isLoopback(host)).toBe(true),
  );

  it.each(['10.0.0.1', '128.0.0.1', 'localhost.example', '127.0.0.1.example', '2606:4700::1'])(
    'is false of %s',
    (host) => expect(isLoopback(host)).toBe(false),
  );
});

describe('refusedAmong', () => {
  it.each([
    ['localhost', ['::1', '127.0.0.1'], undefined],
    ['shop.example', ['93.184.216.34'], undefined],
    ['shop.example', ['10.0.0.7'], undefined],
    ['shop.example', ['93.184.216.34', '127.0.0.1'], '127.0.0.1'],
    ['shop.example', ['::ffff:127.0.0.1'], '::ffff:127.0.0.1'],
    ['localhost', ['169.254.169.254'], '169.254.169.254'],
  ])('of %s at %j is %s', (name, addresses, refused) => expect(refusedAmong(name, addresses)).toBe(refused));
});

describe('sendRequest', () => {
  it.each(['169.254.169.254', '2852039166', '0xa9fea9fe', '0251.0376.0251.0376', '[::ffff:169.254.169.254]', '0'])(
    'asks %s nothing, however it is written',
    async (host) => {
      const request = { baseUrl: `http://${host}`, path: '/', method: 'GET', headers: {}, timeoutMs: 5_000 } as const;
      const asked = sendRequest({ ...request, signal: new AbortController().signal });
      await expect(asked).rejects.toThrow('is never asked');
    },
  );
});
