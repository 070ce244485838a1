// The link that opens this journal on another device, and the same as a code for its camera.
import { useMemo } from 'react';
import { encode } from 'uqr';
import { CopyLink } from './CopyLink.jsx';

/** @param {{ link: string }} props */
export function Share({ link }) {
  return (
    <section className="card share" aria-labelledby="share-title">
      <h2 id="share-title">On your other devices</h2>
      <p>Whoever has this link has this journal, so keep it to yourself. There is no account, and no other way back in.</p>
      <p className="link">
        <a data-testid="share" href={link}>{link}</a>
        <CopyLink link={link} />
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
    const { data, size: cells } = encode(link, { border: 4 });
    return { size: cells, path: data.flatMap((row, y) => row.flatMap((dark, x) => dark ? [`M${x} ${y}h1v1h-1z`] : [])).join('') };
  }, [link]);
  return (
    <svg className="code" viewBox={`0 0 ${size} ${size}`} role="img" aria-label="The link to this journal as a QR code" shapeRendering="crispEdges">
      <path className="ground" d={`M0 0h${size}v${size}H0z`} />
      <path className="ink" d={path} />
    </svg>
  );
}
