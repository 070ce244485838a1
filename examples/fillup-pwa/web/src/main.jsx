// The start: whose journal it is, then the page, then the service worker.
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { registerSW } from 'virtual:pwa-register';
import { App } from './App.jsx';
import { Choice } from './components/Choice.jsx';
import { openJournal } from './journal.js';
import { keyOf, isKey, linkTo, makeKey } from './model/journal-key.js';
import './styles/base.css';
import './styles/layout.css';
import './styles/glass.css';
import './styles/parts.css';

const HOUR = 3_600_000;
const KEY = 'fillup.key';

const root = createRoot(/** @type {HTMLElement} */ (document.getElementById('root')));
const stored = localStorage.getItem(KEY);
const present = isKey(stored) ? stored : undefined;
const offered = keyOf(location.hash);

// the key is not left where a history or a screenshot would show it
if (location.hash) history.replaceState(null, '', location.pathname);
addEventListener('hashchange', () => keyOf(location.hash) && location.reload());

// a journal in which nothing was ever written may be left without asking
if (offered && present && offered !== present && localStorage.getItem('fillup.used')) {
  root.render(<Choice present={linkTo(location.origin, present)} onStay={() => void open(present)} onOpen={() => void open(offered)} />);
} else {
  void open(offered ?? present ?? makeKey());
}

/** @param {string} key */
async function open(key) {
  localStorage.setItem(KEY, key);
  const journal = await openJournal(key);
  const reload = registerSW({
    onNeedRefresh: journal.announceVersion,
    onRegisteredSW: (_, registration) => void setInterval(() => navigator.onLine && registration?.update(), HOUR),
  });
  root.render(<StrictMode><App journal={journal} onReload={() => void reload(true)} /></StrictMode>);
  await journal.start();
}
