// [internal] The task sizes that Fargate offers.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html#fargate-tasks-size
import { Size, SizeRoundingBehavior, Token } from 'aws-cdk-lib';

/** CPU units → memory in MiB: the least, the most, and the step between. */
const MEMORY_OF: Record<number, { min: number; max: number; step: number }> = {
  512: { min: 1024, max: 4096, step: 1024 },
  1024: { min: 2048, max: 8192, step: 1024 },
  2048: { min: 4096, max: 16384, step: 1024 },
  4096: { min: 8192, max: 30720, step: 1024 },
  8192: { min: 16384, max: 61440, step: 4096 },
  16384: { min: 32768, max: 122880, step: 8192 },
};
/** The smallest size has half a gibibyte and then steps of one. */
const MEMORY_OF_256 = [512, 1024, 2048];

/** Fail unless Fargate offers this memory with this CPU. */
export function checkFargateSize(cpu: number, memory: Size): void {
  if (Token.isUnresolved(cpu)) return;
  if (cpu !== 256 && !(cpu in MEMORY_OF)) {
    throw new Error(`'cpu' must be 256, ${Object.keys(MEMORY_OF).join(', ').replace(/, (\d+)$/, ' or $1')}, got ${cpu}: choose one of these, 1024 units are a virtual CPU`);
  }
  if (memory.isUnresolved()) return;
  const mebibytes = memory.toMebibytes({ rounding: SizeRoundingBehavior.NONE });
  if (!offers(cpu, mebibytes)) {
    throw new Error(`'memory' must be ${amounts(cpu)} where 'cpu' is ${cpu}, got ${mebibytes} MiB: change either`);
  }
}

/** Fail unless Fargate offers this disk: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-task-storage.html */
export function checkEphemeralStorage(storage: Size | undefined): void {
  if (storage === undefined || storage.isUnresolved()) return;
  const gibibytes = storage.toGibibytes({ rounding: SizeRoundingBehavior.NONE });
  if (!Number.isInteger(gibibytes) || gibibytes < 21 || gibibytes > 200) {
    throw new Error(`'ephemeralStorage' must be 21 to 200 whole GiB, got ${gibibytes}: leave it out for the 20 GiB that every task has, or keep what is larger on shared files`);
  }
}

function offers(cpu: number, mebibytes: number): boolean {
  if (cpu === 256) return MEMORY_OF_256.includes(mebibytes);
  const { min, max, step } = MEMORY_OF[cpu];
  return mebibytes >= min && mebibytes <= max && (mebibytes - min) % step === 0;
}

function amounts(cpu: number): string {
  if (cpu === 256) return '512 MiB, 1 GiB or 2 GiB';
  const { min, max, step } = MEMORY_OF[cpu];
  return `${min / 1024} to ${max / 1024} GiB in steps of ${step / 1024} GiB`;
}
