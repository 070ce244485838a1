// The day's goal, to be changed.
import { useEffect, useState } from 'react';
import { GOAL } from '../model/kinds.js';

/** @param {{ goal: number, onChange: (millilitres: number) => void }} props */
export function Goal({ goal, onChange }) {
  const [text, setText] = useState(String(goal));
  useEffect(() => setText(String(goal)), [goal]);
  const wish = Number(text);
  const valid = Number.isInteger(wish) && wish >= GOAL.min && wish <= GOAL.max;

  const save = (/** @type {number} */ millilitres) => {
    const within = Math.min(GOAL.max, Math.max(GOAL.min, millilitres));
    setText(String(within));
    if (within !== goal) onChange(within);
  };

  return (
    <section className="card" aria-labelledby="goal-title">
      <h2 id="goal-title">Daily goal</h2>
      <form
        className="goal-form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (valid) save(wish);
        }}
      >
        <button type="button" className="round" aria-label={`${GOAL.step} ml less`} disabled={goal <= GOAL.min} onClick={() => save(goal - GOAL.step)}>−</button>
        <label>
          <span className="visually-hidden">Daily goal in millilitres</span>
          <input
            type="number"
            inputMode="numeric"
            data-testid="goal-input"
            min={GOAL.min}
            max={GOAL.max}
            step={1}
            value={text}
            aria-invalid={!valid}
            aria-describedby="goal-hint"
            onChange={(event) => setText(event.target.value)}
            onBlur={() => valid && save(wish)}
          />
          <span aria-hidden="true">ml</span>
        </label>
        <button type="button" className="round" aria-label={`${GOAL.step} ml more`} disabled={goal >= GOAL.max} onClick={() => save(goal + GOAL.step)}>+</button>
        {valid && wish !== goal && <button type="submit" className="primary">Save</button>}
      </form>
      <p id="goal-hint" className={valid ? 'hint' : 'hint wrong'}>{valid ? 'Kept for all your devices.' : `Between ${GOAL.min} and ${GOAL.max} ml.`}</p>
    </section>
  );
}
