// What the sandbox and its supervisor tell each other at the start.

/** File in a run's folder that marks a sandbox which stays without its owner. */
export const KEPT_MARKER = 'kept';

/** What a supervisor is started with, as JSON in SANDBOX_CONFIG. */
export interface SupervisorConfig {
  readonly root: string;
  readonly runFolder: string;
  readonly python: string;
  readonly token: string;
  /** The file that maps images; none when there are no containers. */
  readonly images?: string;
  readonly startSeconds: number;
  readonly minuteMilliseconds: number;
}

/** What a started supervisor writes to `supervisor.json`. */
export interface SupervisorState {
  readonly pid: number;
  readonly control: string;
  readonly token: string;
  readonly endpoint: string;
}
