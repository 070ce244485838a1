// The page: the latest messages, and a form for another. Where the API is, the server tells at run time: one image serves in every environment.
import { StrictMode, useEffect, useState } from 'react';
import { createRoot } from 'react-dom/client';

const { apiUrl } = await (await fetch('/config.json')).json();

async function call(path, options) {
  const response = await fetch(`${apiUrl}${path}`, { signal: AbortSignal.timeout(10_000), ...options });
  if (!response.ok) throw new Error(`the API answered ${response.status}`);
  return response.json();
}

function Board() {
  const [messages, setMessages] = useState([]);
  const [error, setError] = useState();

  const attempt = (work) => work.then(() => setError(undefined), (reason) => setError(reason.message));

  useEffect(() => {
    void attempt(call('/messages').then(setMessages));
  }, []);

  async function send(event) {
    event.preventDefault();
    const form = event.target;
    await attempt(call('/messages', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(Object.fromEntries(new FormData(form))),
      // what was written is shown as it was answered: a read may come to a replica that does not have it yet
    }).then((written) => {
      setMessages((known) => [written, ...known]);
      form.reset();
    }));
  }

  return (
    <>
      <h1>Messages</h1>
      <form onSubmit={send}>
        <input name="author" aria-label="Your name" placeholder="Your name" maxLength={80} required />
        <input name="text" aria-label="Message" placeholder="Message" maxLength={500} required />
        <button>Send</button>
      </form>
      {error && <p role="alert">{error}</p>}
      <ul>{messages.map(({ id, author, text }) => <li key={id}><strong>{author}</strong>: {text}</li>)}</ul>
    </>
  );
}

createRoot(document.getElementById('root')).render(<StrictMode><Board /></StrictMode>);
