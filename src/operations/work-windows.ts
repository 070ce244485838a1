// The windows of RDS, which are in UTC, within work hours, which are not: a stopped instance is neither backed up nor maintained.
import { TimeZone, Token } from 'aws-cdk-lib';
import { DAY, HOUR, Shift, WEEK, WEEKDAYS } from './work-week';

/** Windows of an instance, as RDS takes them. */
export interface InstanceWindows {
  readonly backupWindow: string;
  readonly maintenanceWindow: string;
  /** That of the password. */
  readonly rotationWindow: string;
}

/** In winter and in summer. Days that do not depend on today, as templates would. */
const SAMPLES = [Date.UTC(2026, 0, 15, 12), Date.UTC(2026, 6, 15, 12)];

export class WorkWindows {
  /** Minutes to add to UTC, one of each half of the year. Undefined where the zone is known only at deployment. */
  private readonly offsets?: readonly number[];

  /** Fails on a zone that there is not. */
  constructor(private readonly shifts: readonly Shift[], zone: TimeZone) {
    const { timezoneName } = zone;
    this.offsets = Token.isUnresolved(timezoneName) ? undefined : offsetsOf(timezoneName);
  }

  /**
   * Windows of an hour each in which the instance runs all the year: the first of work for backups, the last of the week for maintenance, and one between them,
   * on the hour, for the password.
   */
  public get suggested(): InstanceWindows | undefined {
    const { starts } = this;
    if (starts === undefined) return undefined;
    const { backup, maintenance, rotation } = starts;
    const windows = {
      backupWindow: `${timeOf(backup)}-${timeOf(backup + HOUR)}`,
      maintenanceWindow: `${momentOf(maintenance)}-${momentOf(maintenance + HOUR)}`,
      rotationWindow: `${momentOf(rotation)}-${momentOf(rotation + HOUR)}`,
    };
    const apart = mod(maintenance - backup, DAY) >= HOUR && mod(backup - maintenance, DAY) >= HOUR;
    const hold = this.holdBackup(windows.backupWindow) && this.holdWeekly(windows.maintenanceWindow) && this.holdWeekly(windows.rotationWindow);
    return apart && hold ? windows : undefined;
  }

  /** A schedule of AWS Backup, once a week. RDS takes no other backup during its own windows and in the hour before. */
  public get suggestedCopies(): string | undefined {
    const { starts } = this;
    if (starts === undefined || this.suggested === undefined || mod(starts.maintenance - starts.rotation, WEEK) < 2 * HOUR) return undefined;
    const minute = mod(starts.rotation, WEEK);
    return `cron(0 ${mod(minute, DAY) / HOUR} ? * ${WEEKDAYS[Math.floor(minute / DAY)]} *)`;
  }

  /** Whether an instance runs in its daily window. What cannot be read is not ours to judge. */
  public holdBackup(window: string): boolean {
    const [start, end] = [...window.matchAll(/(\d\d):(\d\d)/g)].map(([, hour, minute]) => Number(hour) * HOUR + Number(minute));
    return end === undefined || this.hold(start, mod(end - start, DAY), DAY);
  }

  /** Whether it runs in a weekly window. */
  public holdWeekly(window: string): boolean {
    const [start, end] = [...window.matchAll(/([a-z]{3}):(\d\d):(\d\d)/gi)]
      .map(([, day, hour, minute]) => WEEKDAYS.indexOf(day.toUpperCase()) * DAY + Number(hour) * HOUR + Number(minute));
    return end === undefined || this.hold(start, mod(end - start, WEEK), WEEK);
  }

  /** Whether it runs at one of some minutes of the week, and for an hour from then on. What cannot be read is not ours to judge. */
  public holdSome(moments: readonly number[] | undefined): boolean {
    return moments === undefined || moments.some((moment) => this.hold(moment, HOUR, WEEK));
  }

  /** When the windows begin, in minutes of the week. */
  private get starts(): { readonly backup: number; readonly maintenance: number; readonly rotation: number } | undefined {
    if (this.offsets === undefined) return undefined;
    const [first, last] = [this.shifts[0], this.shifts[this.shifts.length - 1]];
    const backup = first.start - Math.min(...this.offsets);
    return { backup, maintenance: last.end - Math.max(...this.offsets) - HOUR, rotation: this.fullHourAfter(backup + HOUR) };
  }

  /** Secrets Manager opens no window that goes on past midnight UTC, or ends at it. */
  private fullHourAfter(moment: number): number {
    const full = Math.ceil(moment / HOUR) * HOUR;
    return mod(full, DAY) === DAY - HOUR ? full + HOUR : full;
  }

  private hold(start: number, length: number, circle: number): boolean {
    const { offsets = [] } = this;
    return offsets.every((offset) => this.shifts.some((shift) => mod(start + offset - shift.start, circle) + length <= shift.end - shift.start));
  }
}

/** Those of zones asked for before: a format takes longer to make than all else of work hours. */
const OFFSETS = new Map<string, readonly number[]>();

function offsetsOf(timeZone: string): readonly number[] {
  const offsets = OFFSETS.get(timeZone) ?? SAMPLES.map((sample) => offsetOf(formatOf(timeZone), sample));
  OFFSETS.set(timeZone, offsets);
  return offsets;
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });
  } catch {
    // the only way to ask for a name: those that are listed leave out aliases, which AWS takes
    throw new Error(`'timeZone' must be a time zone of the IANA database, got '${timeZone}': use a member of TimeZone, such as TimeZone.EUROPE_ROME`);
  }
}

function offsetOf(format: Intl.DateTimeFormat, moment: number): number {
  const shown = format.formatToParts(moment).find(({ type }) => type === 'timeZoneName')!.value;
  const [, sign, hours, minutes] = /([+-])(\d\d):(\d\d)/.exec(shown) ?? [];
  return sign === undefined ? 0 : (sign === '-' ? -1 : 1) * (Number(hours) * HOUR + Number(minutes));
}

function timeOf(moment: number): string {
  const minute = mod(moment, DAY);
  return [Math.floor(minute / HOUR), minute % HOUR].map((part) => String(part).padStart(2, '0')).join(':');
}

function momentOf(moment: number): string {
  return `${WEEKDAYS[Math.floor(mod(moment, WEEK) / DAY)].toLowerCase()}:${timeOf(moment)}`;
}

function mod(value: number, circle: number): number {
  return (value % circle + circle) % circle;
}
