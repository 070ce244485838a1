// What was drunk that day, the newest first.
import { useRef } from 'react';
import { amount, labelOf } from '../model/kinds.js';
import { DrinkIcon, Icon } from './icons.jsx';

/** @typedef {import('../model/outbox.js').Drink & { pending: boolean }} ShownDrink */

/** @param {string} moment */
const timeOf = (moment) => new Date(moment).toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit' });

/** @param {{ drinks: ShownDrink[], known: boolean, offline: boolean, onRemove: (drink: ShownDrink) => void }} props */
export function DrinkList({ drinks, known, offline, onRemove }) {
  const title = useRef(/** @type {HTMLHeadingElement | null} */ (null));
  const list = useRef(/** @type {HTMLUListElement | null} */ (null));

  /** The button that was pressed disappears: the focus goes on to the next one, or to the title. @param {ShownDrink} drink */
  function remove(drink) {
    const buttons = [...list.current?.querySelectorAll('button') ?? []];
    const index = drinks.indexOf(drink);
    (buttons[index + 1] ?? buttons[index - 1] ?? title.current)?.focus();
    onRemove(drink);
  }

  return (
    <section className="card list" aria-labelledby="list-title">
      <h2 id="list-title" ref={title} tabIndex={-1}>Drinks <span className="count">{drinks.length}</span></h2>
      {drinks.length === 0 && <p className="empty">{emptyText(known, offline)}</p>}
      <ul ref={list}>
        {drinks.map((drink) => (
          <li key={drink.id} data-testid="drink" className={drink.pending ? 'pending' : ''}>
            <DrinkIcon kind={drink.kind} />
            <span className="what">
              <span className="name">{labelOf(drink.kind)}</span>
              <time dateTime={drink.drunkAt}>{timeOf(drink.drunkAt)}</time>
            </span>
            {drink.pending && <span className="unsent"><Icon name="waiting" /><span className="visually-hidden">not sent yet</span></span>}
            <span className="much">{amount(drink.millilitres)}</span>
            <button type="button" className="round quiet" data-testid="delete" aria-label={`Delete ${labelOf(drink.kind)}, ${amount(drink.millilitres)}, ${timeOf(drink.drunkAt)}`} onClick={() => remove(drink)}>
              <Icon name="remove" />
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

/**
 * @param {boolean} known
 * @param {boolean} offline
 */
function emptyText(known, offline) {
  if (known) return 'Nothing yet. The first glass is the easiest.';
  return offline ? 'This day has not been loaded on this device yet. You can add to it all the same.' : 'Loading…';
}
