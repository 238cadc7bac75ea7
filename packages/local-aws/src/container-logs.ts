/** How tasks meet CloudWatch Logs inside local-aws: where the log driver `awslogs` sends what containers write. */
export interface ContainerLogs {
  /**
   * open makes the stream, and the group where that is asked for.
   *
   * @throws AwsError ResourceNotFoundException when the group does not exist
   */
  open(destination: LogDestination): LogWriter;
}

/** LogDestination is where a container's lines go. */
export interface LogDestination {
  readonly region: string;
  readonly group: string;
  readonly stream: string;
  readonly createsGroup: boolean;
}

/** LogWriter takes a container's lines, as they are written and without their line ends. */
export interface LogWriter {
  write(line: string): void;
}
