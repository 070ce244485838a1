// The layers in the glass, in the picture's own measure: down is more.

export const BOTTOM = 222;
export const MARK = 56;
// a little above the mark there is still room, then the glass is full
export const BRIM = 30;

/**
 * Neighbours of one kind are one layer; each goes from its level down to the bottom, and the older are drawn over the newer.
 * @param {{ kind: string, millilitres: number }[]} drinks newest first
 * @param {number} goal
 */
export function layersOf(drinks, goal) {
  /** @type {{ kind: string, upTo: number }[]} */
  const layers = [];
  let total = 0;
  for (const { kind, millilitres } of [...drinks].reverse()) {
    total += millilitres;
    if (layers.at(-1)?.kind === kind) layers.pop();
    layers.push({ kind, upTo: total });
  }
  // what does not fit pushes nothing out: the layers share the room there is
  const scale = Math.min((BOTTOM - MARK) / goal, (BOTTOM - BRIM) / (total || 1));
  return layers.map(({ kind, upTo }) => ({ kind, level: Math.round((BOTTOM - upTo * scale) * 10) / 10 }));
}
