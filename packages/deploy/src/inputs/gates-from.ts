import { listenerUrl } from '@slipway/aws';
import { SlipwayError } from '@slipway/core';
import { assertElsewhere, readSuite, suiteCredentials } from '@slipway/http-checks';
import type { GitHubContext, InputsOf } from '@slipway/runtime';
import { createAnalyst } from '@slipway/delivery';
import { createAlarmsGate } from '../gates/alarms.js';
import { createAnalysisGate } from '../gates/analysis.js';
import { createCommandGate } from '../gates/command.js';
import type { Gate } from '../gates/gate.js';
import { createNoTrafficLeftGate } from '../gates/no-traffic-left.js';
import { createVerifyGate, type Endpoint } from '../gates/verify.js';
import { findService } from '../observe.js';
import type { Surroundings } from '../ports.js';
import type { GATE_INPUTS } from './gate-inputs.js';
import type { SAFETY_INPUTS, WHERE_INPUTS } from './shift-inputs.js';
import { parseCommand } from './structures.js';

type GateInputs = InputsOf<typeof GATE_INPUTS> &
  InputsOf<typeof WHERE_INPUTS> &
  Pick<InputsOf<typeof SAFETY_INPUTS>, 'allow'>;

/** What gates are made with. */
export interface GateSurroundings extends Surroundings {
  readonly github: Pick<GitHubContext, 'workspace'>;
  /** The job's own. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Hides a text wherever it would be shown. */
  mask(secret: string): void;
}

/** gatesFrom makes the gates that the inputs ask for. @throws SlipwayError INPUT_INVALID, SUITE_INVALID, DEPLOY_* */
export async function gatesFrom(inputs: GateInputs, surroundings: GateSurroundings): Promise<readonly Gate[]> {
  const urls = await urlsFor(inputs, surroundings);
  const gates: Gate[] = [];
  if (inputs.verify !== undefined) {
    const suite = await readSuite({ file: inputs.verify, workspace: surroundings.github.workspace, input: 'verify' });
    const { environment } = surroundings;
    suiteCredentials({ suite, environment }).forEach((secret) => surroundings.mask(secret));
    const chosen = { tags: inputs['verify-tags'], variables: inputs['verify-variables'] };
    gates.push(
      createVerifyGate({ suite, environment, ...chosen, seconds: inputs['verify-seconds'], ...urls }, surroundings),
    );
  }
  if (inputs.command !== undefined) {
    gates.push(
      createCommandGate(
        {
          argv: parseCommand(inputs.command),
          minutes: inputs['command-minutes'],
          workspace: surroundings.github.workspace,
          environment: surroundings.environment,
          ...(urls.test ? { testUrl: urls.test.baseUrl } : {}),
          ...(urls.production ? { productionUrl: urls.production.baseUrl } : {}),
        },
        surroundings,
      ),
    );
  }
  if (inputs.alarms.length > 0) {
    const toleratesActive = inputs.allow.includes('active-alarm');
    gates.push(createAlarmsGate(inputs.alarms, surroundings, { toleratesActive }));
  }
  if (inputs.analysis) gates.push(analysisFrom(inputs, urls, surroundings));
  if (inputs['prove-drained'] === 'metrics') gates.push(createNoTrafficLeftGate(surroundings));
  return gates;
}

interface Urls {
  readonly test?: Endpoint;
  readonly production?: Endpoint;
}

function analysisFrom(inputs: GateInputs, { test, production }: Urls, surroundings: GateSurroundings): Gate {
  const slowSeconds = inputs['slow-seconds'];
  const allowed = inputs['allowed-error-percent'];
  return createAnalysisGate(
    {
      analyst: createAnalyst(),
      minutes: inputs['analysis-minutes'],
      onInconclusive: inputs['on-inconclusive'],
      ...(slowSeconds === undefined ? {} : { slowSeconds }),
      ...(allowed === undefined ? {} : { allowedErrorRate: allowed / 100 }),
      ...(test && production ? { probes: { test, production, path: '/' } } : {}),
    },
    surroundings,
  );
}

/** The inputs' own; what they leave out is read from the listeners, where a gate needs it. */
async function urlsFor(inputs: GateInputs, { aws, environment }: GateSurroundings): Promise<Urls> {
  for (const name of ['test-url', 'production-url'] as const) assertElsewhere(name, inputs[name], environment);
  const probes = inputs.analysis && inputs['on-inconclusive'] === 'probe';
  if (inputs.verify === undefined && inputs.command === undefined && !probes) return {};
  const service = await findService(aws, inputs.cluster, inputs.service);
  const [balancer] = service.loadBalancers;
  const urlOf = async (rule: string | undefined) => (rule === undefined ? undefined : listenerUrl(aws.elb, rule));
  const production = inputs['production-url'] ?? (await urlOf(balancer?.productionListenerRule));
  const headers = inputs['test-headers'];
  const hasHeaders = Object.keys(headers).length > 0;
  const test = inputs['test-url'] ?? (hasHeaders ? production : await urlOf(balancer?.testListenerRule));
  if (inputs.verify !== undefined && test === undefined && production === undefined) throw nowhere(inputs.service);
  return {
    ...(test === undefined ? {} : { test: { baseUrl: test, ...(hasHeaders ? { headers } : {}) } }),
    ...(production === undefined ? {} : { production: { baseUrl: production } }),
  };
}

function nowhere(service: string): SlipwayError {
  return new SlipwayError({
    code: 'INPUT_INVALID',
    message: `'verify' names a check suite, and no load balancer tells where '${service}' answers.`,
    hint: "Set 'production-url', and 'test-url' to check the new fleet before it gets production traffic.",
  });
}
