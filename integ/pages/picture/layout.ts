// Lets Graphviz find the places. The sizes are ours, so that no font of a reader's makes a text leave its box.
import { Link, Part, Picture } from './model';

/** A point; y grows downwards. */
export interface Point { readonly x: number; readonly y: number }
/** A rectangle. */
export interface Box extends Point { readonly width: number; readonly height: number }

/** A picture with places. */
export interface Layout {
  /** Of the picture. */
  readonly width: number;
  /** Of the picture. */
  readonly height: number;
  /** Boxes around parts, the outer ones first, with what they are called. */
  readonly frames: ReadonlyArray<Box & { readonly label: string; readonly outer: boolean }>;
  /** The parts. */
  readonly parts: ReadonlyArray<Box & { readonly part: Part }>;
  /** The links: control points of a Bézier curve, the tip of the arrow, the middle of the label. */
  readonly links: ReadonlyArray<{ readonly link: Link; readonly curve: readonly Point[]; readonly tip: Point; readonly label?: Point }>;
}

/** Font sizes, and the widths that their widest usual fonts take a letter. */
export const TEXT = {
  title: { size: 13, letter: 8.4, line: 17 },
  detail: { size: 11, letter: 6.6, line: 14.5 },
} as const;
const PADDING = { x: 11, y: 9 };
const POINTS_PER_INCH = 72;
/** Tiers from the internet inwards. */
const TIERS = ['Public', 'App', 'Data'];
const ALL_TIERS = 'VPC';

/** Size of a part's box. */
export function sizeOf({ title, details }: Part): { width: number; height: number } {
  const width = Math.max(title.length * TEXT.title.letter, ...details.map((detail) => detail.length * TEXT.detail.letter));
  return { width: Math.ceil(width + 2 * PADDING.x), height: Math.ceil(TEXT.title.line + details.length * TEXT.detail.line + 2 * PADDING.y) };
}

/** What a page has room for. */
const ROOM = { width: 900, height: 640 };

/** Find a place for everything, from left to right or from top to bottom, whichever may be shown larger. The same picture gets the same places. */
export async function layOut(picture: Picture): Promise<Layout> {
  // a module of its own kind, which only this way comes into one of ours
  const { Graphviz } = await import('@hpcc-js/wasm-graphviz');
  const graphviz = await Graphviz.load();
  const [across, down] = ['LR', 'TB'].map((direction) => placed(picture, JSON.parse(graphviz.layout(dotOf(picture, direction), 'json', 'dot')) as Drawing));
  const scale = ({ width, height }: Layout): number => Math.min(1, ROOM.width / width, ROOM.height / height);
  return scale(down) > scale(across) ? down : across;
}

function placed(picture: Picture, { bb, objects = [], edges = [] }: Drawing): Layout {
  const [, , width, height] = numbers(bb);
  const point = (x: number, y: number): Point => ({ x, y: height - y });
  const box = (text: string): Box => {
    const [left, bottom, right, top] = numbers(text);
    return { ...point(left, top), width: right - left, height: top - bottom };
  };
  const byName = new Map(picture.parts.map((part, index) => [`n${index}`, part]));
  return {
    width,
    height,
    frames: objects.filter((object) => object.bb !== undefined && object.name.startsWith('cluster'))
      .map(({ bb: around, name, label = '' }) => ({ ...box(around!), label, outer: name === 'cluster_vpc' })),
    parts: objects.filter(({ name }) => byName.has(name)).map(({ name, pos }) => {
      const part = byName.get(name)!;
      const [x, y] = numbers(pos!);
      const size = sizeOf(part);
      return { part, ...size, x: point(x, y).x - size.width / 2, y: point(x, y).y - size.height / 2 };
    }),
    links: edges.map(({ id, pos, lp }) => {
      const [tip, ...curve] = pos.replace('e,', '').split(' ').map((pair) => point(...(numbers(pair) as [number, number])));
      return { link: picture.links[Number(id)], curve, tip, label: lp === undefined ? undefined : point(...(numbers(lp) as [number, number])) };
    }),
  };
}

/** What Graphviz answers. */
interface Drawing {
  readonly bb: string;
  readonly objects?: ReadonlyArray<{ readonly name: string; readonly bb?: string; readonly label?: string; readonly pos?: string }>;
  readonly edges?: ReadonlyArray<{ readonly id: string; readonly pos: string; readonly lp?: string }>;
}

const numbers = (text: string): number[] => text.split(',').map(Number);

function dotOf({ parts, links, network }: Picture, direction: string): string {
  const names = new Map(parts.map(({ id }, index) => [id, `n${index}`]));
  const node = (part: Part): string => {
    const { width, height } = sizeOf(part);
    return `${names.get(part.id)} [width=${width / POINTS_PER_INCH} height=${height / POINTS_PER_INCH}]`;
  };
  const inside = (tier: string | undefined): string[] => parts.filter((part) => part.tier === tier).map(node);
  const tiers = [...TIERS, ...parts.map(({ tier }) => tier)].filter((tier, index, all) =>
    tier !== undefined && tier !== ALL_TIERS && all.indexOf(tier) === index && parts.some((part) => part.tier === tier));
  const frames = tiers.map((tier, index) => [
    `subgraph cluster_${index} { label="${tier} tier" margin=12`, ...inside(tier), '}',
  ].join('\n'));
  return [
    'digraph {',
    `graph [rankdir=${direction} nodesep=0.25 ranksep=0.45 pad=0 fontsize=12 labeljust=l margin=0]`,
    'node [shape=box fixedsize=true label=""]',
    'edge [arrowsize=0.7]',
    ...(parts.some(({ tier }) => tier !== undefined) ? [`subgraph cluster_vpc { label="${network}" margin=14`, ...frames, ...inside(ALL_TIERS), '}'] : []),
    ...inside(undefined),
    ...links.map((link, index) => edgeOf(link, index, links, names)),
    '}',
  ].join('\n');
}

/** Where one part watches several that stand in a row, only the first keeps it to its right: else it would stand behind the last of them. */
function edgeOf(link: Link, index: number, links: readonly Link[], names: ReadonlyMap<string, string>): string {
  const inRow = links.some(({ to, quiet }) => !quiet && to === link.from);
  const free = link.quiet && inRow && links.findIndex(({ to, quiet }) => quiet && to === link.to) < index;
  const width = Math.ceil((link.label ?? '').length * TEXT.detail.letter + 6);
  const room = `<table border="0" cellborder="0" cellspacing="0" cellpadding="0"><tr><td fixedsize="true" width="${width}" height="15"></td></tr></table>`;
  const label = link.label === undefined ? '' : ` label=<${room}>`;
  return `${names.get(link.from)} -> ${names.get(link.to)} [id=${index}${free ? ' constraint=false' : ''}${label}]`;
}
