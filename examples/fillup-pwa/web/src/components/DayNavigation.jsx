// Which day is shown, and the way to the days before and after.
import { dateOf, nameOf, shift } from '../model/day.js';
import { Icon } from './icons.jsx';

/** @param {{ day: string, today: string, onSelect: (day: string) => void }} props */
export function DayNavigation({ day, today, onSelect }) {
  const name = nameOf(day, today);
  return (
    <nav className="days" aria-label="Day">
      <button type="button" className="round" data-testid="day-previous" aria-label="The day before" onClick={() => onSelect(shift(day, -1))}><Icon name="previous" /></button>
      <h2 aria-live="polite">
        {name}
        <time dateTime={day}>{dateOf(day)}</time>
      </h2>
      <button type="button" className="round" data-testid="day-next" aria-label="The day after" disabled={day >= today} onClick={() => onSelect(shift(day, 1))}><Icon name="next" /></button>
    </nav>
  );
}
