// The workflow of GitHub Actions that an example brings along, and its shell beside programs that stand in.
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { parse } from 'yaml';
import { runShell, ShellRun, StandIns } from './shell';

const EXAMPLES = path.join(__dirname, '..', '..', 'examples');

export interface Step {
  readonly name?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Record<string, unknown>;
  readonly env?: Record<string, string>;
}
export interface Job {
  readonly 'needs'?: string;
  readonly 'if'?: string;
  readonly 'environment'?: string;
  readonly 'env'?: Record<string, string>;
  readonly 'permissions'?: Record<string, string>;
  readonly 'concurrency'?: string;
  readonly 'runs-on': string;
  readonly 'steps': readonly Step[];
}
export interface Workflow { readonly on: Record<string, unknown>; readonly permissions: Record<string, string>; readonly jobs: Record<string, Job> }

/** What a step of a workflow is run with. */
export interface Surroundings {
  readonly standIns: StandIns;
  readonly env?: Record<string, string>;
  /** Files in its folder, by name. */
  readonly files?: Record<string, string>;
}

/** What came of a step: also what it wrote to the summary of the job. */
export interface StepRun extends ShellRun { readonly summary: string }

/** A file of an example. */
export function fileOf(example: string, ...names: string[]): string {
  return path.join(EXAMPLES, example, ...names);
}

/** The workflow of an example. */
export class DeliveryWorkflow {
  public readonly text: string;
  public readonly workflow: Workflow;
  public readonly check: Job;
  public readonly dev: Job;
  public readonly prod: Job;
  /** All shell in it. */
  public readonly scripts: string[];

  constructor(example: string) {
    this.text = fs.readFileSync(fileOf(example, '.github', 'workflows', 'deliver.yml'), 'utf8');
    this.workflow = parse(this.text);
    ({ check: this.check, dev: this.dev, prod: this.prod } = this.workflow.jobs);
    this.scripts = this.steps.flatMap(({ run }) => run ?? []);
  }

  public get steps(): Step[] {
    return Object.values(this.workflow.jobs).flatMap(({ steps }) => steps);
  }

  /** Run a step of dev, which prod has alike, in a folder of its own. */
  public run(name: string, { standIns, env, files = {} }: Surroundings): StepRun {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'deliver-'));
    const summary = path.join(folder, 'summary.md');
    for (const [file, content] of Object.entries({ ...files, 'summary.md': '' })) fs.writeFileSync(path.join(folder, file), content);
    try {
      const run = runShell(stepOf(this.dev, name).run!, folder, standIns, { ...env, GITHUB_STEP_SUMMARY: summary });
      // continued lines are indented
      return { ...run, calls: run.calls.map((call) => call.replace(/ +/g, ' ')), summary: fs.readFileSync(summary, 'utf8') };
    } finally {
      fs.rmSync(folder, { recursive: true });
    }
  }
}

export function stepOf(job: Job, name: string): Step {
  return job.steps.find((step) => step.name === name)!;
}

export function nameOf({ name, uses }: Step): string {
  return name ?? uses!;
}
