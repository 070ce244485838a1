// Name, connection, and what still waits to be sent.
import { Logo } from './icons.jsx';

/** @param {{ state: import('../model/state.js').State }} props */
export function Header({ state: { status, entries, config } }) {
  return (
    <header className="top">
      <h1><Logo />FillUp</h1>
      {config.environment && config.environment !== 'prod' && <span className="tag">{config.environment}</span>}
      <p className="connection">
        {entries.length > 0 && (
          <span className="waiting">
            <span data-testid="pending">{entries.length}</span> to send
          </span>
        )}
        <span className={`status ${status}`}>
          <span className="dot" aria-hidden="true" />
          <span className="visually-hidden">Connection: </span>
          <span data-testid="status">{status}</span>
        </span>
      </p>
    </header>
  );
}
