import { validationError } from './errors.js';
import type { Input } from './input.js';
import type { HealthCheckSettings } from './records.js';

/** An ALB that speaks HTTP to its targets accepts any of these as a sign of health. */
const CODES = { min: 200, max: 499 };

/**
 * DEFAULT_HEALTH_CHECK is AWS's, for targets of type `ip`.
 *
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html
 */
export const DEFAULT_HEALTH_CHECK: HealthCheckSettings = {
  port: undefined,
  shownPort: 'traffic-port',
  path: '/',
  intervalSeconds: 30,
  timeoutSeconds: 5,
  healthyThreshold: 5,
  unhealthyThreshold: 2,
  matcher: '200',
  expects: (status) => status === 200,
};

/** readHealthCheck returns the settings in force, changed by what a call says. */
export function readHealthCheck(input: Input, current: HealthCheckSettings): HealthCheckSettings {
  input.oneOf('HealthCheckProtocol', ['HTTP']);
  if (input.flag('HealthCheckEnabled') === false) {
    throw validationError("Health check enabled must be true for target groups with target type 'ip'");
  }
  const threshold = { min: 2, max: 10 };
  const shownPort = input.text('HealthCheckPort') ?? current.shownPort;
  const matcher = input.structure('Matcher')?.required('HttpCode') ?? current.matcher;
  const settings: HealthCheckSettings = {
    port: readPort(shownPort),
    shownPort,
    path: input.text('HealthCheckPath') ?? current.path,
    intervalSeconds: input.integer('HealthCheckIntervalSeconds', { min: 5, max: 300 }) ?? current.intervalSeconds,
    timeoutSeconds: input.integer('HealthCheckTimeoutSeconds', { min: 2, max: 120 }) ?? current.timeoutSeconds,
    healthyThreshold: input.integer('HealthyThresholdCount', threshold) ?? current.healthyThreshold,
    unhealthyThreshold: input.integer('UnhealthyThresholdCount', threshold) ?? current.unhealthyThreshold,
    matcher,
    expects: readMatcher(matcher),
  };
  requireSensible(settings);
  return settings;
}

/** showHealthCheck returns the settings as DescribeTargetGroups shows them. */
export function showHealthCheck(settings: HealthCheckSettings): object {
  return {
    HealthCheckProtocol: 'HTTP',
    HealthCheckPort: settings.shownPort,
    HealthCheckEnabled: true,
    HealthCheckIntervalSeconds: settings.intervalSeconds,
    HealthCheckTimeoutSeconds: settings.timeoutSeconds,
    HealthyThresholdCount: settings.healthyThreshold,
    UnhealthyThresholdCount: settings.unhealthyThreshold,
    HealthCheckPath: settings.path,
    Matcher: { HttpCode: settings.matcher },
  };
}

function requireSensible({ path, intervalSeconds, timeoutSeconds }: HealthCheckSettings): void {
  if (!/^\/[!-~]{0,1023}$/.test(path)) {
    throw validationError(
      `Health check path '${path}' must start with '/' and have no spaces, at most 1024 characters`,
    );
  }
  if (timeoutSeconds >= intervalSeconds) {
    throw validationError(
      `Health check timeout '${timeoutSeconds}' must be smaller than the interval '${intervalSeconds}'`,
    );
  }
}

function readPort(text: string): number | undefined {
  if (text === 'traffic-port') return undefined;
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port >= 1 && port <= 65_535) return port;
  throw validationError(`Health check port '${text}' must be 'traffic-port' or a port from 1 to 65535`);
}

/** readMatcher reads `200`, `200,204` or `200-299`, or a mixture, into a test of a status. */
function readMatcher(text: string): (status: number) => boolean {
  const ranges = text.split(',').map((part) => {
    const [, from, to] = /^(\d{3})(?:-(\d{3}))?$/.exec(part) ?? [];
    const min = Number(from);
    const max = Number(to ?? from);
    if (min >= CODES.min && min <= max && max <= CODES.max) return { min, max };
    throw validationError(`Health check matcher HTTP code '${text}' must be within '${CODES.min}-${CODES.max}'`);
  });
  return (status) => ranges.some(({ min, max }) => status >= min && status <= max);
}
