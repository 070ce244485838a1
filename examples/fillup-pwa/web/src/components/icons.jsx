// The drinks as pictures, drawn here so that nothing is loaded from elsewhere. What is in the glass has the colour of its kind.

/** @type {import('react').SVGProps<SVGPathElement>} */
const stroke = { fill: 'none', stroke: 'currentColor', strokeWidth: 1.75, strokeLinecap: 'round', strokeLinejoin: 'round' };

const DRAWINGS = {
  water: (
    <>
      <path className="fill" d="M8.2 13c2.6-1.6 5 1.4 7.8 0 2.8-1.4 5.2-1 7.6 0l-1 12.2a2 2 0 0 1-2 1.8h-9.2a2 2 0 0 1-2-1.8z" />
      <path {...stroke} d="M7 5h18l-2 20.2A3 3 0 0 1 20 28h-8a3 3 0 0 1-3-2.8z" />
    </>
  ),
  tea: (
    <>
      <path className="fill" d="M6 15h17v5a7 7 0 0 1-7 7h-3a7 7 0 0 1-7-7z" />
      <path {...stroke} d="M5 12h19v8a8 8 0 0 1-8 8h-3a8 8 0 0 1-8-8zM24 14h1.5a3.5 3.5 0 0 1 0 7H24M11 12V4.5M11 4.5h4" />
      <path {...stroke} className="paper" d="M13 16h5v5h-5zM15.5 16v-4" />
    </>
  ),
  coffee: (
    <>
      <path className="fill" d="M6 16h17v8a4 4 0 0 1-4 4h-9a4 4 0 0 1-4-4z" />
      <path {...stroke} d="M5 13h19v11a4 4 0 0 1-4 4H9a4 4 0 0 1-4-4zM24 16h1.5a3.5 3.5 0 0 1 0 7H24" />
      <path {...stroke} className="steam" d="M10.5 9.5c-1.5-2 1.5-3 0-5.5M15 9.5c-1.5-2 1.5-3 0-5.5M19.5 9.5c-1.5-2 1.5-3 0-5.5" />
    </>
  ),
  juice: (
    <>
      <path className="fill" d="M8 15h13l-1 10.3a2 2 0 0 1-2 1.7h-7a2 2 0 0 1-2-1.7z" />
      <path {...stroke} d="M6.5 11h16l-1.6 14.3A3 3 0 0 1 18 28h-7a3 3 0 0 1-2.9-2.7zM13 19l2.6-15.5H19" />
      <circle className="fill" cx="23.5" cy="9" r="4.5" />
      <path {...stroke} d="M20.3 12.2a4.5 4.5 0 1 1 2.2 1.2M23.5 9l2.6-2.6M23.5 9h3.7M23.5 9V5.3" />
    </>
  ),
  milk: (
    <>
      <path className="fill" d="M9 17.5c3-1.5 4.5 1.5 7 .5s4-1 7-.5V26a2 2 0 0 1-2 2H11a2 2 0 0 1-2-2z" />
      <path {...stroke} d="M12 4h8v5l2.4 4.6c.4.8.6 1.6.6 2.4v9a3 3 0 0 1-3 3h-8a3 3 0 0 1-3-3v-9c0-.8.2-1.6.6-2.4L12 9zM11.5 8.5h9" />
    </>
  ),
  soda: (
    <>
      <path className="fill" d="M8 11h16v12H8z" />
      <path {...stroke} d="M10.5 4h11l2.5 4v16l-2.5 4h-11L8 24V8zM8 8h16M8 24h16" />
      <circle className="paper" cx="13" cy="19" r="1.3" />
      <circle className="paper" cx="18" cy="15" r="1.6" />
      <circle className="paper" cx="19" cy="20.5" r="1" />
    </>
  ),
};

/** @param {{ kind: import('../model/kinds.js').Kind }} props */
export function DrinkIcon({ kind }) {
  return <svg className={`drink-icon kind-${kind}`} viewBox="0 0 32 32" aria-hidden="true" focusable="false">{DRAWINGS[kind] ?? DRAWINGS.water}</svg>;
}

const PATHS = {
  previous: 'M15 5l-7 7 7 7',
  next: 'M9 5l7 7-7 7',
  remove: 'M4.5 7h15M9.5 7V4.5h5V7M6.5 7l1 12.5h9l1-12.5M10 10.5v5.5M14 10.5v5.5',
  close: 'M6 6l12 12M18 6L6 18',
  copy: 'M9 9h10v11H9zM15 9V4H5v11h4',
  check: 'M5 12.5l4.5 4.5L19 7.5',
  waiting: 'M12 7v5l3 2M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 1 0 0-17',
};

/** @param {{ name: keyof typeof PATHS }} props */
export function Icon({ name }) {
  return <svg className="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path {...stroke} strokeWidth="2" d={PATHS[name]} /></svg>;
}

export function Logo() {
  return (
    <svg className="logo" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <path className="drop" d="M16 2.5c5 6 9.5 11 9.5 16.5a9.5 9.5 0 0 1-19 0C6.5 13.5 11 8.5 16 2.5z" />
      <path className="tide" d="M6.8 17c3-2 6 1.6 9.2 0s6-1.6 9.2 0c.2.7.3 1.3.3 2a9.5 9.5 0 0 1-19 0c0-.7.1-1.3.3-2z" />
    </svg>
  );
}
