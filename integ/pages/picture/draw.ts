// Draws a picture that has been laid out: SVG with colours by floor, for a light and a dark page.
import { Box, Layout, layOut, Point, TEXT } from './layout';
import { Floor, Picture } from './model';

/** Fill and line of a floor, on a light page and on a dark one. */
const COLOURS: Readonly<Record<Floor, readonly [light: readonly [string, string], dark: readonly [string, string]]>> = {
  outside: [['#f6f8fa', '#57606a'], ['#21262d', '#8b949e']],
  network: [['#e6f4ea', '#2d7a46'], ['#12261a', '#56b377']],
  data: [['#efe6fb', '#6b3fa0'], ['#271d3a', '#b596e8']],
  compute: [['#e7effb', '#2f5fa8'], ['#121d2f', '#6ea0ea']],
  edge: [['#e2f3f5', '#1b7080'], ['#0f2a30', '#5fb9c9']],
  operations: [['#fdeee0', '#a85b10'], ['#33220f', '#e3a25b']],
};
const EDGE = 14;
const LEGEND = 20;

/** The picture as SVG. The same picture gives the same text. */
export async function draw(picture: Picture): Promise<string> {
  const layout = await layOut(picture);
  const { width, height } = layout;
  const old = layout.parts.some(({ part }) => picture.existing.has(part.id));
  const [outerWidth, outerHeight] = [Math.max(round(width + 2 * EDGE), old ? 240 : 0), round(height + 2 * EDGE + (old ? LEGEND : 0))];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${outerWidth}" height="${outerHeight}" viewBox="0 0 ${outerWidth} ${outerHeight}" role="img" aria-labelledby="title">`,
    `<title id="title">${escaped(picture.title)}</title>`,
    '<style>',
    ...style(),
    '</style>',
    `<rect class="paper" width="${outerWidth}" height="${outerHeight}" rx="10"/>`,
    `<g transform="translate(${EDGE} ${EDGE})">`,
    ...layout.frames.map((frame) => `<rect class="${frame.outer ? 'vpc' : 'tier'}" ${place(frame)} rx="8"/>`),
    ...links(layout),
    ...layout.frames.map(({ x, y, label }) => `<text class="small halo" x="${round(x + 10)}" y="${round(y + 16)}">${escaped(label)}</text>`),
    ...parts(layout, picture.existing),
    ...(old ? [`<text class="small" x="0" y="${round(height + LEGEND - 2)}">Dashed boxes stood there before.</text>`] : []),
    '</g>',
    '</svg>',
    '',
  ].join('\n');
}

function parts({ parts: all }: Layout, existing: ReadonlySet<string>): string[] {
  return all.map(({ part, ...box }) => {
    const x = round(box.x + box.width / 2);
    const top = box.y + (box.height - TEXT.title.line - part.details.length * TEXT.detail.line) / 2;
    const details = part.details.map((detail, line) =>
      `<text class="small" text-anchor="middle" x="${x}" y="${round(top + TEXT.title.line + (line + 0.75) * TEXT.detail.line)}">${escaped(detail)}</text>`);
    return `<g class="${part.floor}${existing.has(part.id) ? ' old' : ''}"><rect ${place(box)} rx="8"/>`
      + `<text class="name" text-anchor="middle" x="${x}" y="${round(top + 0.75 * TEXT.title.line)}">${escaped(part.title)}</text>${details.join('')}</g>`;
  });
}

function links({ links: all }: Layout): string[] {
  return all.map(({ link, curve, tip, label }) => {
    const [start, ...rest] = curve;
    const last = rest[rest.length - 1];
    const line = `<path class="line${link.quiet ? ' quiet' : ''}" d="M${pair(start)}C${rest.map(pair).join(' ')}"/>${head(last, tip)}`;
    const text = label && link.label !== undefined ? `<text class="small halo" text-anchor="middle" x="${round(label.x)}" y="${round(label.y + 4)}">${escaped(link.label)}</text>` : '';
    return line + text;
  });
}

/** A triangle from the end of the line to the tip. */
function head(base: Point, tip: Point): string {
  const [dx, dy] = [tip.x - base.x, tip.y - base.y];
  const wing = (side: 1 | -1): Point => ({ x: base.x + side * dy * 0.4, y: base.y - side * dx * 0.4 });
  return `<path class="head" d="M${pair(tip)}L${pair(wing(1))} ${pair(wing(-1))}Z"/>`;
}

const round = (value: number): number => Math.round(value * 10) / 10;
const pair = ({ x, y }: Point): string => `${round(x)},${round(y)}`;
const place = ({ x, y, width, height }: Box): string => `x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}"`;
const escaped = (text: string): string => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');

function style(): string[] {
  const shade = (index: 0 | 1, [paper, vpc, ink, soft, line]: readonly string[]): string[] => [
    `.paper { fill: ${paper}; }`,
    `.vpc { fill: ${vpc}; stroke: ${line}; }`,
    `.tier { fill: ${paper}; stroke: ${line}; stroke-dasharray: 2 3; }`,
    `text { fill: ${ink}; }`,
    `.small { fill: ${soft}; }`,
    `.halo { stroke: ${vpc}; }`,
    `.line { stroke: ${line}; }`,
    `.head { fill: ${line}; }`,
    ...(Object.keys(COLOURS) as Floor[]).map((floor) => `.${floor} rect { fill: ${COLOURS[floor][index][0]}; stroke: ${COLOURS[floor][index][1]}; }`),
  ];
  return [
    `text { font: ${TEXT.title.size}px Helvetica, Arial, sans-serif; }`,
    '.name { font-weight: 600; }',
    `.small { font-size: ${TEXT.detail.size}px; }`,
    '.halo { stroke-width: 4; paint-order: stroke; stroke-linejoin: round; }',
    '.line { fill: none; }',
    '.quiet { stroke-dasharray: 3 3; }',
    '.old rect { stroke-dasharray: 6 3; }',
    ...shade(0, ['#ffffff', '#f6f8fa', '#1f2328', '#424a53', '#57606a']),
    '@media (prefers-color-scheme: dark) {',
    ...shade(1, ['#0d1117', '#161b22', '#e6edf3', '#b1bac4', '#8b949e']).map((rule) => `  ${rule}`),
    '}',
  ];
}
