/** What the service says of itself in every answer, as far as the load looks at it. */
export interface ServiceAnswer {
  readonly service: string;
  readonly version: string;
  readonly host: string;
  readonly calls: number;
}

/** The longest version name that is taken for one. */
const MAX_VERSION_LENGTH = 128;

/** parseAnswer reads a body; `undefined` when it is anything but the service's own answer. */
export function parseAnswer(text: string): ServiceAnswer | undefined {
  const value = parseJson(text);
  if (typeof value !== 'object' || value === null) return undefined;
  const { service, version, host, calls } = value as Readonly<Record<string, unknown>>;
  const isAnswer = isText(service) && isText(version) && isText(host) && typeof calls === 'number';
  return isAnswer && version.length <= MAX_VERSION_LENGTH ? { service, version, host, calls } : undefined;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
