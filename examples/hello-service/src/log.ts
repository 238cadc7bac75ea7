/** What may stand in a log line besides its event. */
export type LogFields = Readonly<Record<string, string | number | boolean>>;

/** Log writes one event. Requests are not events: the load balancer's access log has them. */
export interface Log {
  info(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
}

/** jsonLog returns a Log that writes one line of JSON per event; `common` stands in each of them. */
export function jsonLog(common: LogFields, write: (line: string) => void): Log {
  const line = (level: string, event: string, fields: LogFields = {}): void =>
    write(`${JSON.stringify({ time: new Date().toISOString(), level, event, ...common, ...fields })}\n`);
  return {
    info: (event, fields) => line('info', event, fields),
    error: (event, fields) => line('error', event, fields),
  };
}

/** messageOf returns what an unknown thrown value has to say. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** fetchProblem returns why a fetch failed, which fetch itself hides in the cause of its error. */
export function fetchProblem(error: unknown): string {
  return error instanceof TypeError && error.cause !== undefined ? messageOf(error.cause) : messageOf(error);
}
