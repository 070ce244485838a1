// What has just happened, with a way to take it back. It stays while it is looked at.
import { useEffect, useState } from 'react';
import { Icon } from './icons.jsx';

/** @typedef {import('../model/state.js').Notice} Notice */
/** @typedef {{ onUndo: (drink: import('../model/outbox.js').Drink) => void, onDismiss: (id: number) => void }} Actions */

const STAYS = 10_000;

/** @param {{ notices: Notice[], newVersion: boolean, onReload: () => void } & Actions} props */
export function Notices({ notices, newVersion, onReload, ...actions }) {
  return (
    <div className="notices" role="status" aria-label="Notices">
      {notices.map((notice) => <Toast key={notice.id} notice={notice} {...actions} />)}
      {newVersion && (
        <div className="notice">
          <p>A new version is ready.</p>
          <button type="button" onClick={onReload}>Reload for the new version</button>
        </div>
      )}
    </div>
  );
}

/** @param {{ notice: Notice } & Actions} props */
function Toast({ notice: { id, tone, text, drink }, onUndo, onDismiss }) {
  const [held, setHeld] = useState(false);
  useEffect(() => {
    if (held || tone === 'trouble') return undefined;
    const timer = setTimeout(() => onDismiss(id), STAYS);
    return () => clearTimeout(timer);
  }, [held, id, tone, onDismiss]);
  return (
    <div className={`notice ${tone}`} onMouseEnter={() => setHeld(true)} onMouseLeave={() => setHeld(false)} onFocus={() => setHeld(true)} onBlur={() => setHeld(false)}>
      <p>{text}</p>
      {drink && (
        <button
          type="button"
          data-testid="undo"
          onClick={() => {
            onUndo(drink);
            onDismiss(id);
          }}
        >
          Undo
        </button>
      )}
      <button type="button" className="close" aria-label="Dismiss" onClick={() => onDismiss(id)}><Icon name="close" /></button>
    </div>
  );
}
