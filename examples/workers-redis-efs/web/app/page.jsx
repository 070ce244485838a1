import Link from 'next/link';
import { newestAgents } from '../lib/agents.mjs';
import { NewAgent } from './new-agent';

// made for each request: agents come and change
export const dynamic = 'force-dynamic';

export default async function Page() {
  const agents = await newestAgents(process.env);
  return (
    <main>
      <h1>Nexus AI</h1>
      <NewAgent />
      {agents === undefined && <p role="alert">The API does not answer.</p>}
      <ul>
        {agents?.map(({ id, name, status }) => (
          <li key={id}>
            <Link href={`/agents/${id}`}>{name}</Link>
            <small>{status}</small>
          </li>
        ))}
      </ul>
    </main>
  );
}
