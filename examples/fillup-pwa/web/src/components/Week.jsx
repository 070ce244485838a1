// Seven days as bars; each is the way to its day.
import { nameOf, weekdayOf } from '../model/day.js';
import { amount } from '../model/kinds.js';

/** @param {{ days: { day: string, total: number, goal: number, known: boolean }[], day: string, today: string, onSelect: (day: string) => void }} props */
export function Week({ days, day, today, onSelect }) {
  return (
    <section className="card" aria-labelledby="week-title">
      <h2 id="week-title">Seven days</h2>
      <ol className="week">
        {days.map(({ day: one, total, goal }) => (
          <li key={one}>
            <button type="button" aria-current={one === day ? 'date' : undefined} className={total >= goal ? 'reached' : ''} onClick={() => onSelect(one)}>
              <span className="column" aria-hidden="true"><span className="bar" style={{ transform: `scaleY(${Math.min(1, total / goal)})` }} /></span>
              <span aria-hidden="true">{weekdayOf(one)}</span>
              <span className="visually-hidden">{nameOf(one, today)}: {amount(total)} of {amount(goal)}</span>
            </button>
          </li>
        ))}
      </ol>
    </section>
  );
}
