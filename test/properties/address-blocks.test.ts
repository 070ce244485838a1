import { Template } from 'aws-cdk-lib/assertions';
import * as fc from 'fast-check';
import { AppNetwork } from '../../src';
import { testStack } from '../harness';

interface Range { readonly start: number; readonly end: number }

function rangeOf(cidr: string): Range {
  const [address, prefix] = cidr.split('/');
  const start = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  return { start, end: start + 2 ** (32 - Number(prefix)) };
}

function blocks(cidr: string, maxAzs: number): Map<string, string> {
  const stack = testStack();
  new AppNetwork(stack, 'Network', { cidr, maxAzs });
  return new Map(Object.entries(Template.fromStack(stack).findResources('AWS::EC2::Subnet')).map(([id, { Properties }]) => [id, Properties.CidrBlock]));
}

/** A VPC block of any address and of every size that is laid out. */
const vpcBlocks = fc.tuple(fc.nat(2 ** 32 - 1), fc.integer({ min: 16, max: 21 })).map(([address, prefix]) => {
  const size = 2 ** (32 - prefix);
  const start = address - address % size;
  return `${[24, 16, 8, 0].map((shift) => Math.floor(start / 2 ** shift) % 256).join('.')}/${prefix}`;
});
const zones = fc.integer({ min: 2, max: 4 });

test('laid-out blocks are aligned, lie within the VPC, do not overlap, and are large enough for AWS', () => {
  fc.assert(fc.property(vpcBlocks, zones, (cidr, maxAzs) => {
    const vpc = rangeOf(cidr);
    const ranges = [...blocks(cidr, maxAzs).values()].map(rangeOf).sort((a, b) => a.start - b.start);
    expect(ranges).toHaveLength(3 * maxAzs);
    ranges.forEach(({ start, end }, index) => {
      expect(start % (end - start)).toBe(0);
      expect(end - start).toBeGreaterThanOrEqual(16);
      expect(start).toBeGreaterThanOrEqual(index === 0 ? vpc.start : ranges[index - 1].end);
      expect(end).toBeLessThanOrEqual(vpc.end);
    });
  }), { numRuns: 25 });
});

test('more zones leave every block where it was', () => {
  fc.assert(fc.property(vpcBlocks, zones, zones, (cidr, some, others) => {
    const [fewer, more] = [some, others].sort();
    const after = blocks(cidr, more);
    for (const [id, block] of blocks(cidr, fewer)) expect(after.get(id)).toBe(block);
  }), { numRuns: 15 });
});
