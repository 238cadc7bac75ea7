/** LogsPort is what the suite asks of CloudWatch Logs. Every method throws SlipwayErrors with codes AWS_*. */
export interface LogsPort {
  /** A page of a stream from its beginning or from a token of an earlier page; undefined while there is no such stream. */
  page(query: LogPageQuery): Promise<LogPage | undefined>;
  /** The last lines of a stream, oldest first; none while there is no such stream. */
  tail(stream: LogStream, lines: number): Promise<readonly LogLine[]>;
}

export interface LogStream {
  readonly group: string;
  readonly stream: string;
  /** The group's region, where it is not the client's. */
  readonly region?: string;
}

export interface LogPageQuery extends LogStream {
  readonly token?: string;
}

export interface LogPage {
  readonly lines: readonly LogLine[];
  /** Where the next page begins; the same token again when nothing more has come. */
  readonly token: string;
}

export interface LogLine {
  readonly at: Date;
  readonly message: string;
}
