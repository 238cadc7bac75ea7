/** A task that runs once with the new definition: a migration. */
export interface OneOffTask {
  readonly command?: readonly string[];
  /** Whose exit code decides; the only essential container when not said. */
  readonly container?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly timeoutMinutes: number;
}
