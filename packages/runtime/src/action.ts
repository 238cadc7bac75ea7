import * as core from '@actions/core';
import { Redactor, type Clock, type SlipwayError } from '@slipway/core';
import { watchCancellation } from './cancellation.js';
import { clockFor, systemClock } from './clock.js';
import type { ActionDefinition, COMMON_OUTPUTS, OutputSchema } from './definition.js';
import { asSlipwayError, describe } from './failure.js';
import { readGitHubContext, type GitHubContext } from './github.js';
import { rawInput, type Environment } from './inputs/environment.js';
import { parseInputs } from './inputs/parse.js';
import { assertPathsStayInside } from './inputs/paths.js';
import type { InputSchema, InputsOf } from './inputs/schema.js';
import { createLog, type Log } from './log.js';
import { writeReport } from './report.js';
import { appendSummary, table } from './summary.js';

/** What an action's `run` may use of its surroundings. */
export interface ActionContext<I extends InputSchema = InputSchema, O extends OutputSchema = OutputSchema> {
  readonly inputs: InputsOf<I>;
  readonly log: Log;
  readonly github: GitHubContext;
  readonly clock: Clock;
  /** Aborts when the run is cancelled. */
  readonly signal: AbortSignal;
  readonly environment: Environment;
  /** Sets an output as soon as it is known, so that it is there whatever happens after. */
  setOutput(name: Exclude<keyof O & string, keyof typeof COMMON_OUTPUTS>, value: string): void;
  /** Hides a value in everything written from now on. */
  mask(secret: string): void;
  /** Remembers a text for `post`. Call it before the effect it speaks of: a killed step keeps what was saved. */
  saveState(name: string, value: string): void;
  /** What main remembered; an empty text when it did not. */
  getState(name: string): string;
  /** Adds Markdown to the job's summary. */
  summarise(markdown: string): Promise<void>;
  /** Adds a member to this step's JSON report. */
  report(name: string, value: unknown): void;
}

/** How an action ended. `failure` makes the step red; its outcome is told all the same. */
export interface ActionResult {
  readonly outcome: string;
  readonly failure?: SlipwayError;
}

export type ActionRun<I extends InputSchema, O extends OutputSchema> = (
  context: ActionContext<I, O>,
) => Promise<ActionResult>;

/** The parts of an action that act. `post` runs after the job, on every path, with what main saved. */
export interface ActionProgram<I extends InputSchema, O extends OutputSchema> {
  readonly run: ActionRun<I, O>;
  readonly post?: (context: ActionContext<I, O>) => Promise<void>;
}

const IS_POST = 'slipwayIsPost';
/** Saved by main once its inputs were read: without them there is nothing that post could clean up. */
const STARTED = 'slipwayStarted';

/** runAction runs an action as main or as post, and turns how it ended into outputs, report and exit code. */
export async function runAction<I extends InputSchema, O extends OutputSchema>(
  definition: ActionDefinition<I, O>,
  program: ActionProgram<I, O>,
): Promise<void> {
  const isPost = core.getState(IS_POST) === 'true';
  if (!isPost) core.saveState(IS_POST, 'true');
  const cancellation = watchCancellation();
  const scene = prepare(definition, cancellation.signal);
  try {
    if (isPost) await (core.getState(STARTED) === 'true' ? program.post?.(scene.context()) : undefined);
    else await main(definition, program, scene);
  } catch (error) {
    // Only post comes here: main has told of its own failure. A failed clean-up must be seen too.
    core.setFailed(scene.redactor.redact(describe(asSlipwayError(error), process.env)));
  } finally {
    cancellation.stop();
  }
}

type Scene<I extends InputSchema, O extends OutputSchema> = ReturnType<typeof prepare<I, O>>;

/** Everything around the run, made before the inputs are read: secrets are masked before anything is printed. */
function prepare<I extends InputSchema, O extends OutputSchema>(
  definition: ActionDefinition<I, O>,
  signal: AbortSignal,
) {
  const redactor = new Redactor();
  const mask = maskWith(redactor);
  for (const [name, spec] of Object.entries(definition.inputs)) {
    // A map's values are ordinary words too: masking them would blank the job's outputs. They are never printed.
    const value = spec.secret && spec.type !== 'map' ? rawInput(name, process.env) : undefined;
    if (value !== undefined) mask(value);
  }
  const github = readGitHubContext(process.env);
  const outputs: Record<string, string> = {};
  const facts: Facts = { told: {}, hasSummary: false };
  const setOutput = (name: string, value: string): void => {
    outputs[name] = redactor.redact(value);
    core.setOutput(name, outputs[name]);
  };
  const context = (): ActionContext<I, O> => {
    const inputs = parseInputs(definition.inputs, process.env, github);
    assertPathsStayInside(definition.inputs, inputs, github);
    const surroundings = { github, clock: clockFor(process.env), signal, environment: process.env };
    return { inputs, ...surroundings, setOutput, mask, ...sinks(redactor, facts) };
  };
  return { context, redactor, github, outputs, facts, setOutput, signal };
}

/** Tells both the runner and our own redactor. */
function maskWith(redactor: Redactor) {
  return (secret: string): void => {
    redactor.add(secret);
    for (const line of secret.split(/\r?\n/)) if (line.trim() !== '') core.setSecret(line);
  };
}

/** What an action has told of itself so far. */
interface Facts {
  /** The members of its report. */
  readonly told: Record<string, unknown>;
  hasSummary: boolean;
}

/** Where an action writes to. */
function sinks(redactor: Redactor, facts: Facts) {
  return {
    log: createLog(redactor),
    saveState: (name: string, value: string) => {
      // The runner keeps state in a file and passes it on unmasked.
      if (redactor.redact(value) !== value) throw new Error(`The state '${name}' holds a secret.`);
      core.saveState(name, value);
    },
    getState: (name: string) => core.getState(name),
    summarise: (markdown: string) => {
      facts.hasSummary = true;
      return appendSummary(redactor.redact(markdown), process.env['GITHUB_STEP_SUMMARY']);
    },
    report: (name: string, value: unknown) => {
      facts.told[name] = value;
    },
  };
}

async function main<I extends InputSchema, O extends OutputSchema>(
  definition: ActionDefinition<I, O>,
  program: ActionProgram<I, O>,
  scene: Scene<I, O>,
): Promise<void> {
  const startedAt = systemClock.now();
  const result = await settle(() => {
    const context = scene.context();
    core.saveState(STARTED, 'true');
    return program.run(context);
  }, scene.signal);
  scene.setOutput('outcome', result.outcome);
  const file = await writeReport({
    action: definition.name,
    outcome: result.outcome,
    startedAt,
    endedAt: systemClock.now(),
    outputs: scene.outputs,
    facts: scene.facts.told,
    failure: result.failure,
    folder: scene.github.temp,
    redactor: scene.redactor,
  });
  scene.setOutput('report', file);
  if (!scene.facts.hasSummary) await sinks(scene.redactor, scene.facts).summarise(shortSummary(definition, result));
  if (result.failure) core.setFailed(scene.redactor.redact(describe(result.failure, process.env)));
}

/** What the job summary shows of a step that wrote none itself: one that ended early. */
function shortSummary({ name }: { readonly name: string }, { outcome, failure }: ActionResult): string {
  if (!failure) return `### ${name}: ${outcome}`;
  return `### ❌ ${name}: ${outcome}\n\n${table(['Error', 'What and why', 'What to do'], [[failure.code, failure.message, failure.hint]])}`;
}

async function settle(run: () => Promise<ActionResult>, signal: AbortSignal): Promise<ActionResult> {
  try {
    return await run();
  } catch (error) {
    if (signal.aborted) return { outcome: 'cancelled', failure: asSlipwayError(signal.reason) };
    return { outcome: 'failed', failure: asSlipwayError(error) };
  }
}
