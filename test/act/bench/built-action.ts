import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { runAction, type ActionEnd } from '@slipway/testkit';
import { asMap, readYaml } from '../../yaml-documents.js';

/** An action as it was published: what the runner reads of its action.yml. */
export interface BuiltAction {
  /** `docker/build-push-action`. */
  readonly name: string;
  readonly main: string;
  readonly post?: string;
  /** The inputs that nobody gives. */
  readonly defaults: Readonly<Record<string, string>>;
}

/** Where a job runs. */
export interface JobPlace {
  readonly workspace: string;
  readonly temp: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** hasAction tells whether a folder holds an action. */
export function hasAction(folder: string): boolean {
  return existsSync(path.join(folder, 'action.yml'));
}

/** readAction reads a built action of any publisher. */
export async function readAction(name: string, folder: string): Promise<BuiltAction> {
  const text = await readFile(path.join(folder, 'action.yml'), 'utf8');
  const action = asMap(readYaml({ name: 'action.yml', text }).root);
  const runs = asMap(action['runs']);
  const inputs = Object.entries(asMap(action['inputs'])).map(([input, told]) => [input, asMap(told)['default']]);
  return {
    name,
    main: path.join(folder, String(runs['main'])),
    ...(typeof runs['post'] === 'string' ? { post: path.join(folder, runs['post']) } : {}),
    // What is an expression is the run's token, and nothing of a chain needs it.
    defaults: Object.fromEntries(
      inputs.filter(([, value]) => value !== undefined).map(([input, value]) => [input, withoutExpression(value)]),
    ) as Record<string, string>,
  };
}

const withoutExpression = (value: unknown): string => (String(value).includes('${{') ? '' : String(value));

/** How long one step may take. */
const TIMEOUT_MS = 900_000;

/** runBuilt runs main, or post with what main left, and throws when it is red. */
export async function runBuilt(
  action: BuiltAction,
  inputs: Readonly<Record<string, string>>,
  { main, ...place }: JobPlace & { readonly main?: ActionEnd },
): Promise<ActionEnd> {
  const end = await runAction({
    ...place,
    action: action.name,
    bundle: main === undefined ? action.main : (action.post ?? action.main),
    inputs: { ...action.defaults, ...inputs },
    ...(main === undefined ? {} : { phase: 'post', state: main.state }),
    timeoutMs: TIMEOUT_MS,
  });
  if (end.exitCode === 0) return end;
  const said = end.errors.join(' ') || `${end.stdout}\n${end.stderr}`.slice(-2_000);
  throw new Error(`${action.name} failed: ${said}`);
}
