import { Size, Token } from 'aws-cdk-lib';
import * as fc from 'fast-check';
import { checkFargateSize } from '../../src/compute/fargate-sizes';

/** The table of the ECS developer guide, spelt out. */
const TABLE: [cpu: number, gibibytes: number[]][] = [
  [256, [0.5, 1, 2]],
  [512, [1, 2, 3, 4]],
  [1024, [2, 3, 4, 5, 6, 7, 8]],
  [2048, Array.from({ length: 13 }, (_, index) => 4 + index)],
  [4096, Array.from({ length: 23 }, (_, index) => 8 + index)],
  [8192, Array.from({ length: 12 }, (_, index) => 16 + 4 * index)],
  [16384, Array.from({ length: 12 }, (_, index) => 32 + 8 * index)],
];

test.each(TABLE)('%d CPU units come with the amounts of the guide, and no other', (cpu, gibibytes) => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 130 * 4 }), (quarters) => {
    const memory = Size.mebibytes(quarters * 256);
    if (gibibytes.includes(quarters / 4)) {
      checkFargateSize(cpu, memory);
    } else {
      expect(() => checkFargateSize(cpu, memory)).toThrow(new RegExp(`^'memory' must be .* where 'cpu' is ${cpu}, got ${quarters * 256} MiB: change either$`));
    }
  }), { numRuns: 600 });
  expect(() => gibibytes.forEach((amount) => checkFargateSize(cpu, Size.mebibytes(amount * 1024)))).not.toThrow();
});

test.each([
  [256, 3072, "'memory' must be 512 MiB, 1 GiB or 2 GiB where 'cpu' is 256, got 3072 MiB: change either"],
  [512, 512, "'memory' must be 1 to 4 GiB in steps of 1 GiB where 'cpu' is 512, got 512 MiB: change either"],
  [8192, 18432, "'memory' must be 16 to 60 GiB in steps of 4 GiB where 'cpu' is 8192, got 18432 MiB: change either"],
])('%d CPU units with %d MiB: the message lists what there is', (cpu, mebibytes, message) => {
  expect(() => checkFargateSize(cpu, Size.mebibytes(mebibytes))).toThrow(message);
});

test('fails on a CPU size that Fargate does not offer', () => {
  expect(() => checkFargateSize(1000, Size.gibibytes(2))).toThrow(
    "'cpu' must be 256, 512, 1024, 2048, 4096, 8192 or 16384, got 1000: choose one of these, 1024 units are a virtual CPU",
  );
});

test('sizes known only at deployment pass', () => {
  checkFargateSize(Token.asNumber({ Ref: 'Cpu' }), Size.gibibytes(1));
  checkFargateSize(512, Size.mebibytes(Token.asNumber({ Ref: 'Memory' })));
});
