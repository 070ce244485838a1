// docs/cost.md quotes figures; they are those of the table.
import * as fs from 'fs';
import * as path from 'path';
import { DEFAULT_USAGE } from '../../src/review/monthly-cost';
import { HOURS_PER_MONTH, POSTGRES_INSTANCES, PRICES } from '../../src/review/prices';

const page = fs.readFileSync(path.join(__dirname, '..', '..', 'docs', 'cost.md'), 'utf8');
const dollars = (amount: number): string => (Math.round(amount * 100 + 1e-6) / 100).toFixed(2);
const month = (perHour: number): number => perHour * HOURS_PER_MONTH;

const task = month(0.5 * PRICES.fargateX86Cpu.usd + PRICES.fargateX86Memory.usd);
const armTask = month(0.5 * PRICES.fargateArmCpu.usd + PRICES.fargateArmMemory.usd);
const spotTask = month(0.5 * PRICES.fargateSpotX86Cpu.usd + PRICES.fargateSpotX86Memory.usd);
const nat = month(PRICES.natGateway.usd + PRICES.publicIpv4.usd);
const endpoints = (zones: number): number => month(4 * zones * PRICES.interfaceEndpoint.usd);
const micro = POSTGRES_INSTANCES['db.t3.micro'];
const workShare = 70 / 168;

test.each([
  ['one NAT gateway for two zones', nat],
  ['one task outside working hours', task * (1 - workShare)],
  ['database stopped outside the same hours', month(micro.single.usd) * (1 - workShare)],
  ['Spot for one of two tasks', task - spotTask],
  ['ARM instead of x86 for two tasks', 2 * (task - armTask)],
  ['`db.t4g.micro` instead of `db.t3.micro`', month(micro.multiAz.usd - POSTGRES_INSTANCES['db.t4g.micro'].multiAz.usd)],
  ['no Container Insights', 25 * PRICES.customMetric.usd],
])('the page says what %s saves', (what, amount) => {
  const row = page.split('\n').find((line) => line.startsWith(`| ${what}`))!;
  expect(row.split('|')[2]).toContain(` ${dollars(amount)} `);
});

test('the page compares endpoints with NAT by the table', () => {
  for (const amount of [endpoints(2), endpoints(1), nat, endpoints(2) - nat, 2 * nat - endpoints(2)]) expect(page).toContain(`$${dollars(amount)}`);
});

test('the page names the usage that is assumed', () => {
  for (const [what, amount] of [
    ['sent to the internet', DEFAULT_USAGE.transferOutGb], ['images', DEFAULT_USAGE.imageGb], ['logs', DEFAULT_USAGE.logGb],
    ['through NAT', DEFAULT_USAGE.natGb], ['through interface endpoints', DEFAULT_USAGE.endpointGb], ['flow logs', DEFAULT_USAGE.flowLogGb],
    ['enhanced monitoring', DEFAULT_USAGE.monitoringGb], ['access logs', DEFAULT_USAGE.bucketGb],
    ['shared files', DEFAULT_USAGE.fileGb], ['read from shared files, and as much written', DEFAULT_USAGE.fileTrafficGb],
  ] as const) expect(page).toContain(`| ${what} | ${amount} GB`);
});
