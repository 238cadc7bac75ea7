/** A workflow command in a log: `::name key=value,key=value::message`. */
export interface WorkflowCommand {
  readonly name: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly message: string;
}

const COMMAND = /^\s*::([a-z-]+)(?: ([^:]*(?:::?[^:]+)*?))?::(.*)$/;

/** readCommands finds the workflow commands in a log, as the runner would (actions/runner, ActionCommand). */
export function readCommands(log: string): WorkflowCommand[] {
  const commands: WorkflowCommand[] = [];
  for (const line of log.split(/\r?\n/)) {
    const match = COMMAND.exec(line);
    if (match?.[1] === undefined) continue;
    commands.push({
      name: match[1],
      properties: readProperties(match[2] ?? ''),
      message: unescape(match[3] ?? ''),
    });
  }
  return commands;
}

function readProperties(text: string): Record<string, string> {
  const properties: Record<string, string> = {};
  for (const pair of text.split(',')) {
    const at = pair.indexOf('=');
    if (at > 0) {
      properties[pair.slice(0, at).trim()] = unescape(pair.slice(at + 1))
        .replaceAll('%3A', ':')
        .replaceAll('%2C', ',');
    }
  }
  return properties;
}

function unescape(text: string): string {
  return text.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%');
}
