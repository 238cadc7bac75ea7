import { BlockList, isIP } from 'node:net';
import type { QueryPair } from '../../dataplane/pattern.js';
import type { Condition } from '../../dataplane/rule.js';
import { unsupported, validationError } from './errors.js';
import type { Input } from './input.js';
import type { ShownConditions } from './records.js';

/** @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html */
const MAX_VALUES_PER_RULE = 5;
const MAX_WILDCARDS_PER_RULE = 6;
/** @see https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_RuleCondition.html */
const MAX_VALUE_LENGTH = 128;
const MAX_HEADER_NAME_LENGTH = 40;

/** @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html */
const MAX_VALUES_PER_CONDITION = 3;
/** These can stand in a rule once; headers and query strings more often, each to be met. The same document. */
const ONCE = ['host-header', 'http-request-method', 'path-pattern', 'source-ip'];
/** @see https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_HttpRequestMethodConditionConfig.html */
const METHOD = /^[A-Z_-]{1,40}$/;

/** NO_CONDITIONS is what the default rule has. */
export const NO_CONDITIONS: ShownConditions = { meaning: [], shown: [] };

/** readConditions reads the conditions of a rule, in the older form (`Values`) or the newer (`…Config`). */
export function readConditions(conditions: readonly Input[]): ShownConditions {
  if (conditions.length === 0) throw validationError('A condition must be specified');
  const meaning = conditions.map(readCondition);
  requireOnce(meaning);
  requireFew(meaning.map(textsOf));
  return { meaning, shown: meaning.map(show) };
}

function requireOnce(conditions: readonly Condition[]): void {
  const fields = conditions.map(({ field }) => field);
  const twice = fields.find((field, index) => ONCE.includes(field) && fields.indexOf(field) !== index);
  if (twice !== undefined) throw validationError(`A rule can have at most one '${twice}' condition`);
}

function requireFew(texts: readonly (readonly string[])[]): void {
  if (texts.some(({ length }) => length > MAX_VALUES_PER_CONDITION)) {
    throw validationError(`A condition can have at most '${MAX_VALUES_PER_CONDITION}' values`);
  }
  if (texts.flat().length > MAX_VALUES_PER_RULE) {
    throw validationError(`A rule can have at most '${MAX_VALUES_PER_RULE}' condition values`);
  }
  if (texts.flat().join('').replace(/[^*?]/g, '').length > MAX_WILDCARDS_PER_RULE) {
    throw validationError(`A rule can have at most '${MAX_WILDCARDS_PER_RULE}' wildcards`);
  }
}

function textsOf(condition: Condition): readonly string[] {
  if (condition.field !== 'query-string') return condition.values;
  return condition.pairs.map(({ key, value }) => `${key ?? ''}=${value}`);
}

function readCondition(condition: Input): Condition {
  const field = condition.required('Field');
  switch (field) {
    case 'path-pattern':
      return { field, values: readValues(condition, 'PathPatternConfig') };
    case 'host-header':
      return { field, values: readValues(condition, 'HostHeaderConfig') };
    case 'http-header':
      return readHttpHeader(condition);
    case 'query-string':
      return readQueryString(condition);
    case 'http-request-method':
      return { field, values: readMethods(condition) };
    case 'source-ip':
      return readSourceIp(condition);
    default:
      throw unsupported(`the condition field '${field}'`);
  }
}

function readValues(condition: Input, configName: string): string[] {
  const config = condition.structure(configName);
  if (config && condition.has('Values')) {
    throw validationError(`A condition may have 'Values' or '${configName}', but not both`);
  }
  if (config?.has('RegexValues')) throw unsupported(`'RegexValues' in '${configName}'`);
  return checked(config ? config.texts('Values') : condition.texts('Values'));
}

function readHttpHeader(condition: Input): Condition {
  const config = requiredConfig(condition, 'HttpHeaderConfig');
  if (config.has('RegexValues')) throw unsupported("'RegexValues' in 'HttpHeaderConfig'");
  const name = config.required('HttpHeaderName');
  if (name.length > MAX_HEADER_NAME_LENGTH) {
    throw validationError(`The header name '${name}' cannot be longer than '${MAX_HEADER_NAME_LENGTH}' characters`);
  }
  return {
    field: 'http-header',
    name,
    values: checked(config.texts('Values')),
  };
}

function readQueryString(condition: Input): Condition {
  const config = requiredConfig(condition, 'QueryStringConfig');
  const pairs = config.structures('Values').map((pair): QueryPair => {
    return { key: pair.text('Key'), value: pair.required('Value') };
  });
  checked(pairs.flatMap(({ key, value }) => (key === undefined ? [value] : [key, value])));
  return { field: 'query-string', pairs };
}

function readMethods(condition: Input): string[] {
  const methods = checked(requiredConfig(condition, 'HttpRequestMethodConfig').texts('Values'));
  const wrong = methods.find((method) => !METHOD.test(method));
  if (wrong === undefined) return methods;
  throw validationError(`The HTTP request method '${wrong}' can only contain A-Z, hyphen (-) and underscore (_)`);
}

function readSourceIp(condition: Input): Condition {
  const values = checked(requiredConfig(condition, 'SourceIpConfig').texts('Values'));
  const ranges = new BlockList();
  for (const value of values) addRange(ranges, value);
  return { field: 'source-ip', values, ranges };
}

function addRange(ranges: BlockList, value: string): void {
  const [address = '', prefix = ''] = value.split('/');
  const version = isIP(address);
  const longest = version === 6 ? 128 : 32;
  if (version === 0 || !/^\d{1,3}$/.test(prefix) || Number(prefix) > longest) {
    throw validationError(`The source IP '${value}' must be an address block in CIDR format`);
  }
  // Clients come by IPv4 here, and no block of IPv6 has them in it.
  if (version === 4) ranges.addSubnet(address, Number(prefix));
}

function requiredConfig(condition: Input, name: string): Input {
  const config = condition.structure(name);
  if (config) return config;
  throw validationError(`'${name}' must be specified for a condition on '${condition.required('Field')}'`);
}

function checked(values: string[]): string[] {
  if (values.length === 0) throw validationError('A condition value must be specified');
  const long = values.find((value) => value.length > MAX_VALUE_LENGTH);
  if (long === undefined) return values;
  throw validationError(`The condition value '${long}' cannot be longer than '${MAX_VALUE_LENGTH}' characters`);
}

function show(condition: Condition): object {
  const { field: Field } = condition;
  switch (condition.field) {
    case 'path-pattern':
      return { Field, Values: condition.values, PathPatternConfig: { Values: condition.values } };
    case 'host-header':
      return { Field, Values: condition.values, HostHeaderConfig: { Values: condition.values } };
    case 'http-header':
      return { Field, HttpHeaderConfig: { HttpHeaderName: condition.name, Values: condition.values } };
    case 'query-string':
      return {
        Field,
        QueryStringConfig: { Values: condition.pairs.map(({ key, value }) => ({ Key: key, Value: value })) },
      };
    case 'http-request-method':
      return { Field, HttpRequestMethodConfig: { Values: condition.values } };
    case 'source-ip':
      return { Field, SourceIpConfig: { Values: condition.values } };
  }
}
