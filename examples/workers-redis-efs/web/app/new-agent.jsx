'use client';
import { useRouter } from 'next/navigation';
import { useState } from 'react';

/** Posts to the API by the load balancer, which is the same host for both. */
export function NewAgent() {
  const router = useRouter();
  const [problem, setProblem] = useState('');

  async function create(event) {
    event.preventDefault();
    const form = event.currentTarget;
    const response = await fetch('/api/agents', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(Object.fromEntries(new FormData(form))),
    }).catch(() => ({ ok: false }));
    setProblem(response.ok ? '' : 'That did not work: try it again.');
    if (!response.ok) return;
    form.reset();
    router.refresh();
  }

  return (
    <form onSubmit={create}>
      <input name="name" placeholder="Name" required maxLength={500} />
      <input name="goal" placeholder="What is it to do?" required maxLength={500} />
      <button>Build the agent</button>
      {problem && <p role="alert">{problem}</p>}
    </form>
  );
}
