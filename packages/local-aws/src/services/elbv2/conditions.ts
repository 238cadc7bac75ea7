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

/** NO_CONDITIONS is what the default rule has. */
export const NO_CONDITIONS: ShownConditions = { meaning: [], shown: [] };

/** readConditions reads the conditions of a rule, in the older form (`Values`) or the newer (`…Config`). */
export function readConditions(conditions: readonly Input[]): ShownConditions {
  if (conditions.length === 0) throw validationError('A condition must be specified');
  const meaning = conditions.map(readCondition);
  const values = meaning.flatMap((condition) => condition.values);
  if (values.length > MAX_VALUES_PER_RULE) {
    throw validationError(`A rule can have at most '${MAX_VALUES_PER_RULE}' condition values`);
  }
  if (values.join('').replace(/[^*?]/g, '').length > MAX_WILDCARDS_PER_RULE) {
    throw validationError(`A rule can have at most '${MAX_WILDCARDS_PER_RULE}' wildcards`);
  }
  return { meaning, shown: meaning.map(show) };
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
    default:
      throw unsupported(`the condition field '${field}'`);
  }
}

function readValues(condition: Input, configName: string): string[] {
  const config = condition.structure(configName);
  if (config && condition.has('Values')) {
    throw validationError(`A condition may have 'Values' or '${configName}', but not both`);
  }
  return checked(config ? config.texts('Values') : condition.texts('Values'));
}

function readHttpHeader(condition: Input): Condition {
  const config = condition.structure('HttpHeaderConfig');
  if (!config) throw validationError("'HttpHeaderConfig' must be specified for an http-header condition");
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

function checked(values: string[]): string[] {
  if (values.length === 0) throw validationError('A condition value must be specified');
  const long = values.find((value) => value.length > MAX_VALUE_LENGTH);
  if (long === undefined) return values;
  throw validationError(`The condition value '${long}' cannot be longer than '${MAX_VALUE_LENGTH}' characters`);
}

function show(condition: Condition): object {
  const { field, values } = condition;
  switch (field) {
    case 'path-pattern':
      return {
        Field: field,
        Values: values,
        PathPatternConfig: { Values: values },
      };
    case 'host-header':
      return {
        Field: field,
        Values: values,
        HostHeaderConfig: { Values: values },
      };
    case 'http-header':
      return {
        Field: field,
        HttpHeaderConfig: { HttpHeaderName: condition.name, Values: values },
      };
  }
}
