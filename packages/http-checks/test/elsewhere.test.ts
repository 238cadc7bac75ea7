import { describe, expect, it } from '@jest/globals';
import { assertElsewhere } from '../src/elsewhere.js';

const HERE = [
  'http://127.0.0.1:8080',
  'http://localhost',
  'https://a.localhost/x',
  'http://[::1]:80',
  'http://2130706433',
];

describe('assertElsewhere', () => {
  it.each(HERE)('refuses %s, and names the input', (url) => {
    expect(() => assertElsewhere('test-url', url, {})).toThrow(`'test-url' is '${url}', which is the runner itself`);
    const aws = { AWS_ENDPOINT_URL: 'https://ecs.example' };
    expect(() => assertElsewhere('test-url', url, aws)).toThrow(expect.objectContaining({ code: 'INPUT_INVALID' }));
  });

  it.each(HERE)('takes %s where AWS is on this machine too', (url) => {
    expect(() => assertElsewhere('test-url', url, { AWS_ENDPOINT_URL: 'http://127.0.0.1:4566' })).not.toThrow();
  });

  it.each([undefined, 'https://www.example.com', 'http://10.0.0.7:8080', 'no URL'])('leaves %s to others', (url) => {
    expect(() => assertElsewhere('production-url', url, {})).not.toThrow();
  });
});
