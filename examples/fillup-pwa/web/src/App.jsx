// The page.
import { useSyncExternalStore } from 'react';
import { DayNavigation } from './components/DayNavigation.jsx';
import { DrinkList } from './components/DrinkList.jsx';
import { Glass } from './components/Glass.jsx';
import { Goal } from './components/Goal.jsx';
import { Header } from './components/Header.jsx';
import { Install } from './components/Install.jsx';
import { Notices } from './components/Notices.jsx';
import { QuickAdd } from './components/QuickAdd.jsx';
import { Share } from './components/Share.jsx';
import { Week } from './components/Week.jsx';
import { shownWeek } from './journal.js';
import { linkTo } from './model/journal-key.js';
import { amount } from './model/kinds.js';
import { viewOf } from './model/state.js';

/** @param {{ journal: import('./journal.js').Journal, onReload: () => void }} props */
export function App({ journal, onReload }) {
  const state = useSyncExternalStore(journal.subscribe, journal.getState);
  const view = viewOf(state);
  const { day, today, status, trouble, config } = state;
  return (
    <>
      <Header state={state} />
      <main>
        <div role="status" aria-label="Connection">
          {(trouble || status === 'offline') && <p className="trouble">{trouble ?? 'There is no connection.'} What you do is kept on this device and sent later.</p>}
        </div>
        <div className="columns">
          <section className="card hero" aria-label="Progress">
            <DayNavigation day={day} today={today} onSelect={journal.select} />
            <div className="level">
              <Glass view={view} />
              <Figures view={view} />
            </div>
          </section>
          <div className="drinks">
            <QuickAdd onAdd={journal.add} />
            <DrinkList drinks={view.drinks} known={view.known} offline={status === 'offline'} onRemove={journal.remove} />
          </div>
          <Week days={shownWeek(state).map((one) => viewOf(state, one))} day={day} today={today} onSelect={journal.select} />
          <Goal goal={view.goal} onChange={journal.setGoal} />
          <Share link={linkTo(location.origin, journal.key)} />
        </div>
      </main>
      <footer>
        <Install />
        <p>FillUp{config.version && ` ${config.version}`}: an example of cdk-patternbook.</p>
      </footer>
      <Notices notices={state.notices} newVersion={state.newVersion} onReload={onReload} onUndo={journal.undo} onDismiss={journal.dismiss} />
    </>
  );
}

/** @param {{ view: ReturnType<typeof viewOf> }} props */
function Figures({ view: { total, goal } }) {
  const left = goal - total;
  return (
    <div className="figures">
      <p className="total" data-testid="total">{amount(total)}</p>
      <p>of <span data-testid="goal">{amount(goal)}</span></p>
      <p className={left > 0 ? 'chip' : 'chip reached'}>{left > 0 ? `${amount(left)} to go` : 'Goal reached'}</p>
      <p className="visually-hidden" aria-live="polite">{`${amount(total)} of ${amount(goal)}${left > 0 ? '' : ', goal reached'}`}</p>
    </div>
  );
}
