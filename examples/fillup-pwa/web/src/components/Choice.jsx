// A link to another journal was opened where one is kept already: nothing is replaced unasked.
import { CopyLink } from './CopyLink.jsx';

/** @param {{ present: string, onOpen: () => void, onStay: () => void }} props */
export function Choice({ present, onOpen, onStay }) {
  return (
    <main className="choice card">
      <h1>Open another journal?</h1>
      <p>The link you opened belongs to another journal than the one on this device. To come back to the present one you need its own link, so keep it first:</p>
      <p className="link">
        <a href={present}>{present}</a>
        <CopyLink link={present} />
      </p>
      <p className="buttons">
        <button type="button" onClick={onStay}>Stay with this journal</button>
        <button type="button" onClick={onOpen}>Open the other journal</button>
      </p>
    </main>
  );
}
