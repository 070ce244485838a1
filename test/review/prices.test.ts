import { POSTGRES_INSTANCES, Price, PRICES } from '../../src/review/prices';

const all: Price[] = [...Object.values(PRICES), ...Object.values(POSTGRES_INSTANCES).flatMap(({ single, multiAz }) => [single, multiAz])];

test('every price has a positive amount, a unit, a page of AWS and a day', () => {
  for (const price of all) {
    expect(price.usd).toBeGreaterThan(0);
    expect(price.unit).not.toBe('');
    expect(price.source).toMatch(/^https:\/\/aws\.amazon\.com\/[a-z0-9/-]+pricing[a-z/-]*\/$/);
    expect(price.checked).toMatch(/^20\d\d-\d\d-\d\d$/);
  }
});

test('a standby about doubles an instance', () => {
  for (const { single, multiAz } of Object.values(POSTGRES_INSTANCES)) {
    expect(multiAz.usd / single.usd).toBeGreaterThan(1.97);
    expect(multiAz.usd / single.usd).toBeLessThan(2.04);
  }
});

test('the next size of an instance about doubles its price', () => {
  for (const family of ['t3', 't4g']) {
    const sizes = ['micro', 'small', 'medium', 'large'].map((size) => POSTGRES_INSTANCES[`db.${family}.${size}`].single.usd);
    sizes.slice(1).forEach((usd, index) => expect(usd / sizes[index]).toBeCloseTo(2, 1));
  }
});

test('Spot is counted at 70 % off', () => {
  for (const [spot, onDemand] of [
    [PRICES.fargateSpotX86Cpu, PRICES.fargateX86Cpu],
    [PRICES.fargateSpotX86Memory, PRICES.fargateX86Memory],
    [PRICES.fargateSpotArmCpu, PRICES.fargateArmCpu],
    [PRICES.fargateSpotArmMemory, PRICES.fargateArmMemory],
  ]) expect(spot.usd / onDemand.usd).toBeCloseTo(0.3, 3);
});

test('four interface endpoints in two zones cost more than a NAT gateway', () => {
  expect(4 * 2 * PRICES.interfaceEndpoint.usd).toBeGreaterThan(PRICES.natGateway.usd + PRICES.publicIpv4.usd);
});
