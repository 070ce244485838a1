// One tap, one serving; and any other amount.
import { useState } from 'react';
import { DRINK, KINDS } from '../model/kinds.js';
import { DrinkIcon } from './icons.jsx';

/** @typedef {import('../model/kinds.js').Kind} Kind */

/** @param {{ onAdd: (kind: Kind, millilitres?: number) => void }} props */
export function QuickAdd({ onAdd }) {
  return (
    <section className="card add" aria-labelledby="add-title">
      <h2 id="add-title">Add a drink</h2>
      <div className="kinds">
        {KINDS.map((drink) => <AddButton key={drink.kind} {...drink} onAdd={onAdd} />)}
      </div>
      <OtherAmount onAdd={onAdd} />
    </section>
  );
}

/** @param {{ kind: Kind, label: string, millilitres: number, onAdd: (kind: Kind) => void }} props */
function AddButton({ kind, label, millilitres, onAdd }) {
  // a new key starts the little jump again
  const [taps, setTaps] = useState(0);
  return (
    <button
      type="button"
      className={`kind kind-${kind}`}
      data-testid={`add-${kind}`}
      onClick={() => {
        setTaps(taps + 1);
        onAdd(kind);
      }}
    >
      <span key={taps} className={taps > 0 ? 'picture jump' : 'picture'}><DrinkIcon kind={kind} /></span>
      <span className="visually-hidden">Add </span>
      <span className="name">{label}</span>
      <span className="portion">{millilitres} ml</span>
    </button>
  );
}

/** @param {{ onAdd: (kind: Kind, millilitres: number) => void }} props */
function OtherAmount({ onAdd }) {
  return (
    <details className="other">
      <summary>Another amount</summary>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          const form = new FormData(event.currentTarget);
          onAdd(/** @type {Kind} */ (form.get('kind')), Number(form.get('millilitres')));
        }}
      >
        <label>
          Drink
          <select name="kind">{KINDS.map(({ kind, label }) => <option key={kind} value={kind}>{label}</option>)}</select>
        </label>
        <label>
          Millilitres
          <input name="millilitres" type="number" inputMode="numeric" min={DRINK.min} max={DRINK.max} step={1} defaultValue={500} required />
        </label>
        <button type="submit" className="primary">Add</button>
      </form>
    </details>
  );
}
