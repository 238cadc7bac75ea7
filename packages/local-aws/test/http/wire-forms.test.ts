import { describe, expect, it } from '@jest/globals';
import { parseCredentialScope } from '../../src/http/credential-scope.js';
import { parseJsonInput, writeJsonError, writeJsonOutput } from '../../src/http/json-protocol.js';
import { writeXmlError, writeXmlOutput } from '../../src/http/xml.js';
import { AwsError } from '../../src/service.js';

const at = new Date('2026-01-02T03:04:05.678Z');
const envelope = { namespace: 'http://sts.amazonaws.com/doc/2011-06-15/', requestId: 'id-1' };

describe('JSON', () => {
  it('writes times as epoch seconds and leaves out what is undefined', () => {
    const output = { at, list: [{ at }], gone: undefined, none: null, zero: 0 };
    expect(JSON.parse(writeJsonOutput(output))).toEqual({
      at: 1767323045.678,
      list: [{ at: 1767323045.678 }],
      none: null,
      zero: 0,
    });
  });

  it('writes an error with its fields', () => {
    const error = new AwsError('ServiceNotFoundException', 'no such service', { fields: { resourceIds: ['a'] } });
    expect(JSON.parse(writeJsonError(error))).toEqual({
      __type: 'ServiceNotFoundException',
      message: 'no such service',
      resourceIds: ['a'],
    });
  });

  it.each(['{', '[]', '"text"', 'null', '1'])('refuses %s', (body) => {
    expect(() => parseJsonInput(body)).toThrow(expect.objectContaining({ code: 'SerializationException' }));
  });

  it('takes an empty body for an empty input', () => {
    expect(parseJsonInput('')).toEqual({});
  });
});

describe('XML', () => {
  it('writes lists as members, times as ISO 8601, and leaves out what is undefined', () => {
    const output = { At: at, List: [{ Port: 80 }, { Port: 81 }], None: [], Gone: undefined, On: false };
    expect(writeXmlOutput('Do', output, envelope)).toBe(
      '<DoResponse xmlns="http://sts.amazonaws.com/doc/2011-06-15/"><DoResult><At>2026-01-02T03:04:05.678Z</At>' +
        '<List><member><Port>80</Port></member><member><Port>81</Port></member></List><None></None><On>false</On>' +
        '</DoResult><ResponseMetadata><RequestId>id-1</RequestId></ResponseMetadata></DoResponse>',
    );
  });

  it('escapes what is markup, and replaces what XML cannot say', () => {
    expect(writeXmlOutput('Do', { A: '<&">\u0000' }, envelope)).toContain('<A>&lt;&amp;&quot;&gt;\ufffd</A>');
  });

  it.each([
    [400, 'Sender'],
    [503, 'Receiver'],
  ])('says whose fault a %s is', (status, type) => {
    expect(writeXmlError(new AwsError('Bad', 'why', { status }), envelope)).toContain(
      `<Error><Type>${type}</Type><Code>Bad</Code><Message>why</Message></Error><RequestId>id-1</RequestId>`,
    );
  });
});

describe('parseCredentialScope', () => {
  it('reads who signed for what', () => {
    const header =
      'AWS4-HMAC-SHA256 Credential=AKIA/20260102/eu-central-1/ecs/aws4_request, SignedHeaders=host, Signature=0';
    expect(parseCredentialScope(header)).toEqual({ accessKeyId: 'AKIA', region: 'eu-central-1', service: 'ecs' });
  });

  it.each([undefined, '', 'Basic abc', 'AWS4-HMAC-SHA256 Credential=AKIA/20260102/eu-central-1, Signature=0'])(
    'reads nothing from %j',
    (header) => {
      expect(parseCredentialScope(header)).toBeUndefined();
    },
  );
});
