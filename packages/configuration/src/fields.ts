import { AWS_REGION } from '@slipway/core';
import { z } from 'zod';

/** Job names, artifact names and choices are made of it. */
const NAME = /^[a-z0-9][a-z0-9-]{0,62}$/;
/** What `services` of the plan action means by itself. */
const RESERVED = ['all', 'changed'];
/** Lists travel between steps by newline or comma. */
const LIST_ENTRY = /^[^\r\n,]+$/;
const ONE_LINE = /^[^\r\n]+$/;
/** Neither from the root of the disk nor by way of `..`. */
const INSIDE = /^(?![/\\])(?!(?:.*[/\\])?\.\.(?:[/\\]|$))[^\r\n]+$/;

/** NOT_CHOSEN stands in a button before a person has chosen; no name is like it. */
export const NOT_CHOSEN = 'choose…';

/** name is what a service or an environment is called. */
export const name = z
  .string()
  .regex(NAME, "is not a name: small letters, digits and '-', at most 63 of them, a letter or digit first");

/** serviceName leaves the words that mean several services to themselves. */
export const serviceName = name.regex(
  new RegExp(`^(?!(?:${RESERVED.join('|')})$)`),
  `means something else where services are chosen; ${RESERVED.map((word) => `'${word}'`).join(' and ')} are taken`,
);

/** line is a text on one line. */
export const line = z.string().regex(ONE_LINE, 'must be a text on one line, and not empty');

const LABEL = 'must be a label, or a list of labels that a runner has all of';

/** A job's `runs-on` takes a text that begins with a bracket for a list. */
const label = z.string().regex(/^(?![\s[{])[^\r\n]+$/, LABEL);

/** runner is what a job runs on: one label, or several; those reach the job as JSON. */
export const runner = z.union(
  [
    label,
    z
      .array(label)
      .min(1)
      .transform((labels) => JSON.stringify(labels)),
  ],
  {
    error: LABEL,
  },
);

/** inside is a path within the repository, from its root. */
export const inside = z.string().regex(INSIDE, "must be a path inside the repository, from its root, without '..'");

/** list is texts that hold neither comma nor line break, because an action takes them as one text. */
export const list = z.array(z.string().regex(LIST_ENTRY, 'must be a text without commas and line breaks')).min(1);

const VALUE = 'must be a text on one line, a number, true or false';

/** A number or true is taken as it is written; what YAML would change, such as 007, the reader refuses. */
const value = z
  .union([z.string().regex(/^[^\r\n]*$/, VALUE), z.number(), z.boolean()], { error: VALUE })
  .transform(String);

const PATTERN =
  "must be a pattern of paths from the repository's root, without '..': `*` within a name, `**` for whole folders (`services/web/**`), `[a-z]`, and `!` first for what does not count";

/** paths is patterns of which one at least says what counts; those that exclude alone would never be a change. */
export const paths = z
  .array(
    z
      .string()
      .regex(/^!?(?![/!])(?!(?:.*\/)?\.\.(?:\/|$))(?!.*\*\*[^/])(?!.*[^/!]\*\*)(?!.*\/\/)[^\r\n?+{}()|\\]+$/, PATTERN),
  )
  .min(1)
  .refine((patterns) => patterns.some((pattern) => !pattern.startsWith('!')), {
    error:
      "must have a pattern without '!': one that says what counts as a change, before those that take away from it",
  })
  .meta({ contains: { pattern: '^[^!]' } });

/** map is variables by their names; an action takes them as `name=value` lines. */
export const map = z.record(z.string().regex(/^[^=\s]+$/, "is not a name: it may hold neither blanks nor '='"), value);

const ACCOUNT = "must be an AWS account's id: 12 digits. Quote it: YAML drops the zeros that a number begins with";

/** account is an AWS account's id, quoted or not. */
export const account = z
  .union(
    [z.string().regex(/^\d{12}$/, ACCOUNT), z.int(ACCOUNT).min(100_000_000_000, ACCOUNT).max(999_999_999_999, ACCOUNT)],
    { error: ACCOUNT },
  )
  .transform(String);

/** region is an AWS region. */
export const region = z.string().regex(AWS_REGION, 'must be an AWS region, such as eu-central-1');

/** role is the ARN of an IAM role. */
export const role = z
  .string()
  .regex(
    /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/,
    "must be a role's ARN, such as arn:aws:iam::111122223333:role/deliver",
  );

/** url is an address that a person can open. */
export const url = z
  .string()
  .regex(/^https?:\/\/[^\s/]\S*$/, 'must be an address that begins with https:// or http://');

/** whole is a whole number within bounds, both allowed. */
export function whole(min: number, max: number) {
  const message = `must be a whole number from ${min} to ${max}`;
  return z.int(message).min(min, message).max(max, message);
}

/** percent is a number with one decimal at most, as AWS takes them, within bounds, both allowed. */
export function percent(min: number, max: number) {
  const message = `must be a number from ${min} to ${max}, one decimal at most`;
  return z
    .number(message)
    .min(min, message)
    .max(max, message)
    .refine((given) => Number(given.toFixed(1)) === given, message);
}
