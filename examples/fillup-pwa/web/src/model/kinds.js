// What can be drunk, and how much one serving is. The API knows the same kinds.

/** @typedef {'water'|'tea'|'coffee'|'juice'|'milk'|'soda'} Kind */

/** @type {{ kind: Kind, label: string, millilitres: number }[]} */
export const KINDS = [
  { kind: 'water', label: 'Water', millilitres: 250 },
  { kind: 'tea', label: 'Tea', millilitres: 200 },
  { kind: 'coffee', label: 'Coffee', millilitres: 150 },
  { kind: 'juice', label: 'Juice', millilitres: 200 },
  { kind: 'milk', label: 'Milk', millilitres: 200 },
  { kind: 'soda', label: 'Soda', millilitres: 330 },
];

export const DRINK = { min: 1, max: 5000 };
export const GOAL = { min: 250, max: 10_000, default: 2000, step: 250 };

/** @param {string} kind */
export const labelOf = (kind) => KINDS.find((known) => known.kind === kind)?.label ?? kind;

/** @param {number} millilitres */
export const amount = (millilitres) => `${millilitres} ml`;
