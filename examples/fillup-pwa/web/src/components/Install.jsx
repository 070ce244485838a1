// "Install" where the browser offers it. Others have it in their own menus.
import { useEffect, useState } from 'react';

export function Install() {
  const [offer, setOffer] = useState(/** @type {any} */ (undefined));
  useEffect(() => {
    const keep = (/** @type {Event} */ event) => {
      event.preventDefault();
      setOffer(event);
    };
    const done = () => setOffer(undefined);
    addEventListener('beforeinstallprompt', keep);
    addEventListener('appinstalled', done);
    return () => {
      removeEventListener('beforeinstallprompt', keep);
      removeEventListener('appinstalled', done);
    };
  }, []);
  return offer && <button type="button" onClick={() => void offer.prompt()}>Install FillUp on this device</button>;
}
