// What the demo shows: numbered steps with their time, lines below them, tables. Colour and a moving line only on a terminal.
const isTerminal = process.stdout.isTTY === true && process.env.NO_COLOR === undefined;
const paint = (code: number) => (text: string): string => (isTerminal ? `\x1b[${code}m${text}\x1b[0m` : text);

export const bold = paint(1);
export const dim = paint(2);
export const green = paint(32);
export const red = paint(31);
export const cyan = paint(36);

let steps = 0;

/** A moving line while something is under way; on anything but a terminal it stays silent. */
export function moving(text: string): void {
  if (isTerminal) process.stdout.write(`\r\x1b[2K   ${dim(text.slice(0, (process.stdout.columns ?? 100) - 5))}`);
}

/** A line that stays. */
export function line(text = ''): void {
  if (isTerminal) process.stdout.write('\r\x1b[2K');
  console.log(text === '' ? '' : `   ${text}`);
}

/** A numbered step; what it returns is said behind it. */
export async function step<T>(title: string, work: () => Promise<T>): Promise<T> {
  const start = Date.now();
  steps += 1;
  console.log(`\n${bold(`${steps}. ${title}`)}`);
  const result = await work();
  line(dim(`${((Date.now() - start) / 1000).toFixed(1)} s`));
  return result;
}

/** Columns, the first to the left, numbers to the right. */
export function table(rows: ReadonlyArray<readonly string[]>): void {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  for (const row of rows) {
    const cells = row.map((cell, column) => (/^[+-]?\$?[\d.,]+( %)?$/.test(cell) ? cell.padStart(widths[column]) : cell.padEnd(widths[column])));
    line(cells.join('  ').trimEnd());
  }
}
