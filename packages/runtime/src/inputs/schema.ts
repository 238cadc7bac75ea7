interface Common {
  /** One or two full sentences: the README and action.yml show them. */
  readonly description: string;
  readonly required?: boolean;
  /** Masked before first use; never shown in a log, a summary or a report. */
  readonly secret?: boolean;
  /** A value as one would write it in YAML. */
  readonly example?: string;
  /** Outputs of earlier steps that it is taken from when it is not set and `reports` holds one of theirs; the first that is there. */
  readonly handedOver?: readonly HandedOver[];
}

/** An output of an action, as its report tells it. */
export interface HandedOver {
  readonly action: string;
  readonly output: string;
  /** Also from a step that failed: who takes back what it did has to know what that was. */
  readonly evenOfAFailure?: true;
}

/** A text; `pattern` must match the whole of it. */
export interface StringInput extends Common {
  readonly type: 'string';
  /** One that begins with `${{` is an expression, which GitHub evaluates in action.yml. */
  readonly default?: string;
  readonly pattern?: RegExp;
  /** What `pattern` asks for, in words: `a tag: letters, digits, '.', '_', '-'`. */
  readonly expects?: string;
}

/** YAML 1.2's `true` or `false` and nothing else. */
export interface BooleanInput extends Common {
  readonly type: 'boolean';
  readonly default: boolean;
}

export interface IntegerInput extends Common {
  readonly type: 'integer';
  readonly min: number;
  readonly max: number;
  readonly default?: number;
}

/** A number with at most one decimal, as AWS takes percents. */
export interface PercentInput extends Common {
  readonly type: 'percent';
  readonly min: number;
  readonly max: number;
  readonly default?: number;
}

export interface EnumInput extends Common {
  readonly type: 'enum';
  readonly values: readonly string[];
  readonly default?: string;
}

/** A file or folder, relative to GITHUB_WORKSPACE, or absolute within it or within RUNNER_TEMP. */
export interface PathInput extends Common {
  readonly type: 'path';
  readonly default?: string;
}

/** Entries by newline or comma, trimmed, blank ones left out. */
export interface ListInput extends Common {
  readonly type: 'list';
  /** How an entry begins, where one may have commas: a comma before anything else is a part of its entry. */
  readonly begins?: RegExp;
}

/** `key=value` lines, split at the first `=`. */
export interface MapInput extends Common {
  readonly type: 'map';
}

export type InputSpec =
  StringInput | BooleanInput | IntegerInput | PercentInput | EnumInput | PathInput | ListInput | MapInput;

/** InputSchema is an action's inputs by their kebab-case names. */
export type InputSchema = Readonly<Record<string, InputSpec>>;

type ValueOf<S extends InputSpec> = S extends BooleanInput
  ? boolean
  : S extends IntegerInput | PercentInput
    ? number
    : S extends EnumInput
      ? S['values'][number]
      : S extends ListInput
        ? readonly string[]
        : S extends MapInput
          ? Readonly<Record<string, string>>
          : string;

type IsAlwaysSet<S extends InputSpec> = S extends { required: true }
  ? true
  : S extends { default: `\${{${string}` }
    ? false
    : S extends { default: string | number | boolean }
      ? true
      : S extends ListInput | MapInput
        ? true
        : false;

/** InputsOf is the parsed form of a schema: `undefined` only where an input may be left out. */
export type InputsOf<S extends InputSchema> = {
  readonly [K in keyof S]: IsAlwaysSet<S[K]> extends true ? ValueOf<S[K]> : ValueOf<S[K]> | undefined;
};

/** defineInputs keeps the literal types of a schema, from which {@link InputsOf} is derived. */
export function defineInputs<const S extends InputSchema>(schema: S): S {
  return schema;
}
