// Health checks of target groups, done for real: path, port, matcher and thresholds as declared, more often than on AWS.
import * as fs from 'fs';
import * as http from 'http';
import * as https from 'https';
import { TargetGroup } from '@aws-sdk/client-elastic-load-balancing-v2';
import { isWanted } from './ecs-rules';
import { sleep } from './processes';

/** Wrong answers of an application that is still starting are forgiven for as long. */
const WRONG_ANSWER_MILLISECONDS = 3000;
/** An application that listens elsewhere is not going to listen here. */
const OTHER_PORT_MILLISECONDS = 1000;
const FIRST_INTERVAL_MILLISECONDS = 200;

/** The health check of one target. */
export class TargetCheck {
  private readonly url: string;
  private readonly description: string;
  private readonly port: number;
  private last = 'no answer';

  constructor(private readonly group: TargetGroup, private readonly address: string, port: number) {
    const checkPort = /^\d+$/.test(group.HealthCheckPort ?? '') ? Number(group.HealthCheckPort) : port;
    this.url = `${(group.HealthCheckProtocol ?? 'HTTP').toLowerCase()}://${address}:${checkPort}${group.HealthCheckPath ?? '/'}`;
    this.description = `health checks of target group ${group.TargetGroupName} (GET ${group.HealthCheckPath ?? '/'} on port ${checkPort})`;
    this.port = checkPort;
  }

  /**
   * Wait until the target is healthy for the first time.
   *
   * @param gone tells that the target has ended, so that there is nothing to wait for
   * @returns why it will not be; undefined when it is
   */
  public async becomesHealthy(startSeconds: number, gone: () => boolean): Promise<string | undefined> {
    const start = Date.now();
    let successes = 0;
    let wrongAnswers = 0;
    let answeredSince: number | undefined;
    let elsewhereSince: number | undefined;
    for (; Date.now() - start < startSeconds * 1000; await sleep(FIRST_INTERVAL_MILLISECONDS)) {
      if (gone()) return 'the task has ended';
      const answer = await this.probe();
      if (answer !== '') this.last = answer;
      successes = answer === '' ? successes + 1 : 0;
      if (successes >= (this.group.HealthyThresholdCount ?? 5)) return undefined;
      if (answer.startsWith('answered')) {
        wrongAnswers += 1;
        answeredSince ??= Date.now();
        if (wrongAnswers >= (this.group.UnhealthyThresholdCount ?? 2) && Date.now() - answeredSince > WRONG_ANSWER_MILLISECONDS) break;
      } else if (answer !== '' && otherPorts(this.address, this.port).length > 0) {
        elsewhereSince ??= Date.now();
        if (Date.now() - elsewhereSince > OTHER_PORT_MILLISECONDS) break;
      }
    }
    const others = otherPorts(this.address, this.port);
    const hint = answeredSince === undefined && others.length > 0 ? `; the task listens on port ${others.join(', ')}` : '';
    return `Task failed ELB health checks: ${this.description}: ${this.last}${hint}`;
  }

  /** Check until the target is unhealthy or gone; the reason, or undefined when it is gone. */
  public async becomesUnhealthy(gone: () => boolean): Promise<string | undefined> {
    const interval = Math.max(500, (this.group.HealthCheckIntervalSeconds ?? 30) * 100);
    for (let failures = 0; !gone(); await sleep(interval)) {
      const answer = await this.probe();
      failures = answer === '' ? 0 : failures + 1;
      if (failures >= (this.group.UnhealthyThresholdCount ?? 2)) return `Task failed ELB health checks: ${this.description}: ${answer}`;
    }
    return undefined;
  }

  /** What is wrong with the answer; nothing when it is as the matcher wants it. */
  private probe(): Promise<string> {
    const timeout = (this.group.HealthCheckTimeoutSeconds ?? 5) * 1000;
    const { get } = this.url.startsWith('https') ? https : http;
    return new Promise((resolve) => {
      const request = get(this.url, { timeout, agent: false, rejectUnauthorized: false, headers: { 'User-Agent': 'ELB-HealthChecker/2.0' } }, (response) => {
        response.resume();
        const wanted = this.group.Matcher?.HttpCode ?? '200';
        resolve(isWanted(wanted, response.statusCode!) ? '' : `answered ${response.statusCode}, expected ${wanted}`);
      });
      request.once('timeout', () => request.destroy(new Error(`no answer within ${timeout / 1000} seconds`)));
      request.once('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'ECONNREFUSED' ? 'connection refused' : error.message));
    });
  }
}

/** Other ports on which something listens at an address, where the system tells. */
function otherPorts(address: string, port: number): number[] {
  let table: string;
  try {
    table = fs.readFileSync('/proc/net/tcp', 'utf8');
  } catch {
    return [];
  }
  const hex = address.split('.').reverse().map((part) => Number(part).toString(16).padStart(2, '0')).join('').toUpperCase();
  const listening = table.split('\n').map((line) => line.trim().split(/\s+/)).filter(([, local, , state]) => state === '0A' && local.startsWith(`${hex}:`));
  return [...new Set(listening.map(([, local]) => parseInt(local.split(':')[1], 16)))].filter((other) => other !== port).sort((a, b) => a - b);
}
