// [internal] Address blocks of the subnets: laid out by tier and zone, or exactly as given.
import { Token } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { checkRange, shown } from '../private/validate';

/** Tiers of a network. Also the names of the subnet groups in the VPC. */
export type Tier = 'Public' | 'App' | 'Data';

/** What users say of addresses. */
export interface AddressWishes {
  readonly cidr?: string;
  readonly maxAzs?: number;
  readonly publicCidrs?: string[];
  readonly appCidrs?: string[];
  readonly dataCidrs?: string[];
}

/** Blocks of one tier, one a zone, and the prop they come from. */
interface TierBlocks {
  readonly tier: Tier;
  readonly prop: string;
  readonly blocks: string[];
}

interface Block { readonly start: number; readonly end: number; readonly prefix: number }

/** Zones that every laid-out plan has room for: more than any profile uses, so that a zone added later finds its blocks free. */
const ROOM_FOR_ZONES = 4;

/**
 * Share of each tier in a VPC of /n, in units of 1/32 of it, and the units of one zone.
 *
 * The app tier takes half, since every task has an address of its own; public and data take an eighth each. The last quarter stays free, for subnets of the user.
 */
const LAYOUT: Record<Tier, { readonly from: number; readonly unitsPerZone: number }> = {
  App: { from: 0, unitsPerZone: 4 },
  Public: { from: 16, unitsPerZone: 1 },
  Data: { from: 20, unitsPerZone: 1 },
};

/** Blocks of the VPC and of its subnets. Asked by the VPC for the block of each subnet, by the name of its group and its zone. */
export class AddressPlan implements ec2.IIpAddresses {
  /** The plan that fits the wishes: laid out unless there are blocks for some tier. */
  public static of(wishes: AddressWishes, zones: number, natInPublicTier: boolean): AddressPlan {
    const { cidr = '10.0.0.0/16', maxAzs, publicCidrs, appCidrs, dataCidrs } = wishes;
    if (publicCidrs === undefined && appCidrs === undefined && dataCidrs === undefined) {
      checkRange('maxAzs', maxAzs ?? zones, 2, ROOM_FOR_ZONES, 'choose a number within these, load balancers need 2 zones, and blocks are laid out for 4');
      return AddressPlan.laidOut(cidr, maxAzs ?? zones);
    }
    if (maxAzs !== undefined) {
      throw new Error(`'maxAzs' must not stand beside explicit blocks, got ${shown(maxAzs)}: leave it out, the number of blocks is the number of zones`);
    }
    if (appCidrs === undefined) {
      throw new Error('\'appCidrs\' must be given beside blocks of other tiers, since tiers without blocks are not made: give the app tier a block in every zone');
    }
    if (publicCidrs === undefined && natInPublicTier) {
      throw new Error('\'publicCidrs\' must be given beside \'appCidrs\', since NAT gateways stand in the public tier: '
        + 'give it a block in every zone, or set \'egress\' to Egress.endpointsOnly()');
    }
    const tiers: TierBlocks[] = [{ tier: 'App', prop: 'appCidrs', blocks: appCidrs }];
    if (publicCidrs !== undefined) tiers.unshift({ tier: 'Public', prop: 'publicCidrs', blocks: publicCidrs });
    if (dataCidrs !== undefined) tiers.push({ tier: 'Data', prop: 'dataCidrs', blocks: dataCidrs });
    return AddressPlan.exact(cidr, tiers);
  }

  /** Blocks by tier and zone with room for four zones: a zone that is added changes no block of the others. */
  private static laidOut(cidr: string, zones: number): AddressPlan {
    if (Token.isUnresolved(cidr)) {
      throw new Error('\'cidr\' must be known at synthesis to lay out the subnets, got a token: give their blocks as \'publicCidrs\', \'appCidrs\' and \'dataCidrs\'');
    }
    const vpc = parseBlock('cidr', cidr);
    if (vpc.prefix < 16 || vpc.prefix > 21) {
      throw new Error(`'cidr' must be /16 to /21 where the library lays out the subnets, got '${cidr}': `
        + 'use another block, or give the subnets\' own as \'publicCidrs\', \'appCidrs\' and \'dataCidrs\'');
    }
    const unit = (vpc.end - vpc.start) / 32;
    const blocksOf = (tier: Tier): string[] => Array.from({ length: zones }, (_, zone) => {
      const { from, unitsPerZone } = LAYOUT[tier];
      return formatBlock(vpc.start + (from + zone * unitsPerZone) * unit, unitsPerZone * unit);
    });
    return new AddressPlan(cidr, new Map((['Public', 'App', 'Data'] as const).map((tier) => [tier, blocksOf(tier)])));
  }

  /** The blocks given, each checked. Blocks that are known only at deployment pass. */
  private static exact(cidr: string, tiers: TierBlocks[]): AddressPlan {
    const vpc = Token.isUnresolved(cidr) ? undefined : parseBlock('cidr', cidr);
    if (vpc) checkSize('cidr', cidr, vpc, 'a VPC');
    const [first] = tiers;
    const seen: Array<Block & { readonly prop: string; readonly cidr: string }> = [];
    for (const { prop, blocks } of tiers) {
      if (Token.isUnresolved(blocks)) {
        throw new Error(`'${prop}' must have a length known at synthesis, got a list token: pass its elements, such as Fn.select(0, list)`);
      }
      if (blocks.length < 2 || blocks.length > ROOM_FOR_ZONES) {
        throw new Error(`'${prop}' must hold 2 to ${ROOM_FOR_ZONES} blocks, one a zone, got ${blocks.length}: add or remove blocks`);
      }
      if (blocks.length !== first.blocks.length) {
        throw new Error(`'${prop}' must hold as many blocks as '${first.prop}', one a zone, got ${blocks.length} and ${first.blocks.length}: `
          + 'give every tier a block in every zone');
      }
      for (const block of blocks.filter((candidate) => !Token.isUnresolved(candidate))) {
        const parsed = parseBlock(prop, block);
        checkSize(prop, block, parsed, 'a subnet');
        if (vpc && (parsed.start < vpc.start || parsed.end > vpc.end)) {
          throw new Error(`'${prop}' must lie within the VPC's '${cidr}', got '${block}': choose a block within it, or a wider 'cidr'`);
        }
        const other = seen.find((candidate) => parsed.start < candidate.end && candidate.start < parsed.end);
        if (other) {
          throw new Error(`'${prop}' must not overlap other blocks, got '${block}', which meets '${other.cidr}' of '${other.prop}': choose blocks apart`);
        }
        seen.push({ ...parsed, prop, cidr: block });
      }
    }
    return new AddressPlan(cidr, new Map(tiers.map(({ tier, blocks }) => [tier, [...blocks]])));
  }

  private constructor(private readonly cidr: string, private readonly blocks: Map<Tier, string[]>) {}

  /** Tiers that have blocks. */
  public get tiers(): Tier[] {
    return [...this.blocks.keys()];
  }

  /** Zones that have blocks. */
  public get zones(): number {
    return Math.max(...[...this.blocks.values()].map((blocks) => blocks.length));
  }

  public allocateVpcCidr(): ec2.VpcIpamOptions {
    return { cidrBlock: this.cidr };
  }

  public allocateSubnetsCidr(input: ec2.AllocateCidrRequest): ec2.SubnetIpamOptions {
    // the VPC asks for the zones of a tier in their order
    const next = new Map([...this.blocks].map(([tier, blocks]) => [tier as string, blocks.values()]));
    return { allocatedSubnets: input.requestedSubnets.map(({ configuration }) => ({ cidr: next.get(configuration.name)!.next().value! })) };
  }
}

function parseBlock(prop: string, cidr: string): Block {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(cidr);
  const [a, b, c, d, prefix] = (match ?? []).slice(1).map(Number);
  if (!match || [a, b, c, d].some((part) => part > 255) || prefix > 32) {
    throw new Error(`'${prop}' must be an IPv4 block such as '10.0.0.0/16', got '${cidr}': write four numbers up to 255, a slash and the prefix length`);
  }
  const address = ((a * 256 + b) * 256 + c) * 256 + d;
  const size = 2 ** (32 - prefix);
  const start = address - address % size;
  if (start !== address) {
    throw new Error(`'${prop}' must begin at the first address of its block, got '${cidr}': write '${formatBlock(start, size)}'`);
  }
  return { start, end: start + size, prefix };
}

/** @see https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html and subnet-sizing.html: /16 to /28 for both */
function checkSize(prop: string, cidr: string, block: Block, what: string): void {
  if (block.prefix < 16 || block.prefix > 28) {
    throw new Error(`'${prop}' must be /16 to /28, the sizes AWS allows for ${what}, got '${cidr}': use a block of another size`);
  }
}

function formatBlock(start: number, size: number): string {
  const parts = [24, 16, 8, 0].map((shift) => Math.floor(start / 2 ** shift) % 256);
  return `${parts.join('.')}/${32 - Math.log2(size)}`;
}
