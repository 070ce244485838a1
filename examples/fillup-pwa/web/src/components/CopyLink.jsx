// Copies a link, where the browser lets a page do that.
import { useState } from 'react';
import { Icon } from './icons.jsx';

/** @param {{ link: string }} props */
export function CopyLink({ link }) {
  const [copied, setCopied] = useState(false);

  async function copy() {
    await navigator.clipboard.writeText(link);
    setCopied(true);
    setTimeout(() => setCopied(false), 3000);
  }

  return navigator.clipboard && (
    <button type="button" className="primary" onClick={() => void copy()}>
      <Icon name={copied ? 'check' : 'copy'} />
      <span aria-live="polite">{copied ? 'Copied' : 'Copy link'}</span>
    </button>
  );
}
