// The link that opens this journal on another device, and the same as a code for its camera.
import { useMemo, useState } from 'react';
import { encode } from 'uqr';
import { Icon } from './icons.jsx';

/** @param {{ link: string }} props */
export function Share({ link }) {
  const [copied, setCopied] = useState(false);

  async function copy() {
    await navigator.clipboard.writeText(link);
    setCopied(true);
    setTimeout(() => setCopied(false), 3000);
  }

  return (
    <section className="card share" aria-labelledby="share-title">
      <h2 id="share-title">On your other devices</h2>
      <p>Whoever has this link has this journal, so keep it to yourself. There is no account, and no other way back in.</p>
      <p className="link">
        <a data-testid="share" href={link}>{link}</a>
        {navigator.clipboard && (
          <button type="button" className="primary" onClick={() => void copy()}>
            <Icon name={copied ? 'check' : 'copy'} />
            <span aria-live="polite">{copied ? 'Copied' : 'Copy link'}</span>
          </button>
        )}
      </p>
      <details>
        <summary>Show a code for the camera</summary>
        <Code link={link} />
      </details>
    </section>
  );
}

/** @param {{ link: string }} props */
function Code({ link }) {
  const { size, path } = useMemo(() => {
    const { data, size: cells } = encode(link, { border: 2 });
    return { size: cells, path: data.flatMap((row, y) => row.flatMap((dark, x) => dark ? [`M${x} ${y}h1v1h-1z`] : [])).join('') };
  }, [link]);
  return (
    <svg className="code" viewBox={`0 0 ${size} ${size}`} role="img" aria-label="The link to this journal as a QR code" shapeRendering="crispEdges">
      <path className="ground" d={`M0 0h${size}v${size}H0z`} />
      <path className="ink" d={path} />
    </svg>
  );
}
