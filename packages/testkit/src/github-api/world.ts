/** The permissions of a job's token, by their names in a workflow. */
export type Permissions = Readonly<
  Partial<Record<'actions' | 'contents' | 'deployments' | 'issues' | 'pull-requests' | 'statuses', 'read' | 'write'>>
>;

/** A deployment as GitHub shows it, and what it knows of its statuses. */
export interface Deployment {
  readonly id: number;
  readonly sha: string;
  readonly ref: string;
  readonly task: string;
  readonly payload: unknown;
  readonly original_environment: string;
  environment: string;
  readonly description: string | null;
  readonly transient_environment: boolean;
  readonly production_environment: boolean;
  readonly created_at: string;
  updated_at: string;
  /** The oldest first. */
  readonly statuses: DeploymentStatus[];
}

/** A status of a deployment. */
export interface DeploymentStatus {
  readonly id: number;
  readonly state: string;
  readonly description: string;
  readonly environment: string;
  readonly log_url: string;
  readonly environment_url: string;
  readonly created_at: string;
}

/** A status of a commit. */
export interface CommitStatus {
  readonly id: number;
  readonly sha: string;
  readonly state: string;
  readonly context: string;
  readonly description: string | null;
  readonly target_url: string | null;
  readonly created_at: string;
}

/** A comment of an issue or a pull request. */
export interface Comment {
  readonly id: number;
  readonly issue: number;
  body: string;
  readonly user: { readonly login: string; readonly type: string };
  readonly created_at: string;
}

/** A run of a workflow. The newest stands first in what tests give. */
export interface WorkflowRun {
  readonly id: number;
  /** GITHUB_RUN_NUMBER. Absent: as the id. */
  readonly run_number?: number;
  /** `.github/workflows/deliver.yml`. */
  readonly path: string;
  readonly head_branch: string;
  readonly head_sha: string;
  readonly event: string;
  readonly status: string;
  readonly conclusion: string | null;
  /** Its jobs, by name, with the names of their steps and how those ended. Absent: none are shown. */
  readonly jobs?: Readonly<Record<string, Readonly<Record<string, 'success' | 'skipped'>>>>;
}

/** What lies between two commits; the key in the world is `base...head`. */
export interface Comparison {
  readonly status: 'ahead' | 'behind' | 'diverged' | 'identical';
  readonly files: readonly {
    readonly filename: string;
    readonly status: string;
    readonly previous_filename?: string;
  }[];
}

/** World is all that one repository of the stand-in holds; tests read it, and may change it at any time. */
export class World {
  readonly deployments: Deployment[] = [];
  readonly commitStatuses: CommitStatus[] = [];
  readonly comments: Comment[] = [];
  readonly runs: WorkflowRun[] = [];
  readonly comparisons = new Map<string, Comparison>();
  /** Names of environments; a deployment makes its own. */
  readonly environments = new Set<string>();
  /** Commits and refs that exist; empty: all that are asked for. */
  readonly refs = new Map<string, string>();
  #lastId = 1000;
  readonly #now: () => number;

  /** `owner/name`. */
  readonly repository: string;

  constructor(repository: string, now: () => number) {
    this.repository = repository;
    this.#now = now;
  }

  nextId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }

  /** As GitHub writes times. */
  time(): string {
    return new Date(this.#now()).toISOString().replace(/\.\d+Z$/, 'Z');
  }

  /** The commit of a ref; undefined when there is none. */
  commitOf(ref: string): string | undefined {
    if (this.refs.size === 0) return ref;
    return this.refs.get(ref) ?? [...this.refs.values()].find((sha) => sha === ref);
  }

  /** The state of a deployment as GitHub shows it: that of its newest status. */
  stateOf({ statuses }: Deployment): string {
    return statuses.at(-1)?.state ?? 'pending';
  }
}
