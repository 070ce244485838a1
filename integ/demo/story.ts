// What the demo of an example tells once the example is deployed: `stories/<example>.ts` exports one as `story`.
import { Outputs } from '../sandbox/deployment';
import { Sandbox } from '../sandbox/sandbox';

/** Where a story is told. */
export interface Stage {
  /** The account that the example is deployed to, with the images tagged `v1`. */
  readonly sandbox: Sandbox;
  /** What that deployment gave out. */
  readonly outputs: Outputs;
  /** Folder for pictures of pages. */
  readonly pictures: string;
  /** For how many seconds users are to keep it busy, where a story has any. */
  readonly loadSeconds: number;
  /** Deploy the example again with images of another tag. Fails as the deployment does, after it was rolled back. */
  deploy(imageTag: string): Promise<Outputs>;
  /** A numbered step; what it returns is told at the end as a fact. */
  prove(title: string, work: () => Promise<string>): Promise<void>;
}

/** A story ends, or fails with what did not work. */
export type Story = (stage: Stage) => Promise<void>;
