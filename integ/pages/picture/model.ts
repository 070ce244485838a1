// What a picture is made of.

/** The floors of the library, and what is outside of it: each has a colour. */
export type Floor = 'outside' | 'network' | 'data' | 'compute' | 'edge' | 'operations';

/** A thing that a reader knows by name. */
export interface Part {
  /** Unique in the picture. */
  readonly id: string;
  /** Its colour. */
  readonly floor: Floor;
  /** What it is. */
  readonly title: string;
  /** What is worth knowing of it, a line each. */
  readonly details: readonly string[];
  /** What is left out first where a picture gets too full: the highest. */
  readonly rank: number;
  /** Tier of the network in which it stands, or `VPC` for what belongs to all of them. */
  readonly tier?: string;
}

/** What one part has to do with another. */
export interface Link {
  /** Id of the part that acts. */
  readonly from: string;
  /** Id of the part that is acted on. */
  readonly to: string;
  /** What happens. */
  readonly label?: string;
  /** Whether it only watches, or keeps something of the other. */
  readonly quiet?: boolean;
}

/** A picture, not yet laid out. */
export interface Picture {
  /** What it shows, for who cannot see it. */
  readonly title: string;
  /** What stands in it. */
  readonly parts: readonly Part[];
  /** Ids of the parts that were there before. */
  readonly existing: ReadonlySet<string>;
  /** What they have to do with one another. */
  readonly links: readonly Link[];
  /** The network around the tiers, such as `VPC 10.0.0.0/16`. */
  readonly network: string;
}
