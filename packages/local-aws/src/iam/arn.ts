/** Arn is an ARN, taken apart as far as it is the same for every service. */
export interface Arn {
  readonly service: string;
  readonly region: string;
  /** 12 digits, or empty. */
  readonly accountId: string;
  readonly resource: string;
}

const ARN = /^arn:aws[\w-]*:([\w-]+):([\w-]*):(\d{12}|):(.+)$/;

/** arnOf takes an ARN apart; undefined when a text is none. */
export function arnOf(text: string): Arn | undefined {
  const [, service, region = '', accountId = '', resource] = ARN.exec(text) ?? [];
  return service && resource ? { service, region, accountId, resource } : undefined;
}
